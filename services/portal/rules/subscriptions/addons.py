"""DECIDES what add-ons a subscription has: what is charged for them, which may come, and which stay with another plan.

An add-on is charged with its plan, each period, as a line of its own, at the price and tax it was agreed at. A coupon
is for the plan: it takes nothing off add-ons. More of one holds now, and costs its part of the running period, to the
second; fewer, or none, from the next period on, without money back, and can be taken back until then. In a trial
nothing was paid, so everything holds at once and costs nothing before the trial ends.

An add-on fits a plan of its product with its currency, interval and way of showing tax, of those it is for. With a
change to a plan that it does not fit it ends, and its unused time is treated as that of the old plan. What it fits was
agreed to as well: what becomes of the add-on in the catalog changes nothing that runs.

Worked example: 3 backups at 10 EUR a month, added on 16 June: 15.00 now, 30.00 more on 1 July. One fewer on 10 July:
30.00 until the end of July, 20.00 on 1 August.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.portal.rules.reasons import QuantityOutOfRange
from services.portal.rules.subscriptions import proration
from services.portal.rules.subscriptions.period import Period
from shared.errors import Conflict, NotFound
from shared.totals import Line


class AddonUnknown(NotFound):
    """There is no such add-on."""

    code = "addon_unknown"


class AddonNotOffered(Conflict):
    """It does not fit this subscription's plan, or was put away."""

    code = "addon_not_offered"


class AddonAlreadyAdded(Conflict):
    """The subscription has it."""

    code = "addon_already_added"


class AddonNotAdded(Conflict):
    """The subscription does not have it."""

    code = "addon_not_added"


class AddonUnchanged(Conflict):
    """That many it has already."""

    code = "addon_unchanged"


@dataclass(frozen=True, kw_only=True)
class Item:
    """An add-on as it was agreed to, for `plans` of the product (empty: all). Minor units, basis points.

    `next_quantity` is how many there are from the next period on; None: as many, 0: none.
    """

    addon: str
    name: str
    quantity: int
    unit_amount: int
    tax_rate: int
    added_at: str
    plans: Sequence[str] = ()
    next_quantity: int | None = None

    @property
    def amount(self) -> int:
        """For a whole period."""
        return self.quantity * self.unit_amount


@dataclass(frozen=True, kw_only=True)
class Fit:
    """What an add-on and a plan must have in common."""

    product: str
    currency: str
    interval: str
    interval_count: int
    tax_behavior: str


@dataclass(frozen=True, kw_only=True)
class Offer:
    """An add-on of the catalog, as of today."""

    addon: str
    name: str
    unit_amount: int
    tax_rate: int
    fit: Fit
    plans: Sequence[str]
    minimum: int
    maximum: int
    is_archived: bool


class When(StrEnum):
    """When another quantity holds."""

    NOW = "now"
    AT_PERIOD_END = "at_period_end"


@dataclass(frozen=True, kw_only=True)
class Step:
    """What is to become of an add-on: the `item` afterwards (None: gone), and how many more there are now."""

    when: When
    item: Item | None
    more: int


def of(stored: Iterable[Mapping[str, Any]] | None) -> tuple[Item, ...]:
    """As a row keeps them."""
    return tuple(Item(**each) for each in stored or ())


def stored(items: Iterable[Item]) -> list[dict[str, Any]]:
    """For a row."""
    return [{**asdict(each), "plans": list(each.plans)} for each in items]


def following(items: Iterable[Item]) -> tuple[Item, ...]:
    """Those of the next period."""
    asked = (each if each.next_quantity is None else replace(each, quantity=each.next_quantity) for each in items)
    return tuple(replace(each, next_quantity=None) for each in asked if each.quantity)


def staying(items: Iterable[Item], *, plan: str, old: Fit, new: Fit) -> tuple[Item, ...]:
    """Those that fit the other plan. What runs fits the `old` one."""
    return tuple(each for each in items if old == new and (not each.plans or plan in each.plans))


