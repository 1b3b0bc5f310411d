"""DECIDES is a portal complete and fair.

A portal has an address of its own (`/p/<slug>`): lower-case letters, digits and hyphens, beginning and ending with a
letter or digit. It has a name. It is hosted, or a helpdesk's billing section; widgets and the section of a global
portal are not to be had yet. Its links lead to https pages (plain http only on localhost), its colors are #rrggbb,
its texts fit the page. What it is limited to, and what it hides, exists. What it allows is checked by `leaving.py`
and `changing.py`. A mailed sign-in link that is opened in another browser than the one that asked signs that one in
after a click (`confirm`), or not at all (`code`).

Worked example: links.privacy "javascript:alert(1)" is refused as `bad_url`; brand_color "#1A2b3c" is kept in lower
case; scope.campaigns [] is kept as no limit.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from services.portal.rules.portals import changing, features, leaving
from services.portal.rules.portals import problems as check
from services.portal.rules.portals.features import REASONS as REASONS
from services.portal.rules.portals.features import AccessGate
from services.portal.rules.portals.problems import Known
from shared.errors import FieldError, Invalid

CROSS_DEVICE: Final = ("confirm", "code")
KINDS: Final = ("hosted", "helpdesk", "widget", "global")
BUILT_KINDS: Final = ("hosted", "helpdesk")
SLUG: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
LINKS: Final = ("privacy", "terms", "return", "support")
NAME_LENGTH: Final = 200
TEXT_LENGTH: Final = 1000
_COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_LOCALE: Final = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}")
DEFAULT_SIGN_IN: Final[Mapping[str, Any]] = {"methods": ["email"], "cross_device": "confirm"}
DEFAULT_SCOPE: Final[Mapping[str, Any]] = {
    "campaigns": None,
    "hidden_products": [],
    "access_gate": AccessGate.ANY_ORDER.value,
}
DEFAULT_FEATURES: Final[Mapping[str, Mapping[str, Any]]] = {
    "hosted": {},
    "helpdesk": {"tickets": {"enabled": True}},
}
"""By kind, where they are not those of `features.py`."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A configuration somebody would like to publish. `features` may leave out what has its default."""

    slug: str
    name: str
    display_name: str
    features: Mapping[str, Any]
    appearance: Mapping[str, Any]
    languages: Mapping[str, Any]
    links: Mapping[str, Any]
    kind: str = "hosted"
    scope: Mapping[str, Any] = field(default_factory=lambda: DEFAULT_SCOPE)
    sign_in: Mapping[str, Any] = field(default_factory=lambda: DEFAULT_SIGN_IN)


_NOTHING: Final = Known()


def decide(draft: Draft, *, known: Known = _NOTHING) -> Draft:
    """The configuration as it will be published. Raises Invalid naming each field that is wrong."""
    problems: list[FieldError] = []
    if not SLUG.fullmatch(draft.slug):
        problems.append(FieldError.of("slug", "bad_portal_slug"))
    if draft.kind not in BUILT_KINDS:
        problems.append(FieldError.of("kind", "kind_not_available" if draft.kind in KINDS else "not_a_choice"))
    name = _name("name", draft.name, problems)
    display_name = _name("display_name", draft.display_name, problems)
    whole = features.complete(draft.features)
    problems += [*leaving.decide(whole, known=known), *changing.decide(whole, known=known)]
    appearance = _appearance(draft.appearance, problems)
    scope = _scope(draft.scope, known, problems)
    for link in LINKS:
        _check_link(f"links.{link}", draft.links.get(link), problems)
    if not _LOCALE.fullmatch(str(draft.languages.get("default_locale"))):
        problems.append(FieldError.of("languages.default_locale", "bad_locale"))
    check.choice("sign_in.cross_device", draft.sign_in["cross_device"], CROSS_DEVICE, problems)
    if problems:
        raise Invalid(*problems)
    return Draft(
        slug=draft.slug,
        kind=draft.kind,
        name=name,
        display_name=display_name,
        features=draft.features,
        appearance=appearance,
        languages=draft.languages,
        links={link: draft.links.get(link) for link in LINKS},
        scope=scope,
        sign_in=draft.sign_in,
    )


def _name(field: str, given: str, problems: list[FieldError]) -> str:
    name = given.strip()
    if not name:
        problems.append(FieldError.of(field, "required"))
    check.text(field, name, NAME_LENGTH, problems)
    return name


def _scope(given: Mapping[str, Any], known: Known, problems: list[FieldError]) -> dict[str, Any]:
    campaigns: list[str] = given["campaigns"] or []
    hidden: list[str] = given["hidden_products"]
    for field_name, named, among in (
        ("scope.campaigns", campaigns, known.campaigns),
        ("scope.hidden_products", hidden, known.products),
    ):
        check.unique(field_name, named, problems)
        for number, each in enumerate(named):
            check.known(f"{field_name}.{number}", each, among, problems)
    gate = given.get("access_gate", AccessGate.ANY_ORDER.value)
    check.choice("scope.access_gate", gate, set(AccessGate), problems)
    return {"campaigns": campaigns or None, "hidden_products": hidden, "access_gate": gate}


def _appearance(given: Mapping[str, Any], problems: list[FieldError]) -> dict[str, Any]:
    color = given.get("brand_color")
    if color is not None and not _COLOR.fullmatch(color):
        problems.append(FieldError.of("appearance.brand_color", "bad_color"))
    for text in ("headline", "description"):
        check.text(f"appearance.{text}", given.get(text), TEXT_LENGTH, problems)
    return {**given, "brand_color": color.lower() if color else None}


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
