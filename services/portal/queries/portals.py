"""What a portal is: looks, features, what it shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.portal.models import Payment, PortalConfiguration, Product, Subscription
from services.portal.rules.products import visibility
from services.portal.rules.subscriptions.cancellation import Timing
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
    sign_in_methods: tuple[str, ...]
    campaigns: tuple[str, ...] | None
    hidden_products: tuple[str, ...]
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


def hidden_products(session: Session, *, portal: PortalView) -> frozenset[str]:
    """Of the products that were bought in scope, those this portal does not show. One statement."""
    is_bought = Product.id.in_(select(Payment.product)) | Product.id.in_(select(Subscription.product))
    found = session.execute(select(Product.id, Product.campaign, Product.show_in_portal).where(is_bought))
    return frozenset(
        row.id
        for row in found
        if not visibility.decide(
            product=row.id,
            campaign=row.campaign,
            show_in_portal=row.show_in_portal,
            campaigns=portal.campaigns,
            hidden_products=portal.hidden_products,
        )
    )


def view(row: PortalConfiguration) -> PortalView:
    """A row as a view."""
    cancel: Mapping[str, Any] = row.features["subscription_cancel"]
    reason = cancel["cancellation_reason"]
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
        invoice_history=row.features["invoice_history"]["enabled"],
        cancel=CancelFeature(
            enabled=cancel["enabled"],
            timing=Timing(cancel["mode"]),
            reasons_enabled=reason["enabled"],
            reasons=tuple(reason["options"]),
            confirmation_message=cancel["confirmation_message"],
        ),
        sign_in_methods=tuple(row.sign_in["methods"]),
        campaigns=None if row.scope["campaigns"] is None else tuple(row.scope["campaigns"]),
        hidden_products=tuple(row.scope["hidden_products"]),
        revision=row.revision,
    )


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
        features=row.features,
        sign_in=row.sign_in,
        appearance=row.appearance,
        languages=row.languages,
        links=row.links,
        created_at=row.created_at,
        revision=row.revision,
    )
