"""DECIDES what of their own details customers may change in a portal.

A portal lists kinds of details (`customer_update.allowed_updates`); each is some fields. What is not listed is shown
and refused, by the page and by the API alike, naming the field. A purchase order number may be changed wherever
anything may. An e-mail address has its own way, with a code to the new one, and is never changed here; neither are
what the vendor calls the customer by, and the language.

Worked example: with `["address"]` a new street is saved; a new tax id is refused as `not_changeable`.
"""

from collections.abc import Collection, Mapping
from typing import Final

from shared.errors import FieldError, Invalid

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("display_name", "company"),
    "address": ("country", "address", "postal_address"),
    "phone": ("phone",),
    "tax_id": ("tax_id",),
    "shipping": ("shipping",),
}
WITH_ANY: Final = ("po_number", "next_po_number")


def changeable(allowed: Collection[str]) -> frozenset[str]:
    """The fields that may be changed where `allowed` kinds are listed."""
    fields = {field for kind in allowed for field in FIELDS.get(kind, ())}
    return frozenset(fields | set(WITH_ANY if fields else ()))


def require(fields: Collection[str], *, allowed: Collection[str]) -> None:
    """Return when all of `fields` may be changed. Raises Invalid naming those that may not."""
    refused = sorted(set(fields) - changeable(allowed))
    if refused:
        raise Invalid(*(FieldError.of(field, "not_changeable") for field in refused))
