"""DECIDES is a portal complete and fair.

A portal has an address of its own (`/p/<slug>`): lower-case letters, digits and hyphens, beginning and ending with a
letter or digit. It has a name. It is hosted, a widget, the vendor's section of the global portal, or a helpdesk's
billing section; a widget and the global section show what was paid for, the others whatever was ordered, unless the
vendor says otherwise. Its links lead to https pages (plain http only on localhost). What it is limited to, and what it
hides, exists. What it allows is checked by `leaving.py` and `changing.py`, how customers get in by `getting_in.py`,
where it may be by `places.py`, how it looks by `appearance.py` and `styles.py`.

Worked example: links.privacy "javascript:alert(1)" is refused as `bad_url`; scope.campaigns [] is kept as no
limit.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlsplit

from services.portal.rules.portals import appearance, changing, features, getting_in, leaving, places
from services.portal.rules.portals import problems as check
from services.portal.rules.portals.features import REASONS as REASONS
from services.portal.rules.portals.features import AccessGate
from services.portal.rules.portals.problems import Known
from shared.errors import FieldError, Invalid
from shared.origins import origin_of

KINDS: Final = ("hosted", "widget", "global", "helpdesk")
SLUG: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
LINKS: Final = ("privacy", "terms", "return", "support")
NAME_LENGTH: Final = 200
TEXT_LENGTH: Final = 1000
_LOCALE: Final = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}")
DEFAULT_SCOPE: Final[Mapping[str, Any]] = {
    "campaigns": None,
    "hidden_products": [],
    "access_gate": AccessGate.ANY_ORDER.value,
}
DEFAULT_GATES: Final[Mapping[str, AccessGate]] = {
    "widget": AccessGate.PAID_TRANSACTION,
    "global": AccessGate.PAID_TRANSACTION,
}
"""By kind, where it is not open to any order."""

DEFAULT_LOGIN_PAGE: Final[Mapping[str, Any]] = {"enabled": True}
DEFAULT_FEATURES: Final[Mapping[str, Mapping[str, Any]]] = {
    "hosted": {},
    "helpdesk": {"tickets": {"enabled": True}},
}
"""By kind, where they are not those of `features.py`."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A configuration somebody would like to publish. `features` may leave out what has its default.

    `login_page` off: the portal has no sign-in page, and says where the vendor's own one is.
    """

    slug: str
    name: str
    display_name: str
    features: Mapping[str, Any]
    appearance: Mapping[str, Any]
    languages: Mapping[str, Any]
    links: Mapping[str, Any]
    kind: str = "hosted"
    scope: Mapping[str, Any] = field(default_factory=lambda: DEFAULT_SCOPE)
    sign_in: Mapping[str, Any] = field(default_factory=lambda: getting_in.DEFAULT)
    embed: Mapping[str, Any] = field(default_factory=lambda: places.DEFAULT_EMBED)
    domain: Mapping[str, Any] = field(default_factory=lambda: places.NO_DOMAIN)
    login_page: Mapping[str, Any] = field(default_factory=lambda: DEFAULT_LOGIN_PAGE)
    default_return_url: str | None = None


_NOTHING: Final = Known()


def decide(draft: Draft, *, mode: str, installation: str | None = None, known: Known = _NOTHING) -> Draft:
    """The configuration as it will be published; `installation` is the host that everybody's portals are at.

    Raises Invalid naming each field that is wrong.
    """
    problems: list[FieldError] = []
    if not SLUG.fullmatch(draft.slug):
        problems.append(FieldError.of("slug", "bad_portal_slug"))
    check.choice("kind", draft.kind, KINDS, problems)
    whole = features.complete(draft.features)
    problems += [*leaving.decide(whole, known=known), *changing.decide(whole, known=known)]
    for link in LINKS:
        _check_link(f"links.{link}", draft.links.get(link), problems)
    if draft.default_return_url is not None and not _leads_out(draft.default_return_url, mode):
        problems.append(FieldError.of("default_return_url", "bad_url"))
    if not _LOCALE.fullmatch(str(draft.languages.get("default_locale"))):
        problems.append(FieldError.of("languages.default_locale", "bad_locale"))
    embed = places.decide_embed(draft.embed, mode=mode, problems=problems)
    sign_in = getting_in.complete(draft.sign_in)
    getting_in.decide(sign_in, mode=mode, origins=embed["allowed_origins"], problems=problems)
    decided = replace(
        draft,
        name=_name("name", draft.name, problems),
        display_name=_name("display_name", draft.display_name, problems),
        appearance=appearance.decide(draft.appearance, problems),
        links={link: draft.links.get(link) for link in LINKS},
        scope=_scope(draft.scope, known, problems),
        sign_in=sign_in,
        embed=embed,
        domain=places.decide_domain(draft.domain, installation=installation, problems=problems),
    )
    if problems:
        raise Invalid(*problems)
    return decided


def default_scope(kind: str) -> dict[str, Any]:
    """What shows in a portal of this kind."""
    gate = DEFAULT_GATES.get(kind, AccessGate.ANY_ORDER)
    return {**DEFAULT_SCOPE, "access_gate": gate.value}


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


def _leads_out(url: str, mode: str) -> bool:
    origin = origin_of(url)
    return origin is not None and (mode == "test" or origin.startswith("https://"))


def _check_link(field: str, url: str | None, problems: list[FieldError]) -> None:
    """Links are shown and nothing more, so their hosts may be in any alphabet."""
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
