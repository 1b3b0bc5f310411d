"""What is outside of the invoices service: auth, the typesetter, and the sheet of words and numbers it is given."""

from dataclasses import dataclass

from services.invoices.adapters.logos import LogosClient
from services.invoices.adapters.typst import Typesetter
from services.invoices.settings import Settings

__all__ = ["Adapters", "connect"]


@dataclass(frozen=True, kw_only=True)
class Adapters:
    """What actions of this service reach outside with."""

    typesetter: Typesetter
    logos: LogosClient


def connect(settings: Settings) -> Adapters:
    """The real ones. The typesetter's process starts with the first document."""
    return Adapters(typesetter=Typesetter(), logos=LogosClient(settings.auth_url))
