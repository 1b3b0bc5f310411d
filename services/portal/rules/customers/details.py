"""DECIDES which details a customer may have, and in what form.

Texts lose the spaces around them and may hold no control characters; what is empty counts as not given. A country is
one of ISO 3166-1, two capitals. An address is up to six lines as they are printed. A locale is a language tag. The
e-mail keeps its spelling; its one form, by which it is found, stands beside it.

Worked example: " Ada\t" as a name is refused (a tab), " Ada " becomes "Ada", "de" as a country becomes "DE".
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.portal.rules.customers.countries import COUNTRIES
from shared import addresses
from shared.errors import FieldError, Invalid

NAME_LENGTH: Final = 200
SHORT_LENGTH: Final = 80
ADDRESS_LINES: Final = 6
_LOCALE: Final = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}")


@dataclass(frozen=True, kw_only=True)
class Details:
    """A customer's details in the form they are kept in."""

    email: str
    email_key: str
    display_name: str | None
    company: str | None
    reference: str | None
    address: tuple[str, ...]
    country: str | None
    tax_id: str | None
    phone: str | None
    locale: str | None


def decide(
    *,
    email: str,
    display_name: str | None = None,
    company: str | None = None,
    reference: str | None = None,
    address: Sequence[str] = (),
    country: str | None = None,
    tax_id: str | None = None,
    phone: str | None = None,
    locale: str | None = None,
) -> Details:
    """The details as they are kept. Raises Invalid naming each field that is wrong."""
    problems: list[FieldError] = []
    written, key = _email(email, problems)
    printed = [_text(f"address.{number}", line, NAME_LENGTH, problems) for number, line in enumerate(address)]
    lines = tuple(line for line in printed if line)
    if len(lines) > ADDRESS_LINES:
        problems.append(FieldError.of("address", "too_many_lines", most=ADDRESS_LINES))
    land = (_text("country", country, SHORT_LENGTH, problems) or "").upper() or None
    if land is not None and land not in COUNTRIES:
        problems.append(FieldError.of("country", "unknown_country"))
    language = _text("locale", locale, SHORT_LENGTH, problems)
    if language is not None and not _LOCALE.fullmatch(language):
        problems.append(FieldError.of("locale", "bad_locale"))
    details = Details(
        email=written,
        email_key=key,
        display_name=_text("display_name", display_name, NAME_LENGTH, problems),
        company=_text("company", company, NAME_LENGTH, problems),
        reference=_text("reference", reference, NAME_LENGTH, problems),
        address=lines,
        country=land,
        tax_id=_text("tax_id", tax_id, SHORT_LENGTH, problems),
        phone=_text("phone", phone, SHORT_LENGTH, problems),
        locale=language,
    )
    if problems:
        raise Invalid(*problems)
    return details


def _email(email: str, problems: list[FieldError]) -> tuple[str, str]:
    try:
        parsed = addresses.parse(email)
    except addresses.BadAddress:
        problems.append(FieldError.of("email", "bad_email"))
        return "", ""
    return parsed.written, parsed.key


def _text(field: str, value: str | None, longest: int, problems: list[FieldError]) -> str | None:
    """Without the spaces around it; None when nothing is left."""
    plain = (value or "").strip(" ")
    if len(plain) > longest:
        problems.append(FieldError.of(field, "too_long", most=longest))
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in plain):
        problems.append(FieldError.of(field, "control_character"))
    return plain or None
