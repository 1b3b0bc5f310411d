"""DECIDES is a portal complete and fair.

A portal has an address of its own (`/p/<slug>`): lower-case letters, digits and hyphens, beginning and ending with a
letter or digit. It has a name. Its links lead to https pages (plain http only on localhost), its colors are #rrggbb,
its texts fit the page. Reasons for canceling are at most the eight known ones, each once; a portal that asks for a
reason offers at least one. Canceling is either at the end of the period or immediate.

Worked example: links.privacy "javascript:alert(1)" is refused as `bad_url`; brand_color "#1A2b3c" is kept in lower
case; reasons ["unused", "unused"] are refused as `not_unique`.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from services.portal.rules.subscriptions.cancellation import Timing
from shared.errors import FieldError, Invalid

REASONS: Final = (
    "customer_service",
    "low_quality",
    "missing_features",
    "other",
    "switched_service",
    "too_complex",
    "too_expensive",
    "unused",
)
SLUG: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
LINKS: Final = ("privacy", "terms", "return", "support")
NAME_LENGTH: Final = 200
TEXT_LENGTH: Final = 1000
_COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_LOCALE: Final = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A configuration somebody would like to publish."""

    slug: str
    display_name: str
    features: Mapping[str, Any]
    appearance: Mapping[str, Any]
    languages: Mapping[str, Any]
    links: Mapping[str, Any]


DEFAULT_FEATURES: Final[Mapping[str, Any]] = {
    "subscription_cancel": {
        "enabled": True,
        "mode": Timing.AT_PERIOD_END.value,
        "confirmation_message": None,
        "cancellation_reason": {"enabled": True, "options": list(REASONS)},
    },
    "invoice_history": {"enabled": True},
}


def decide(draft: Draft) -> Draft:
    """The configuration as it will be published. Raises Invalid naming each field that is wrong."""
    problems: list[FieldError] = []
    if not SLUG.fullmatch(draft.slug):
        problems.append(FieldError.of("slug", "bad_portal_slug"))
    name = draft.display_name.strip()
    if not name:
        problems.append(FieldError.of("display_name", "required"))
    _check_text("display_name", name, NAME_LENGTH, problems)
    _check_cancel(draft.features["subscription_cancel"], problems)
    appearance = _appearance(draft.appearance, problems)
    for link in LINKS:
        _check_link(f"links.{link}", draft.links.get(link), problems)
    if not _LOCALE.fullmatch(str(draft.languages.get("default_locale"))):
        problems.append(FieldError.of("languages.default_locale", "bad_locale"))
    if problems:
        raise Invalid(*problems)
    return Draft(
        slug=draft.slug,
        display_name=name,
        features=draft.features,
        appearance=appearance,
        languages=draft.languages,
        links={link: draft.links.get(link) for link in LINKS},
    )


def _appearance(given: Mapping[str, Any], problems: list[FieldError]) -> dict[str, Any]:
    color = given.get("brand_color")
    if color is not None and not _COLOR.fullmatch(color):
        problems.append(FieldError.of("appearance.brand_color", "bad_color"))
    for field in ("headline", "description"):
        _check_text(f"appearance.{field}", given.get(field), TEXT_LENGTH, problems)
    return {**given, "brand_color": color.lower() if color else None}


def _check_cancel(feature: Mapping[str, Any], problems: list[FieldError]) -> None:
    where = "features.subscription_cancel"
    if feature["mode"] not in set(Timing):
        problems.append(FieldError.of(f"{where}.mode", "not_a_choice"))
    _check_text(f"{where}.confirmation_message", feature["confirmation_message"], TEXT_LENGTH, problems)
    asked: Sequence[str] = feature["cancellation_reason"]["options"]
    if not set(asked) <= set(REASONS):
        problems.append(FieldError.of(f"{where}.cancellation_reason.options", "not_a_choice"))
    if len(set(asked)) != len(asked):
        problems.append(FieldError.of(f"{where}.cancellation_reason.options", "not_unique"))
    if feature["cancellation_reason"]["enabled"] and not asked:
        problems.append(FieldError.of(f"{where}.cancellation_reason.options", "required"))


def _check_text(field: str, value: str | None, longest: int, problems: list[FieldError]) -> None:
    if value is None:
        return
    if len(value) > longest:
        problems.append(FieldError.of(field, "too_long", most=longest))
    if any(unicodedata.category(character) in ("Cc", "Cs") and character != "\n" for character in value):
        problems.append(FieldError.of(field, "control_character"))


def _check_link(field: str, url: str | None, problems: list[FieldError]) -> None:
    if url is None:
        return
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        host, parts = None, urlsplit("")
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in ("localhost", "127.0.0.1"))
    if not host or not is_safe or parts.username or len(url) > TEXT_LENGTH or not url.isprintable() or " " in url:
        problems.append(FieldError.of(field, "bad_url"))
