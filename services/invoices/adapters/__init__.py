"""What is outside of the invoices service: the typesetter, and the sheet of words and numbers it is given."""

from dataclasses import dataclass

from services.invoices.adapters.typst import Typesetter

__all__ = ["Adapters", "connect"]


@dataclass(frozen=True, kw_only=True)
class Adapters:
    """What actions of this service reach outside with."""

    typesetter: Typesetter


def connect() -> Adapters:
    """The real ones. The typesetter's process starts with the first document."""
    return Adapters(typesetter=Typesetter())