def put(items: Iterable[Item], changed: Item | None, *, addon: str) -> tuple[Item, ...]:
    """With one of them as it is now, or without it; a new one comes last."""
    known = tuple(items)
    if changed is None:
        return tuple(each for each in known if each.addon != addon)
    if any(each.addon == addon for each in known):
        return tuple(changed if each.addon == addon else each for each in known)
    return (*known, changed)


def find(items: Iterable[Item], addon: str) -> Item | None:
    """That of this add-on."""
    return next((each for each in items if each.addon == addon), None)


def is_offered(offer: Offer, *, plan: str, fit: Fit) -> bool:
    """May it be added to a subscription to this plan?"""
    return not offer.is_archived and offer.fit == fit and (not offer.plans or plan in offer.plans)


def add(items: Iterable[Item], offer: Offer, *, quantity: object, plan: str, fit: Fit, at: str) -> Step:
    """So many of a new one. Raises AddonAlreadyAdded, AddonNotOffered, QuantityOutOfRange."""
    if find(items, offer.addon) is not None:
        raise AddonAlreadyAdded
    if not is_offered(offer, plan=plan, fit=fit):
        raise AddonNotOffered
    units = _units(quantity, offer)
    item = Item(
        addon=offer.addon,
        name=offer.name,
        quantity=units,
        unit_amount=offer.unit_amount,
        tax_rate=offer.tax_rate,
        plans=tuple(offer.plans),
        added_at=at,
    )
    return Step(when=When.NOW, item=item, more=units)


def change(items: Iterable[Item], offer: Offer, *, quantity: object, in_trial: bool) -> Step:
    """Another quantity of one that is there; 0 takes it off, the one it has takes back what was to come.

    Raises AddonNotAdded, AddonNotOffered for more of what was put away, AddonUnchanged, QuantityOutOfRange.
    """
    item = find(items, offer.addon)
    if item is None:
        raise AddonNotAdded
    if quantity == item.quantity and type(quantity) is int:
        if item.next_quantity is None:
            raise AddonUnchanged
        return Step(when=When.NOW, item=replace(item, next_quantity=None), more=0)
    units = 0 if quantity == 0 and type(quantity) is int else _units(quantity, offer)
    if units > item.quantity:
        if offer.is_archived:
            raise AddonNotOffered
        more = replace(item, quantity=units, next_quantity=None)
        return Step(when=When.NOW, item=more, more=units - item.quantity)
    if in_trial:
        return Step(when=When.NOW, item=replace(item, quantity=units) if units else None, more=0)
    if item.next_quantity == units:
        raise AddonUnchanged
    return Step(when=When.AT_PERIOD_END, item=replace(item, next_quantity=units), more=0)


def lines(items: Iterable[Item], period: Period) -> tuple[Line, ...]:
    """What is charged for a whole period, a line each."""
    return tuple(
        Line(
            description=each.name,
            quantity=each.quantity,
            unit_amount=each.unit_amount,
            amount=each.amount,
            tax_rate=each.tax_rate,
            period_start=period.start.isoformat(),
            period_end=period.end.isoformat(),
        )
        for each in items
    )


def rest(items: Iterable[Item], period: Period, *, at: datetime) -> tuple[Line, ...]:
    """Their part of what is left of the period; what comes to nothing has no line."""
    shares = (
        replace(
            line,
            unit_amount=None,
            amount=proration.calculate(line.amount, of=period, start=at),
            period_start=at.isoformat(),
        )
        for line in lines(items, period)
    )
    return tuple(each for each in shares if each.amount)


def so_many(item: Item, quantity: int) -> Item:
    """Only so many of it."""
    return replace(item, quantity=quantity)


def amount(items: Iterable[Item]) -> int:
    """What the next periods bring, in minor units, as agreed."""
    return sum(each.amount for each in following(items))


def _units(quantity: object, offer: Offer) -> int:
    if type(quantity) is not int or not offer.minimum <= quantity <= offer.maximum:
        raise QuantityOutOfRange(minimum=offer.minimum, maximum=offer.maximum)
    return quantity
