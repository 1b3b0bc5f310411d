"""How a product or plan will look to its customers, before it is saved: a made-up subscription to it in the portal.

What can be done about it is decided by the real rules: what the product and the plan say, in the default portal.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, cast

from services.portal.pages.console import sample
from services.portal.queries import portals
from services.portal.queries.portals import PortalView
from services.portal.queries.products import PlanView, ProductView
from services.portal.queries.subscriptions import SubscriptionCard
from services.portal.queries.subscriptions.records import NextChargeView
from services.portal.rules import limits, policy
from services.portal.rules.policy import Action, Answer, Say, Setting
from services.portal.rules.portals import offering
from services.portal.rules.subscriptions import period, quantity
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.period import Interval
from shared.errors import NotFound
from shared.money import LARGEST, Money
from shared.totals import Line, TaxBehavior, calculate
from shared.web import session

UNITS: Final = 3
"""How many the made-up customer has of what is counted."""


def blank_product(now: datetime) -> ProductView:
    """A product before anything is said of it."""
    return ProductView(
        id="",
        campaign=None,
        name="",
        description=None,
        tax_rate=0,
        tax_behavior="exclusive",
        unit_label=None,
        unit_label_plural=None,
        show_in_portal=True,
        adjustable_quantity=None,
        refund_window_days=None,
        cancel=Setting.INHERIT.value,
        cancel_message=None,
        cancel_timing=None,
        policies={},
        access_links=[],
        created_at=now,
        archived_at=None,
        revision=0,
    )


def blank_plan(now: datetime, *, product: str = "", currency: str = "EUR") -> PlanView:
    """A plan before anything is said of it."""
    return PlanView(
        id="",
        product=product,
        name="",
        currency=currency,
        unit_amount=2900,
        interval=Interval.MONTH,
        interval_count=1,
        plan_group=None,
        trial_days=0,
        features=(),
        usage=(),
        refund_window_days=None,
        cancel=Setting.INHERIT.value,
        cancel_message=None,
        cancel_timing=None,
        policies={},
        created_at=now,
        archived_at=None,
        revision=0,
    )


def portal() -> PortalView | None:
    """Where it is shown: the default portal. None while there is none."""
    try:
        return portals.default(session())
    except NotFound:
        return None


def card(portal: PortalView, product: ProductView, plan: PlanView, *, now: datetime) -> SubscriptionCard:
    """A subscription to the plan as its customer sees it."""
    status = Status.TRIALING if plan.trial_days else Status.ACTIVE
    bounds = quantity.bounds_of(product.adjustable_quantity, unit_label=product.unit_label)
    least, most = (bounds.minimum, bounds.maximum) if bounds else (1, UNITS)
    units = max(least, min(UNITS, most)) if product.unit_label else 1
    at = _first_charge(plan, now)
    made_up: SubscriptionCard = sample.overview(portal, state="active", now=now)["view"].subscriptions[0]
    return replace(
        made_up,
        status=status,
        product_name=product.name,
        product_description=product.description,
        plan_name=plan.name or product.name,
        quantity=units,
        unit_label=product.unit_label,
        unit_label_plural=product.unit_label_plural,
        unit_price=Money(plan.unit_amount, plan.currency),
        interval=plan.interval,
        interval_count=plan.interval_count,
        tax_rate=product.tax_rate,
        tax_behavior=product.tax_behavior,
        trial_end=at if plan.trial_days else None,
        current_period_end=at,
        next_charge=_charge(product, plan, units=units, at=at),
        has_plans=plan.plan_group is not None,
        has_quantity=bounds is not None,
        features=tuple(plan.features),
        actions={each: _answer(portal, Action(each), status, product, plan) for each in made_up.actions},
    )


def _first_charge(plan: PlanView, now: datetime) -> datetime:
    if plan.trial_days:
        return now + timedelta(days=plan.trial_days)
    running = period.calculate(anchor=now, interval=plan.interval, interval_count=plan.interval_count, at=now)
    return running.end


def _charge(product: ProductView, plan: PlanView, *, units: int, at: datetime) -> NextChargeView | None:
    amount = min(plan.unit_amount * units, LARGEST // 2)
    line = Line(description=plan.name, quantity=units, amount=amount, tax_rate=product.tax_rate)
    totals = calculate([line], plan.currency, cast("TaxBehavior", product.tax_behavior))
    net, tax, total = (Money(each, plan.currency) for each in (totals.net, totals.tax, totals.total))
    return NextChargeView(at=at, net=net, tax=tax, total=total, tax_rate=product.tax_rate)


def _answer(portal: PortalView, action: Action, status: Status, product: ProductView, plan: PlanView) -> Answer:
    offered = offering.decide(action=action, features=portal.features)
    return policy.decide(
        action=action,
        limit=limits.decide(action=action, status=status),
        is_enabled=offered.is_enabled,
        is_manual=offered.is_manual,
        product=_say(action, product.cancel, product.cancel_message, product.policies),
        plan=_say(action, plan.cancel, plan.cancel_message, plan.policies),
    )


def _say(action: Action, cancel: str, message: str | None, policies: Mapping[str, Any]) -> Say:
    if action is Action.CANCEL:
        return Say(setting=Setting(cancel), message=message)
    said = policies.get(action.value)
    return Say(setting=Setting(said["setting"]), message=said.get("message")) if said else Say()
