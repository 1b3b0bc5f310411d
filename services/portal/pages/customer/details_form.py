"""The form of billing details: what of it shows, what was typed, and what of that is asked to be kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from services.portal.queries.customers import CustomerView
from services.portal.rules.customers import own_details, postal, tax_id
from services.portal.rules.customers.countries import COUNTRIES
from services.portal.rules.customers.postal import Form
from shared.errors import FieldError

ADDRESS: Final = "postal_address"
SHIPPING: Final = "shipping"
PLAIN: Final = ("display_name", "company", "country", "tax_id", "po_number", "next_po_number", "phone")
LONGEST: Final = 1000
"""Characters of one field that are taken at all; the rules say how many may be kept."""

_NAMES: Final = (
    *PLAIN,
    *(f"{ADDRESS}.{name}" for name in postal.FIELDS),
    *(f"{SHIPPING}.{name}" for name in ("country", "name", "phone", *postal.FIELDS)),
)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The form as it is drawn: what stands in each field, what is wrong, and which parts the countries ask for."""

    values: Mapping[str, str]
    address: Form | None
    shipping: Form | None
    tax_id_example: str | None
    wrong: Mapping[str, FieldError]


def of_record(customer: CustomerView) -> dict[str, str]:
    """What stands in the fields at first."""
    kept = {name: getattr(customer, name) or "" for name in PLAIN}
    for part, value in (customer.postal_address or {}).items():
        kept[f"{ADDRESS}.{part}"] = value or ""
    for part, value in (customer.shipping or {}).items():
        kept[f"{SHIPPING}.{part}"] = value or ""
    return dict.fromkeys(_NAMES, "") | kept


def typed(form: MultiDict[str, str], *, customer: CustomerView) -> dict[str, str]:
    """What was typed; a field that was not sent stands as it is kept."""
    sent = {name: form[name][:LONGEST] for name in _NAMES if name in form}
    return of_record(customer) | sent


def sent_fields(form: MultiDict[str, str]) -> frozenset[str]:
    """The fields of the record that the form speaks of."""
    return frozenset(name.partition(".")[0] for name in _NAMES if name in form)


def asked(values: Mapping[str, str], *, fields: frozenset[str], customer: CustomerView) -> dict[str, Any]:
    """What is asked to be kept, as the rules take it. An address nobody touched stays as the vendor wrote it."""
    wanted: dict[str, Any] = {name: values[name] or None for name in PLAIN if name in fields}
    if SHIPPING in fields:
        has_other = bool(values[f"{SHIPPING}.country"].strip())
        parts = {name: values[f"{SHIPPING}.{name}"] for name in ("country", "name", "phone", *postal.FIELDS)}
        wanted[SHIPPING] = parts if has_other else None
    if "country" in fields and _is_address_touched(values, customer):
        wanted[ADDRESS] = {name: values[f"{ADDRESS}.{name}"] for name in _own_parts(values["country"])}
    return wanted


def missing(values: Mapping[str, str], *, fields: frozenset[str], customer: CustomerView) -> tuple[FieldError, ...]:
    """What an address with nothing in it lacks: its country asks for it once it is chosen, or was given before."""
    known = form_of(values["country"])
    if "country" not in fields or known is None or not _is_address_touched(values, customer):
        return ()
    names = [part.name for part in known.parts]
    if any(values[f"{ADDRESS}.{name}"].strip() for name in names):
        return ()  # the rule of addresses names what is missing of one
    return tuple(FieldError.of(f"{ADDRESS}.{part.name}", "required") for part in known.parts if part.is_required)


def form_of(country: str) -> Form | None:
    """The fields of a country's addresses; None until there is one."""
    return postal.form(country) if country in COUNTRIES else None


def draw(values: Mapping[str, str], *, wrong: tuple[FieldError, ...] = ()) -> Shown:
    """The form with these values in it."""
    return Shown(
        values=values,
        address=form_of(values["country"]),
        shipping=form_of(values[f"{SHIPPING}.country"]),
        tax_id_example=tax_id.example(values["country"]),
        wrong={each.field: each for each in wrong},
    )


def printed(values: Mapping[str, str], *, of: str, country: str) -> tuple[str, ...]:
    """An address of the form as it would be printed."""
    if form_of(country) is None:
        return ()
    return postal.lines({name: values[f"{of}.{name}"] for name in postal.FIELDS}, country=country)


def wrong_tax_id(values: Mapping[str, str]) -> tuple[FieldError, ...]:
    """What the number alone is told while somebody still types."""
    number, country = values["tax_id"].strip(), values["country"]
    if not number or tax_id.decide(number, country=country) is not None:
        return ()
    return (FieldError.of("tax_id", "bad_tax_id", example=tax_id.example(country) or ""),)


def changeable(allowed: frozenset[str]) -> frozenset[str]:
    """The fields of the record that the portal lets customers change."""
    return own_details.changeable(allowed)


def _own_parts(country: str) -> tuple[str, ...]:
    known = form_of(country)
    return () if known is None else tuple(part.name for part in known.parts)


def _is_address_touched(values: Mapping[str, str], customer: CustomerView) -> bool:
    """Whether there is anything to keep of it: something typed, a structured address before, or another country."""
    is_typed = any(values[f"{ADDRESS}.{name}"].strip() for name in _own_parts(values["country"]))
    return is_typed or customer.postal_address is not None or values["country"] != (customer.country or "")
