"""What a portal is: looks, features, what it shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, select
from sqlalchemy.orm import Session, defer

from services.portal.models import BillingSettings, PortalConfiguration, TestClock, Vendor
from services.portal.queries import billing, time
from services.portal.rules.portals import features, getting_in, places
from services.portal.rules.portals.features import AccessGate, CancelMode, Features
from services.portal.rules.subscriptions.cancellation import Timing
from shared.database import kept
from shared.errors import NotFound
from shared.ui import Look, look_of


@dataclass(frozen=True, kw_only=True)
class CancelFeature:
    """How a customer may cancel here."""

    enabled: bool
    timing: Timing
    reasons_enabled: bool
    reasons: tuple[str, ...]
    confirmation_message: str | None


@dataclass(frozen=True, kw_only=True)
class PortalLinks:
    """Where a portal's footer and header lead."""

    privacy: str | None
    terms: str | None
    return_to: str | None
    support: str | None


@dataclass(frozen=True, kw_only=True)
class EmbedView:
    """Where a portal may be embedded, and what it tells the page around it. `debug` is never on in live mode."""

    allowed_origins: tuple[str, ...]
    events: bool
    debug: bool


@dataclass(frozen=True, kw_only=True)
class PortalView:
    """One portal as its pages need it.

    `direct_actions` are the ways in that need no step-up here. `return_url` is where "Back to …" leads unless the visit
    says otherwise. `host` and `path` are the portal's own, null until they are proven. `look` is what of `appearance`
    is drawn everywhere, `css_digest` names the style rules of its own; `actions_layout` is buttons or dropdown.
    `link_minutes` is how long mailed codes work; `links_cross_devices` whether a mailed link signs in another window
    than the one that asked. `texts` are the vendor's own by language and key.
    """

    id: str
    slug: str
    kind: str
    name: str
    display_name: str
    mode: str
    look: Look
    appearance: Mapping[str, Any]
    css_digest: str | None
    logo: str | None
    links: PortalLinks
    default_locale: str
    auto_detect: bool
    invoice_history: bool
    cancel: CancelFeature
    features: Features
    sign_in_methods: tuple[str, ...]
    direct_actions: frozenset[str]
    link_minutes: int
    links_cross_devices: bool
    embed: EmbedView
    return_url: str | None
    host: str | None
    path: str | None
    actions_layout: str
    campaigns: tuple[str, ...] | None
    hidden_products: tuple[str, ...]
    access_gate: AccessGate
    revision: int
    standing: str = "active"
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def is_suspended(self) -> bool:
        """Whether its vendor is: all can be read, nothing done."""
        return self.standing == "suspended"


def portal(session: Session, *, slug: str) -> PortalView:
    """The active portal at `/p/<slug>`. Raises NotFound."""
    if kept.known(session, (PortalView, slug)):
        return _by_revision(session, slug=slug)
    return _read(session, _AT_SLUG, slug=slug)


def default(session: Session) -> PortalView:
    """The vendor's default portal in this mode. Raises NotFound while it has none."""
    return _read(session, _DEFAULT)


def by_id(session: Session, *, configuration_id: str) -> PortalView:
    """One portal. Raises NotFound."""
    row = session.scalars(select(PortalConfiguration).where(PortalConfiguration.id == configuration_id)).one_or_none()
    if row is None:
        raise NotFound
    return view(row, standing=session.scalar(select(Vendor.standing).where(Vendor.id == row.vendor)))


_UNREAD: Final = ("custom_css", "served_css", "login_page", "domain_checked_at", "domain_missing_since")
"""No page looks at these; a sheet of a vendor's own may be 50 kB."""


def _portals(*columns: Any) -> Select[Any]:
    """Portals with how their vendor bills and stands, and with its clock: who looks at a portal needs these as well."""
    found: Select[Any] = select(*columns, BillingSettings.settings, TestClock.offset_seconds, Vendor.standing)
    return (
        found.outerjoin(Vendor, Vendor.id == PortalConfiguration.vendor)
        .outerjoin(BillingSettings, _of_same_vendor(BillingSettings))
        .outerjoin(TestClock, _of_same_vendor(TestClock))
    )


def _of_same_vendor(model: type[BillingSettings] | type[TestClock]) -> ColumnElement[bool]:
    return and_(model.vendor == PortalConfiguration.vendor, model.mode == PortalConfiguration.mode)


