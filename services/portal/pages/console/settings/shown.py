"""A form of the settings as its page shows it, by the names that errors know the fields by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.portal.pages.console import fields


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the fields hold, and what is wrong with which."""

    values: Mapping[str, Any]
    wrong: Mapping[str, str]

    def at(self, path: str) -> Any:
        """What a field holds."""
        return fields.at(self.values, path)
