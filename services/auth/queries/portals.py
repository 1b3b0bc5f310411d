"""Which portal a path means, and how it looks."""

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Select, bindparam, select

from services.auth.models import Portal, Vendor
from services.auth.rules import link
from services.auth.rules.link import CrossDevice
from services.auth.rules.session import Terms, calculate_terms
from services.auth.rules.standing import Standing, contact
from shared.database import scope
from shared.database.session import Session
from shared.events import Mode
from shared.places import PLACES
from shared.portal_address import portal_address

EMAIL: Final = "email"
_NOT_EMBEDDED: Final[dict[str, Any]] = {"allowed_origins": [], "events": False, "debug": False}


@dataclass(frozen=True, kw_only=True)
class SignInSettings:
    """All that a portal's configuration says of getting in, each with its default.

    `methods` names the ways in, `direct_actions` those that need no step-up; `identify_by` is `email` or
    `customer_id`. `require_hash` is false at most in test mode. `sender_name` and `reply_to` are for mails, null: the
    vendor's own. `redirect_url` is the vendor's page that a mailed link leads back to. `email_change`: a customer may
    change their own address. `login_page`: the portal has a sign-in page of its own. `link_minutes` and the two of the
    session are how long those last, at most.
    """

    methods: tuple[str, ...] = ("email", "portal_session")
    identify_by: str = "email"
    direct_actions: tuple[str, ...] = ()
    cross_device: CrossDevice = CrossDevice.CONFIRM
    require_hash: bool = True
    redirect_url: str | None = None
    sender_name: str | None = None
    reply_to: str | None = None
    invitation_email: bool = False
    email_change: bool = False
    login_page: bool = True
    link_minutes: int = 10
    session_idle_minutes: int = 30
    session_hours: int = 12

    @property
    def link_lifetime(self) -> timedelta:
        """How long mailed links and codes work."""
        return link.lifetime(self.link_minutes)

    @property
    def terms(self) -> Terms:
        """How long sessions last."""
        return calculate_terms(idle_minutes=self.session_idle_minutes, hours=self.session_hours)


@dataclass(frozen=True, kw_only=True)
class Closed:
    """A vendor that has closed: its name, and how to reach it."""

    vendor: str
    contact: str


@dataclass(frozen=True, kw_only=True)
class PortalView:
    """A portal people sign in to. `reply_to` is the vendor's own address for mails, if known.

    `kind` is hosted, widget, global or helpdesk; `embed` has `allowed_origins`, `events`, `debug`; `host` and `path`
    are the portal's own once they are proven (`path` begins with a slash, or is empty); `return_url` is where pages
    lead back to. `closed` is what is left to say where the vendor has closed; such a portal is not `active`.
    """

    id: str
    slug: str
    vendor: str
    mode: Mode
    kind: str
    is_default: bool
    display_name: str
    active: bool
    sign_in: SignInSettings
    sign_in_methods: tuple[str, ...]
    cross_device: CrossDevice
    embed: dict[str, Any]
    host: str | None
    path: str | None
    return_url: str | None
    appearance: dict[str, Any]
    languages: dict[str, Any]
    links: dict[str, Any]
    revision: int
    reply_to: str | None
    closed: Closed | None = None

    def address(self, public_url: str) -> str:
        """Where it is, from configuration alone; no slash at the end."""
        if self.slug in PLACES:
            return f"{public_url}{PLACES[self.slug]}"
        return portal_address(public_url, slug=self.slug, host=self.host, path=self.path)

    @property
    def takes_email(self) -> bool:
        """Whether people sign in by e-mail here."""
        return EMAIL in self.sign_in_methods


_SETTINGS: Final = frozenset(each.name for each in fields(SignInSettings))
_IS_THERE: Final = Vendor.standing != Standing.CLOSED
_COLUMNS = (
    Portal.id,
    Portal.slug,
    Portal.vendor,
    Portal.mode,
    Portal.kind,
    Portal.is_default,
    Portal.display_name,
    Portal.active,
    Portal.sign_in_methods,
    Portal.cross_device,
    Portal.sign_in,
    Portal.embed,
    Portal.host,
    Portal.path,
    Portal.return_url,
    Portal.appearance,
    Portal.languages,
    Portal.links,
    Portal.revision,
    Vendor.profile,
    Vendor.standing,
)

