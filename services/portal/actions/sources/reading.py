"""What takers of a source's things have in common: the reading they work for, and what may be wrong."""

from dataclasses import dataclass
from datetime import datetime

from services.portal.adapters.sources import Kind


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One look at a source: the larger `number`, the newer. `is_history`: nobody is told of it by mail."""

    number: int
    source: str
    is_history: bool
    now: datetime


class Missing(Exception):
    """It refers to something that is not here yet."""

    def __init__(self, kind: Kind, found_id: str) -> None:
        super().__init__(f"{kind} {found_id}")
        self.kind = kind
        self.found_id = found_id


class Unusable(Exception):
    """It can't be shown here, and why: a code with a sentence in the catalogs."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