_WHOLE: Final = _portals(PortalConfiguration).options(*(defer(getattr(PortalConfiguration, each)) for each in _UNREAD))
_IS_AT: Final = (PortalConfiguration.slug == bindparam("slug"), PortalConfiguration.active)
_AT_SLUG: Final = _WHOLE.where(*_IS_AT).limit(1)
_DEFAULT: Final = _WHOLE.where(PortalConfiguration.is_default).limit(1)
_REVISION: Final = _portals(
    PortalConfiguration.id, PortalConfiguration.revision, PortalConfiguration.vendor, PortalConfiguration.mode
)
_REVISION_AT_SLUG: Final = _REVISION.where(*_IS_AT).limit(1)


def _read(session: Session, statement: Select[Any], **given: str) -> PortalView:
    """The one portal, kept by its revision, which grows with every change. Raises NotFound."""
    found = session.execute(statement, given).one_or_none()
    if found is None:
        raise NotFound
    row, settings, offset, standing = found
    _keep_around(session, row.vendor, row.mode, settings, offset)
    shown = view(row, standing=standing)
    kept.keep(session, (PortalView, shown.id, shown.revision), shown)
    kept.keep(session, (PortalView, shown.slug), True)
    return shown


def _by_revision(session: Session, *, slug: str) -> PortalView:
    """The portal as it is kept, while that is its revision. Raises NotFound."""
    found = session.execute(_REVISION_AT_SLUG, {"slug": slug}).one_or_none()
    if found is None:
        raise NotFound
    portal_id, revision, vendor, mode, settings, offset, standing = found
    shown: PortalView | None = kept.known(session, (PortalView, portal_id, revision))
    if shown is None:
        return _read(session, _AT_SLUG, slug=slug)
    _keep_around(session, vendor, mode, settings, offset)
    return replace(shown, standing=standing or "active")


def _keep_around(session: Session, vendor: str, mode: str, settings: dict[str, Any] | None, offset: int | None) -> None:
    """The vendor's settings and its clock, for those who ask next."""
    billing.keep(session, settings, vendor=vendor, mode=mode)
    time.keep(session, offset, vendor=vendor, mode=mode)


def view(row: PortalConfiguration, *, standing: str | None = None) -> PortalView:
    """A row as a view. `standing` is its vendor's, where anybody may act."""
    offered, sign_in = features.calculate(row.features), getting_in.complete(row.sign_in)
    return PortalView(
        id=row.id,
        slug=row.slug,
        kind=row.kind,
        name=row.name,
        display_name=row.display_name,
        mode=row.mode,
        look=look_of(row.appearance),
        appearance=row.appearance,
        css_digest=row.css_digest,
        logo=row.appearance.get("logo"),
        links=PortalLinks(
            privacy=row.links.get("privacy"),
            terms=row.links.get("terms"),
            return_to=row.links.get("return"),
            support=row.links.get("support"),
        ),
        default_locale=row.languages["default_locale"],
        auto_detect=row.languages["auto_detect"],
        invoice_history=offered.invoices_enabled,
        cancel=CancelFeature(
            enabled=offered.cancel.enabled,
            timing=_timing(offered.cancel.mode),
            reasons_enabled=offered.cancel.reasons_enabled,
            reasons=offered.cancel.reasons,
            confirmation_message=offered.cancel.confirmation_message,
        ),
        features=offered,
        sign_in_methods=tuple(row.sign_in["methods"]),
        direct_actions=frozenset(sign_in["direct_actions"]),
        link_minutes=sign_in["link_minutes"],
        links_cross_devices=sign_in["cross_device"] == "confirm",
        embed=_embed(row),
        return_url=row.default_return_url,
        host=row.domain_host if row.domain_verified_at else None,
        path=row.domain_path if row.domain_verified_at else None,
        actions_layout=row.appearance.get("actions_layout", "buttons"),
        campaigns=None if row.scope["campaigns"] is None else tuple(row.scope["campaigns"]),
        hidden_products=tuple(row.scope["hidden_products"]),
        access_gate=AccessGate(row.scope.get("access_gate", AccessGate.ANY_ORDER)),
        revision=row.revision,
        standing=standing or "active",
        texts=row.languages.get("texts", {}),
    )


def _embed(row: PortalConfiguration) -> EmbedView:
    stored = {**places.DEFAULT_EMBED, **row.embed}
    return EmbedView(
        allowed_origins=tuple(stored["allowed_origins"]),
        events=stored["events"],
        debug=stored["debug"] and row.mode == "test",
    )


def _timing(mode: CancelMode) -> Timing:
    return Timing.IMMEDIATELY if mode is CancelMode.IMMEDIATELY else Timing.AT_PERIOD_END
