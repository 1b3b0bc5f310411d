"""What a portal is: looks, features, what it shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, not_, select
from sqlalchemy.orm import Session

from services.portal.models import Payment, PortalConfiguration, Product, Subscription
from services.portal.queries import time
from services.portal.rules.portals import configuration, features
from services.portal.rules.portals.features import AccessGate, CancelMode, Features
from services.portal.rules.products import visibility
from services.portal.rules.products.visibility import Bought
from services.portal.rules.subscriptions.cancellation import Timing
from services.portal.rules.subscriptions.lifecycle import Status
from shared.errors import NotFound


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
class PortalView:
    """One portal as its pages need it."""

    id: str
    slug: str
    kind: str
    name: str
    display_name: str
    mode: str
    brand_color: str | None
    headline: str | None
    description: str | None
    logo: str | None
    links: PortalLinks
    default_locale: str
    auto_detect: bool
    invoice_history: bool
    cancel: CancelFeature
    features: Features
    sign_in_methods: tuple[str, ...]
    campaigns: tuple[str, ...] | None
    hidden_products: tuple[str, ...]
    access_gate: AccessGate
    revision: int


@dataclass(frozen=True, kw_only=True)
class ConfigurationView:
    """A portal configuration as the API shows it."""

    id: str
    slug: str
    kind: str
    name: str
    display_name: str
    is_default: bool
    active: bool
    features: dict[str, Any]
    scope: dict[str, Any]
    sign_in: dict[str, Any]
    appearance: dict[str, Any]
    languages: dict[str, Any]
    links: dict[str, Any]
    created_at: datetime
    revision: int


def portal(session: Session, *, slug: str) -> PortalView:
    """The active portal at `/p/<slug>`. Raises NotFound."""
    row = session.scalars(
        select(PortalConfiguration).where(PortalConfiguration.slug == slug, PortalConfiguration.active)
    ).one_or_none()
    if row is None:
        raise NotFound
    return view(row)


def default(session: Session) -> PortalView:
    """The vendor's default portal in this mode. Raises NotFound while it has none."""
    row = session.scalars(select(PortalConfiguration).where(PortalConfiguration.is_default)).first()
    if row is None:
        raise NotFound
    return view(row)


def by_id(session: Session, *, configuration_id: str) -> PortalView:
    """One portal. Raises NotFound."""
    row = session.scalars(select(PortalConfiguration).where(PortalConfiguration.id == configuration_id)).one_or_none()
    if row is None:
        raise NotFound
    return view(row)


def record(session: Session, *, configuration_id: str) -> ConfigurationView:
    """One configuration as the API shows it. Raises NotFound."""
    row = session.scalars(select(PortalConfiguration).where(PortalConfiguration.id == configuration_id)).one_or_none()
    if row is None:
        raise NotFound
    return configuration_view(row)


def listing() -> Select[PortalConfiguration]:
    """All configurations."""
    return select(PortalConfiguration)


def hidden_products(
    session: Session, *, portal: PortalView, customer: str | None = None, is_gated: bool = True
) -> frozenset[str]:
    """Of the products that were bought in scope, those this portal does not show. One statement.

    Its gate looks at what was done by `customer`, or by those in scope. Invoices are not behind it: `is_gated` False.
    """
    gate = portal.access_gate if is_gated else AccessGate.ANY_ORDER
    is_bought = Product.id.in_(select(Payment.product)) | Product.id.in_(select(Subscription.product))
    is_asked = gate is not AccessGate.ANY_ORDER
    paid = _paid_for(customer) if is_asked else false()
    running = _running(customer, now=time.now(session)) if is_asked else false()
    found = session.execute(
        select(Product.id, Product.campaign, Product.show_in_portal, paid, running).where(is_bought)
    )
    return frozenset(
        product
        for product, campaign, show_in_portal, has_paid, is_running in found
        if not visibility.decide(
            product=product,
            campaign=campaign,
            show_in_portal=show_in_portal,
            campaigns=portal.campaigns,
            hidden_products=portal.hidden_products,
            gate=gate,
            bought=Bought(has_order=True, has_paid=bool(has_paid), is_running=bool(is_running)),
        )
    )


def _paid_for(customer: str | None) -> ColumnElement[bool]:
    """Was there ever money for the product; whether it went back later does not matter."""
    paid = select(Payment.product).where(Payment.status == "succeeded", Payment.total > 0)
    return Product.id.in_(paid if customer is None else paid.where(Payment.customer == customer))


def _running(customer: str | None, *, now: datetime) -> ColumnElement[bool]:
    """Does a subscription to the product run."""
    is_over = (Subscription.status == Status.CANCELED) & (Subscription.ends_at <= now)
    running = select(Subscription.product).where(Subscription.status != Status.ENDED, not_(is_over))
    return Product.id.in_(running if customer is None else running.where(Subscription.customer == customer))


def view(row: PortalConfiguration) -> PortalView:
    """A row as a view."""
    offered = features.calculate(row.features)
    return PortalView(
        id=row.id,
        slug=row.slug,
        kind=row.kind,
        name=row.name,
        display_name=row.display_name,
        mode=row.mode,
        brand_color=row.appearance.get("brand_color"),
        headline=row.appearance.get("headline"),
        description=row.appearance.get("description"),
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
        campaigns=None if row.scope["campaigns"] is None else tuple(row.scope["campaigns"]),
        hidden_products=tuple(row.scope["hidden_products"]),
        access_gate=AccessGate(row.scope.get("access_gate", AccessGate.ANY_ORDER)),
        revision=row.revision,
    )


def _timing(mode: CancelMode) -> Timing:
    return Timing.IMMEDIATELY if mode is CancelMode.IMMEDIATELY else Timing.AT_PERIOD_END


def configuration_view(row: PortalConfiguration) -> ConfigurationView:
    """A row as the API shows it."""
    return ConfigurationView(
        id=row.id,
        slug=row.slug,
        kind=row.kind,
        name=row.name,
        display_name=row.display_name,
        is_default=row.is_default,
        active=row.active,
        features=features.complete(row.features),
        scope={**configuration.DEFAULT_SCOPE, **row.scope},
        sign_in={**configuration.DEFAULT_SIGN_IN, **row.sign_in},
        appearance=row.appearance,
        languages=row.languages,
        links=row.links,
        created_at=row.created_at,
        revision=row.revision,
    )
