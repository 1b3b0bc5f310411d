"""The add-ons of a subscription as its customer sees them: those there are, those offered, one waiting for a bank."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from services.portal.models import Addon, Payment, Product, Subscription
from services.portal.queries import renewals
from services.portal.rules.subscriptions import addons
from services.portal.rules.subscriptions.addons import Fit, Item, Offer
from shared.money import Money


@dataclass(frozen=True, kw_only=True)
class AddonLine:
    """One that it has (`quantity` is not 0), or that is offered. `next_quantity`: see `rules.subscriptions.addons`.

    `may_change`: it can have another quantity than now.
    """

    addon: str
    name: str
    description: str | None
    unit_label: str | None
    unit_price: Money
    quantity: int
    next_quantity: int | None
    minimum: int
    maximum: int
    may_change: bool


@dataclass(frozen=True, kw_only=True)
class AddonsView:
    """What there is, what there could be, and what waits for the customer's bank (its id and name)."""

    items: tuple[AddonLine, ...]
    offers: tuple[AddonLine, ...]
    waiting: tuple[str, str] | None

    def line(self, addon: str) -> AddonLine | None:
        """That of this add-on."""
        return next((each for each in (*self.items, *self.offers) if each.addon == addon), None)


_OF_PRODUCT: Final = (
    select(Addon, Product)
    .join(Product, Product.id == Addon.product)
    .where(Addon.product == bindparam("product"))
    .order_by(Addon.id)
)


def shown(session: Session, *, subscription_id: str) -> AddonsView:
    """For one subscription, which is there."""
    row = session.scalars(select(Subscription).where(Subscription.id == subscription_id)).one()
    rows = {each.id: (each, product) for each, product in session.execute(_OF_PRODUCT, {"product": row.product})}
    items = addons.of(row.addons)
    has, fit = {each.addon for each in items}, renewals.fit_of(row)
    known = [(each, offer_of(each, product)) for each, product in rows.values() if each.id not in has]
    return AddonsView(
        items=tuple(_item(each, row, {name: addon for name, (addon, _) in rows.items()}) for each in items),
        offers=tuple(
            _offered(each, offer) for each, offer in known if addons.is_offered(offer, plan=row.plan, fit=fit)
        ),
        waiting=_waiting(session, row),
    )


def offer_of(row: Addon, product: Product) -> Offer:
    """A row of the catalog as the rules take it."""
    return Offer(
        addon=row.id,
        name=row.name,
        unit_amount=row.unit_amount,
        tax_rate=product.tax_rate,
        fit=Fit(
            product=row.product,
            currency=row.currency,
            interval=row.interval,
            interval_count=row.interval_count,
            tax_behavior=product.tax_behavior,
        ),
        plans=tuple(row.plans),
        minimum=row.minimum,
        maximum=row.maximum,
        is_archived=row.archived_at is not None,
    )


def _item(item: Item, row: Subscription, rows: Mapping[str, Addon]) -> AddonLine:
    addon = rows.get(item.addon)
    most = item.quantity if addon is None or addon.archived_at is not None else addon.maximum
    least = 1 if addon is None else addon.minimum
    return AddonLine(
        addon=item.addon,
        name=item.name,
        description=None if addon is None else addon.description,
        unit_label=None if addon is None else addon.unit_label,
        unit_price=Money(item.unit_amount, row.currency),
        quantity=item.quantity,
        next_quantity=item.next_quantity,
        minimum=least,
        maximum=most,
        may_change=least < most,
    )


def _offered(addon: Addon, offer: Offer) -> AddonLine:
    return AddonLine(
        addon=addon.id,
        name=addon.name,
        description=addon.description,
        unit_label=addon.unit_label,
        unit_price=Money(addon.unit_amount, addon.currency),
        quantity=0,
        next_quantity=None,
        minimum=offer.minimum,
        maximum=offer.maximum,
        may_change=offer.minimum < offer.maximum,
    )


def _waiting(session: Session, row: Subscription) -> tuple[str, str] | None:
    after = session.scalar(
        select(Payment.after)
        .where(Payment.subscription == row.id, Payment.kind == "addon", Payment.status == "action_required")
        .limit(1)
    )
    return None if after is None else (after["item"]["addon"], after["item"]["name"])
