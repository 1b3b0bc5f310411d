"""DECIDES whether a vendor's name, address and profile may be kept: they are printed on invoices and mails.

A slug is the portal's address for ever: 3 to 40 lowercase letters, digits and single hyphens; `-test` at its end
belongs to the test portal, and `csrf` is the name of a cookie. Names and lines hold no control, line break or
direction sign, so that they cannot forge a mail header or turn a sentence around. Links are plain `https://` ones.
Worked example: `Larkfield Ltd.` gets the slug `larkfield-ltd` when it asks for none.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any, Final

from shared import addresses
from shared.errors import Conflict, FieldError, Invalid

MAX_LINE: Final = 200
MAX_LINES: Final = 6
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_COUNTRY: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_LINK: Final = re.compile(r"https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d{1,5})?(/[!-~]*)?", re.ASCII)
MONTHS: Final = range(1, 13)
_RESERVED: Final = ("csrf",)
_TEXTS: Final = ("legal_name", "tax_id")
_LINKS: Final = ("website", "support_url")
_FORMS: Final = {"country": _COUNTRY, "brand_color": _COLOR}
LOGOS: Final = ("logo", "logo_dark")
"""What is drawn and never given: the picture customers see, and the one they see on dark ground instead."""
PROFILE_FIELDS: Final = (*_TEXTS, "address", "country", "email", *_LINKS, "brand_color", *LOGOS, "fiscal_year_start")


class SlugTaken(Conflict):
    """Another vendor or portal has this address."""

    code = "slug_taken"


def decide(
    *, slug: str, display_name: str, profile: Mapping[str, Any], default_locale: str, offered: Collection[str]
) -> dict[str, Any]:
    """The profile with every field, absent ones null. Raises Invalid naming each field that cannot be kept."""
    wrong = [*_slug_errors(slug), *_line_errors("display_name", display_name)]
    if default_locale not in offered:
        wrong.append(FieldError.of("default_locale", "unknown_locale", offered=", ".join(sorted(offered))))
    for name, value in profile.items():
        if value is not None:
            wrong += _profile_errors(name, value)
    if wrong:
        raise Invalid(*wrong)
    return {name: profile.get(name) for name in PROFILE_FIELDS}


def check_line(field: str, value: str) -> None:
    """Raises Invalid unless the value can be printed in one line."""
    wrong = _line_errors(field, value)
    if wrong:
        raise Invalid(*wrong)


def slug_from(display_name: str) -> str:
    """A slug like the name; `vendor` where nothing of the name can be written so."""
    plain = unicodedata.normalize("NFKD", display_name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:34].strip("-").removesuffix("-test")
    return slug if not _slug_errors(slug) else "vendor"


def _slug_errors(slug: str) -> list[FieldError]:
    taken = slug.endswith("-test") or slug in _RESERVED
    if not 3 <= len(slug) <= 40 or not _SLUG.fullmatch(slug) or taken:
        return [FieldError.of("slug", "bad_slug")]
    return []


def _line_errors(field: str, value: object) -> list[FieldError]:
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_LINE or not value.isprintable():
        return [FieldError.of(field, "bad_line", maximum=MAX_LINE)]
    return []


def _profile_errors(name: str, value: Any) -> list[FieldError]:
    field = f"profile.{name}"
    if name in _TEXTS:
        return _line_errors(field, value)
    if name == "address":
        if not isinstance(value, list) or not 1 <= len(value) <= MAX_LINES:
            return [FieldError.of(field, "bad_address_lines", maximum=MAX_LINES)]
        return [error for line in value for error in _line_errors(field, line)][:1]
    if name == "email":
        return [] if _is_address(value) else [FieldError.of(field, "bad_address")]
    if name in _LINKS:
        good = isinstance(value, str) and len(value) <= 500 and _LINK.fullmatch(value)
        return [] if good else [FieldError.of(field, "bad_link")]
    if name in _FORMS:
        good = isinstance(value, str) and _FORMS[name].fullmatch(value)
        return [] if good else [FieldError.of(field, f"bad_{name}")]
    if name == "fiscal_year_start":
        is_month = type(value) is int and value in MONTHS
        return [] if is_month else [FieldError.of(field, "bad_month")]
    return [FieldError.of(field, "unknown_field")]


def _is_address(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        addresses.parse(value)
    except addresses.BadAddress:
        return False
    return True
