"""DECIDES which plan may follow which.

Plans follow one another inside their plan group, in one currency and one way of showing tax; archived ones follow
nothing. The group's table of exceptions says of a switch from plan to plan: allowed, needs approval or denied, now or
at the period's end, within narrower bounds of quantity; an entry with neither plan speaks of all switches, the more
exact entry counts before the less exact. A subscription's own table is asked first. Where no entry decides, the portal
does: it may allow upgrades alone.

A downgrade costs less per month at the same or a shorter interval. A longer commitment at a lower price per month is
the usual discount for it, and none. A month counts as 30.436875 days, a year as twelve of them.

Worked example: Team 25 EUR a month to Solo 9 EUR a month is a downgrade; Team 250 EUR a year is none; from there to
Team 25 EUR a month is none either, but Solo 9 EUR a month is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from services.portal.rules.policy import Decision
from services.portal.rules.reasons import PlanArchived, SwitchNotAllowed
from services.portal.rules.subscriptions.period import Interval
from services.portal.rules.subscriptions.quantity import MOST, Bounds
from shared.errors import Conflict, Refusal

DAYS: Final[dict[Interval, Fraction]] = {
    Interval.DAY: Fraction(1),
    Interval.WEEK: Fraction(7),
    Interval.MONTH: Fraction(146_097, 4_800),
    Interval.YEAR: Fraction(146_097, 400),
}
"""Mean lengths in the Gregorian calendar, for comparing prices only."""


class When(StrEnum):
    """When a switch takes effect."""

    NOW = "now"
    AT_PERIOD_END = "at_period_end"


class Why(StrEnum):
    """Why a plan may not follow; each has a sentence in every language."""

    OUTSIDE_GROUP = "plan_outside_group"
    OTHER_CURRENCY = "plan_in_other_currency"
    OTHER_TAX = "plan_with_other_tax"
    ARCHIVED = "plan_archived"
    NOT_ALLOWED = "switch_not_allowed"
    DOWNGRADE = "downgrade_not_allowed"
    CURRENT = "plan_is_current"


class PlanOutsideGroup(Conflict):
    """The plan does not belong to the subscription's plan group, or there is no group."""

    code = "plan_outside_group"


class PlanInOtherCurrency(Conflict):
    """A subscription keeps its currency."""

    code = "plan_in_other_currency"


class PlanWithOtherTax(Conflict):
    """One has tax within its prices, the other on top."""

    code = "plan_with_other_tax"


class DowngradeNotAllowed(Conflict):
    """The portal allows upgrades alone."""

    code = "downgrade_not_allowed"


class PlanIsCurrent(Conflict):
    """Nothing would change."""

    code = "plan_is_current"


REFUSALS: Final[dict[Why, type[Refusal]]] = {
    Why.OUTSIDE_GROUP: PlanOutsideGroup,
    Why.OTHER_CURRENCY: PlanInOtherCurrency,
    Why.OTHER_TAX: PlanWithOtherTax,
    Why.ARCHIVED: PlanArchived,
    Why.NOT_ALLOWED: SwitchNotAllowed,
    Why.DOWNGRADE: DowngradeNotAllowed,
    Why.CURRENT: PlanIsCurrent,
}


@dataclass(frozen=True, kw_only=True)
class Price:
    """A plan as switching sees it. `unit_amount` minor units for one, each period."""

    plan: str
    group: str | None
    currency: str
    tax_behavior: str
    unit_amount: int
    interval: Interval
    interval_count: int
    is_archived: bool = False


@dataclass(frozen=True, kw_only=True)
class Switch:
    """The answer. `when` None leaves it to the portal's conditions."""

    decision: Decision
    why: Why | None = None
    when: When | None = None
    bounds: Bounds | None = None


def decide(
    *,
    current: Price,
    target: Price,
    of_group: Iterable[Mapping[str, Any]],
    of_subscription: Iterable[Mapping[str, Any]] | None,
    allow_downgrade: bool,
) -> Switch:
    """May `target` follow `current`? `current` has the price agreed with the subscriber, not the plan's of today."""
    forbidden = _forbidden(current, target)
    if forbidden is not None:
        return Switch(decision=Decision.DENIED, why=forbidden)
    entry = most_exact(of_subscription or (), current.plan, target.plan)
    entry = entry or most_exact(of_group, current.plan, target.plan)
    decision = Decision(entry.get("decision") or Decision.ALLOWED) if entry else Decision.ALLOWED
    if decision is Decision.DENIED:
        return Switch(decision=decision, why=Why.NOT_ALLOWED)
    is_said = entry is not None and entry.get("decision") is not None
    if not is_said and not allow_downgrade and is_downgrade(current, target):
        return Switch(decision=Decision.DENIED, why=Why.DOWNGRADE)
    return Switch(decision=decision, when=_when(entry), bounds=_bounds(entry))


def is_downgrade(current: Price, target: Price) -> bool:
    """Cheaper per month, without a longer commitment for it."""
    return length(target) <= length(current) and per_month(target) < per_month(current)


def per_month(price: Price, *, quantity: int = 1) -> Fraction:
    """Minor units a month."""
    return quantity * price.unit_amount * DAYS[Interval.MONTH] / length(price)


def length(price: Price) -> Fraction:
    """Days of its interval, on average."""
    return DAYS[price.interval] * price.interval_count


def _forbidden(current: Price, target: Price) -> Why | None:
    """What no table can allow."""
    if target.plan == current.plan:
        return Why.CURRENT
    if target.is_archived:
        return Why.ARCHIVED
    if target.group is None or target.group != current.group:
        return Why.OUTSIDE_GROUP
    if target.currency != current.currency:
        return Why.OTHER_CURRENCY
    return Why.OTHER_TAX if target.tax_behavior != current.tax_behavior else None


def most_exact(table: Iterable[Mapping[str, Any]], current: str, target: str) -> Mapping[str, Any] | None:
    """The entry that fits and names most; the target counts before the origin, the earlier before the later."""
    fitting = [entry for entry in table if entry.get("from") in (None, current) and entry.get("to") in (None, target)]
    exactness = [(entry.get("to") is not None) * 2 + (entry.get("from") is not None) for entry in fitting]
    return fitting[exactness.index(max(exactness))] if fitting else None


def _when(entry: Mapping[str, Any] | None) -> When | None:
    said = entry.get("timing") if entry else None
    return When(said) if said else None


def _bounds(entry: Mapping[str, Any] | None) -> Bounds | None:
    if not entry or (entry.get("minimum") is None and entry.get("maximum") is None):
        return None
    return Bounds(minimum=entry.get("minimum") or 1, maximum=entry.get("maximum") or MOST)
