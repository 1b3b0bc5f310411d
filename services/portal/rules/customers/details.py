"""DECIDES which details a customer may have, and in what form.

Texts lose the spaces around them and may hold no control characters; what is empty counts as not given. A country is
one of ISO 3166-1, two capitals. An address is given in the fields of its country (`postal.py`), from which follow the
lines that are printed, or as up to six such lines. A tax id is one of the country (`tax_id.py`). A locale is a language
tag. The e-mail keeps its spelling; its one form, by which it is found, stands beside it.

Worked example: " Ada\t" as a name is refused (a tab), " Ada " becomes "Ada", "de" as a country becomes "DE".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.portal.rules.customers import postal
from services.portal.rules.customers import tax_id as tax_ids
from services.portal.rules.customers.countries import COUNTRIES
from services.portal.rules.customers.texts import plain
from shared import addresses
from shared.errors import FieldError, Invalid

NAME_LENGTH: Final = 200
SHORT_LENGTH: Final = 80
PO_NUMBER_LENGTH: Final = 100
ADDRESS_LINES: Final = 6
_LOCALE: Final = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}")


@dataclass(frozen=True, kw_only=True)
class Details:
    """A customer's details in the form they are kept in.

    `address` are the lines as printed, `postal_address` the fields behind them where they are known. `shipping` has
    those fields, and `name`, `phone` and `country`.
    """

    email: str
    email_key: str
    display_name: str | None
    company: str | None
    reference: str | None
    address: tuple[str, ...]
    postal_address: Mapping[str, str | None] | None
    country: str | None
    tax_id: str | None
    po_number: str | None
    next_po_number: str | None
    phone: str | None
    shipping: Mapping[str, str | None] | None
    locale: str | None


def decide(
    *,
    email: str,
    display_name: str | None = None,
    company: str | None = None,
    reference: str | None = None,
    address: Sequence[str] = (),
    postal_address: Mapping[str, Any] | None = None,
    country: str | None = None,
    tax_id: str | None = None,
    po_number: str | None = None,
    next_po_number: str | None = None,
    phone: str | None = None,
    shipping: Mapping[str, Any] | None = None,
    locale: str | None = None,
    is_tax_id_checked: bool = True,
) -> Details:
    """The details as they are kept. `is_tax_id_checked` False takes a number that was kept before, or comes with an
    import, as it is. Raises Invalid naming each field that is wrong."""
    problems: list[FieldError] = []
    written, key = _email(email, problems)
    land = _country("country", country, problems)
    fields = _postal(postal_address, address, land, problems)
    lines = postal.lines(fields, country=land) if fields and land else _lines(address, problems)
    language = plain("locale", locale, SHORT_LENGTH, problems)
    if language is not None and not _LOCALE.fullmatch(language):
        problems.append(FieldError.of("locale", "bad_locale"))
    number = plain("tax_id", tax_id, SHORT_LENGTH, problems)
    details = Details(
        email=written,
        email_key=key,
        display_name=plain("display_name", display_name, NAME_LENGTH, problems),
        company=plain("company", company, NAME_LENGTH, problems),
        reference=plain("reference", reference, NAME_LENGTH, problems),
        address=lines,
        postal_address=fields,
        country=land,
        tax_id=_tax_id(number, land, problems) if is_tax_id_checked else number,
        po_number=plain("po_number", po_number, PO_NUMBER_LENGTH, problems),
        next_po_number=plain("next_po_number", next_po_number, PO_NUMBER_LENGTH, problems),
        phone=plain("phone", phone, SHORT_LENGTH, problems),
        shipping=_shipping(shipping, problems),
        locale=language,
    )
    if problems:
        raise Invalid(*problems)
    return details


def _country(field: str, given: str | None, problems: list[FieldError]) -> str | None:
    land = (plain(field, given, SHORT_LENGTH, problems) or "").upper() or None
    if land is not None and land not in COUNTRIES:
        problems.append(FieldError.of(field, "unknown_country"))
        return None
    return land


def _lines(given: Sequence[str], problems: list[FieldError]) -> tuple[str, ...]:
    printed = [plain(f"address.{number}", line, NAME_LENGTH, problems) for number, line in enumerate(given)]
    lines = tuple(line for line in printed if line)
    if len(lines) > ADDRESS_LINES:
        problems.append(FieldError.of("address", "too_many_lines", most=ADDRESS_LINES))
    return lines


def _postal(
    given: Mapping[str, Any] | None, lines: Sequence[str], country: str | None, problems: list[FieldError]
) -> dict[str, str | None] | None:
    """The fields of the address; they need a country, and leave no place for lines beside them."""
    if not given or not any(given.values()):
        return None
    if lines:
        problems.append(FieldError.of("postal_address", "address_given_twice"))
    if country is None:
        problems.append(FieldError.of("country", "required"))
        return None
    return postal.decide(given, country=country, within="postal_address", problems=problems)


def _shipping(given: Mapping[str, Any] | None, problems: list[FieldError]) -> dict[str, str | None] | None:
    if not given or not any(given.values()):
        return None
    country = _country("shipping.country", given.get("country"), problems)
    if country is None:
        problems.append(FieldError.of("shipping.country", "required"))
        return None
    address = postal.decide(given, country=country, within="shipping", problems=problems)
    if address is None:
        problems.append(FieldError.of("shipping.line1", "required"))
        return None
    return {
        "name": plain("shipping.name", given.get("name"), NAME_LENGTH, problems),
        "phone": plain("shipping.phone", given.get("phone"), SHORT_LENGTH, problems),
        "country": country,
        **address,
    }


def _tax_id(number: str | None, country: str | None, problems: list[FieldError]) -> str | None:
    kept = None if number is None else tax_ids.decide(number, country=country)
    if number is not None and kept is None:
        problems.append(FieldError.of("tax_id", "bad_tax_id", example=tax_ids.example(country) or ""))
    return kept


def _email(email: str, problems: list[FieldError]) -> tuple[str, str]:
    try:
        parsed = addresses.parse(email)
    except addresses.BadAddress:
        problems.append(FieldError.of("email", "bad_email"))
        return "", ""
    return parsed.written, parsed.key