_EVERY: Final = select(*_COLUMNS).join(Vendor, Vendor.id == Portal.vendor)
_BY_SLUG: Final = _EVERY.where(Portal.slug == bindparam("slug"))
_BY_ID: Final = _EVERY.where(Portal.id == bindparam("configuration"))
_OF_VENDOR: Final = _EVERY.where(
    Portal.vendor == bindparam("of"), Portal.mode == bindparam("in_mode"), Portal.active, _IS_THERE
).order_by(Portal.is_default.desc(), Portal.id)


def by_slug(session: Session, slug: str) -> PortalView | None:
    """The portal at `/p/<slug>`, of whichever vendor."""
    with scope.platform():
        row = session.execute(_BY_SLUG, {"slug": slug}).one_or_none()
    return None if row is None else _view(row)


def by_id(session: Session, configuration: str) -> PortalView | None:
    """The portal of this configuration, of whichever vendor."""
    with scope.platform():
        row = session.execute(_BY_ID, {"configuration": configuration}).one_or_none()
    return None if row is None else _view(row)


def of_vendor(session: Session, vendor: str, mode: Mode) -> PortalView | None:
    """The vendor's default portal in this mode; where it is closed, the oldest one that is open."""
    with scope.platform():
        row = session.execute(_OF_VENDOR.limit(1), {"of": vendor, "in_mode": mode}).one_or_none()
    return None if row is None else _view(row)


def with_method(session: Session, vendor: str, mode: Mode, method: str) -> PortalView | None:
    """The vendor's active portal in this mode that lists a method: the default one first, then the oldest."""
    return next((each for each in listed(session, vendor, mode) if method in each.sign_in_methods), None)


def listed(session: Session, vendor: str, mode: Mode) -> list[PortalView]:
    """The vendor's active portals in this mode: the default one first, then by age."""
    with scope.platform():
        rows = session.execute(_OF_VENDOR, {"of": vendor, "in_mode": mode}).all()
    return [_view(row) for row in rows]


def widgets() -> tuple[Select[Portal], type[Portal]]:
    """The open widgets of the scope, for a page of them."""
    return select(Portal).where(Portal.kind == "widget", Portal.active), Portal


def settings_held(session: Session, configuration: str) -> SignInSettings:
    """What the portal says of getting in as this is read; until the transaction ends no news of it are kept.

    Whoever begins a session by them is so seen by whoever changes them.
    """
    with scope.platform():
        row = session.execute(
            select(Portal.sign_in, Portal.sign_in_methods, Portal.cross_device)
            .where(Portal.id == configuration)
            .with_for_update(read=True)
        ).one()
    return settings_of(row)


def _view(row: Any) -> PortalView:
    return PortalView(
        id=row.id,
        slug=row.slug,
        vendor=row.vendor,
        mode=row.mode,
        kind=row.kind,
        is_default=row.is_default,
        display_name=row.display_name,
        active=row.active and row.standing != Standing.CLOSED,
        closed=Closed(vendor=row.display_name, contact=contact(row.profile))
        if row.standing == Standing.CLOSED
        else None,
        sign_in=settings_of(row),
        sign_in_methods=tuple(row.sign_in_methods),
        cross_device=CrossDevice(row.cross_device),
        embed={**_NOT_EMBEDDED, **row.embed},
        host=row.host,
        path=row.path,
        return_url=row.return_url,
        appearance=row.appearance,
        languages=row.languages,
        links=row.links,
        revision=row.revision,
        reply_to=row.profile.get("email"),
    )


def settings_of(row: Any) -> SignInSettings:
    """What was told, and the default of what was not: news of an older version tell less."""
    told = {name: value for name, value in row.sign_in.items() if name in _SETTINGS and value is not None}
    lists = {name: tuple(told[name]) for name in ("direct_actions",) if name in told}
    columns = {"methods": tuple(row.sign_in_methods), "cross_device": CrossDevice(row.cross_device)}
    return SignInSettings(**{**told, **lists, **columns})
