"""What a change of plan or quantity would come to: the rules' answers to what is wanted. Saves nothing.

`change` and its preview both call this, so they can't differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from services.portal.actions.payments import po_numbers
from services.portal.actions.subscriptions import coupons, period_paid, under_way
from services.portal.actions.subscriptions.changed import Origin, origin_of
from services.portal.actions.subscriptions.loading import Loaded
from services.portal.actions.subscriptions.under_way import OPEN
from services.portal.models import Payment, Plan, PlanGroup, Product, Subscription
from services.portal.queries import agreements, billing, customers, plan_choices, portals, renewals
from services.portal.queries.refunds import TOO_LATE
from services.portal.rules.policy import Action, Decision
from services.portal.rules.portals import features
from services.portal.rules.portals.features import Proration, UpdateFeature
from services.portal.rules.products import switching
from services.portal.rules.products.switching import Switch, When
from services.portal.rules.reasons import NotSupportedBySource, QuantityOutOfRange
from services.portal.rules.sources import support
from services.portal.rules.subscriptions import plan_change, quantity
from services.portal.rules.subscriptions.addons import Item as Addon
from services.portal.rules.subscriptions.agreed import Target
from services.portal.rules.subscriptions.period import Period
from services.portal.rules.subscriptions.plan_change import Change, Item, Settings, Standing
from shared.errors import NotFound
from shared.i18n import DEFAULT, text
from shared.totals import TaxBehavior


class PlanUnknown(NotFound):
    """There is no such plan, or not in this portal."""

    code = "plan_unknown"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked for; None leaves it as it is, or to the rules. `proration` and `when` are a vendor's choice.
    `coupon` is the id of one that comes along."""

    plan: str | None = None
    quantity: object = None
    when: When | None = None
    proration: Proration | None = None
    coupon: str | None = None


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What would happen, which actions of the policy it takes, and whether the table of switches wants a person."""

    change: Change
    target: Target
    origin: Origin
    actions: tuple[Action, ...]
    needs_approval: bool
    proration: Proration


def plan(session: Session, loaded: Loaded, wanted: Wanted, *, at: datetime, now: datetime) -> Planned:
    """The change as of the moment `at`, which is `now` or that of a confirmation.

    Raises PoNumberRequired for a customer, PlanUnknown, the refusals of switching, quantity and coupons,
    PaymentUnderWay, RenewalUnderWay, InvalidState, NotSupportedBySource for what another source could only do later.
    """
    row = loaded.row
    if loaded.portal is not None:
        po_numbers.require(session, row)
    under_way.require_quiet(session, row, now=now)
    payments = _payments(session, row)
    of_plan, of_product, table = _target(session, loaded, wanted.plan)
    feature = _feature(session, loaded)
    switch = _switch(loaded, of_plan, of_product, table, feature)
    units = _units(loaded, wanted.quantity, of_product, switch, is_other_plan=of_plan.id != row.plan)
    if of_plan.id == row.plan and units == row.quantity:
        raise switching.PlanIsCurrent
    old, new = _old(loaded), _new(loaded, of_plan, of_product, units)
    keeps = of_plan.id == row.plan or coupons.keeps(session, row, plan=of_plan.id, currency=of_plan.currency)
    brought = coupons.with_change(
        session, row, coupon_id=wanted.coupon, plan=of_plan.id, currency=of_plan.currency, now=now
    )
    kept = row.discount if keeps else None
    proration = (None if loaded.portal else wanted.proration) or feature.proration
    staying = _staying(loaded, new, of_product)
    change = plan_change.calculate(
        old=_taxed(session, old, customer=row.customer),
        new=_taxed(session, new, customer=row.customer),
        standing=_standing(session, row, payments, discount=brought or kept, staying=staying, now=now),
        settings=Settings(proration=proration, conditions=feature.at_period_end, end_trial=feature.end_trial),
        wanted=None if loaded.portal else wanted.when,
        of_table=None if switch is None else switch.when,
        unused=_said(session, row, "portal.changes.line.unused", plan=loaded.plan.name),
        at=at,
    )
    if change.when is When.AT_PERIOD_END and support.is_elsewhere(row.source):
        raise NotSupportedBySource
    return Planned(
        change=change,
        target=_as_target(new, of_product, keeps_discount=keeps, discount=brought, at=change.effective_at),
        origin=origin_of(row, plan_name=loaded.plan.name),
        actions=(*_actions(row, of_plan, units), *((Action.APPLY_COUPON,) if brought else ())),
        needs_approval=switch is not None and switch.decision is Decision.NEEDS_APPROVAL,
        proration=proration,
    )


def _payments(session: Session, row: Subscription) -> Sequence[Payment]:
    """Those that are open, and those that were paid for the running period."""
    for_the_period = and_(
        Payment.status == "succeeded",
        Payment.kind != "recorded",
        Payment.period_start >= row.current_period_start,
        Payment.period_end == row.current_period_end,
    )
    found = select(Payment).where(Payment.subscription == row.id, or_(Payment.status.in_(OPEN), for_the_period))
    return [each for each in session.scalars(found) if not (each.after or {}).get(TOO_LATE)]


_TARGET: Final = (
    select(Plan, Product, PlanGroup.switches)
    .join(Product, Product.id == Plan.product)
    .outerjoin(PlanGroup, PlanGroup.id == Plan.plan_group)
    .where(Plan.id == bindparam("plan"))
)


def _target(session: Session, loaded: Loaded, plan_id: str | None) -> tuple[Plan, Product, Sequence[Mapping[str, Any]]]:
    """The plan to come with its product, and the table of its group. Raises PlanUnknown."""
    if plan_id is None or plan_id == loaded.row.plan:
        return loaded.plan, loaded.product, ()
    found = session.execute(_TARGET, {"plan": plan_id}).one_or_none()
    if found is None or (loaded.portal is not None and not plan_choices.is_shown(found[1], loaded.portal)):
        raise PlanUnknown
    if (found[0].source_id is not None) != support.is_elsewhere(loaded.row.source):
        raise PlanUnknown  # each source bills its own
    return found[0], found[1], found[2] or ()


def _feature(session: Session, loaded: Loaded) -> UpdateFeature:
    """Of the customer's portal; a vendor's key goes by the default portal, and may always downgrade."""
    if loaded.portal is not None:
        return loaded.portal.features.update
    try:
        return portals.default(session).features.update
    except NotFound:
        return features.calculate({}).update


def _switch(
    loaded: Loaded, of_plan: Plan, of_product: Product, table: Sequence[Mapping[str, Any]], feature: UpdateFeature
) -> Switch | None:
    """What the rule says of the other plan; None for the same one. Raises its refusal."""
    if of_plan.id == loaded.row.plan:
        return None
    switch = plan_choices.switch(
        loaded.row,
        loaded.plan,
        of_plan,
        of_product,
        group=table,
        allow_downgrade=feature.allow_downgrade or loaded.portal is None,
    )
    if switch.why is not None:
        raise switching.REFUSALS[switch.why]
    return switch


def _units(loaded: Loaded, wanted: object, of_product: Product, switch: Switch | None, *, is_other_plan: bool) -> int:
    """How many there will be. Raises QuantityNotAdjustable, QuantityOutOfRange."""
    narrower = None if switch is None else switch.bounds
    if wanted is None or (is_other_plan and wanted == loaded.row.quantity and type(wanted) is int):
        if narrower is not None and not narrower.minimum <= loaded.row.quantity <= narrower.maximum:
            raise QuantityOutOfRange(minimum=narrower.minimum, maximum=narrower.maximum)
        return loaded.row.quantity
    return quantity.decide(
        wanted=wanted,
        adjustable=of_product.adjustable_quantity,
        unit_label=of_product.unit_label,
        narrower=narrower,
    )


def _old(loaded: Loaded) -> Item:
    row = loaded.row
    return Item(
        name=loaded.plan.name,
        price=plan_choices.agreed_price(row, loaded.plan),
        quantity=row.quantity,
        tax_rate=row.tax_rate,
        tax_behavior=cast("TaxBehavior", row.tax_behavior),
    )


def _new(loaded: Loaded, of_plan: Plan, of_product: Product, units: int) -> Item:
    """Another plan at its terms of today; the same plan at those agreed to."""
    if of_plan.id == loaded.row.plan:
        old = _old(loaded)
        return Item(
            name=old.name, price=old.price, quantity=units, tax_rate=old.tax_rate, tax_behavior=old.tax_behavior
        )
    return Item(
        name=of_plan.name,
        price=plan_choices.price_of(of_plan, of_product),
        quantity=units,
        tax_rate=of_product.tax_rate,
        tax_behavior=cast("TaxBehavior", of_product.tax_behavior),
    )


def _staying(loaded: Loaded, new: Item, of_product: Product) -> tuple[Addon, ...]:
    """The add-ons that go on with what it changes to."""
    target = _as_target(new, of_product, keeps_discount=True, discount=None, at=loaded.row.current_period_end)
    return renewals.staying(loaded.row, target)


def _taxed(session: Session, item: Item, *, customer: str) -> Item:
    """As this customer is charged for it; what is agreed on stays with its tax."""
    found = renewals.taxed(
        session,
        customer=customer,
        unit_amount=item.price.unit_amount,
        rate=item.tax_rate,
        tax_behavior=item.tax_behavior,
    )
    return replace(item, price=replace(item.price, unit_amount=found.unit_amount), tax_rate=found.rate)


def _standing(
    session: Session,
    row: Subscription,
    payments: Sequence[Payment],
    *,
    discount: dict[str, Any] | None,
    staying: Sequence[Addon],
    now: datetime,
) -> Standing:
    running = Period(start=row.current_period_start, end=row.current_period_end)
    return Standing(
        status=agreements.status_at(row, now=now),
        running=running,
        anchor=row.anchor,
        trial_end=row.trial_end,
        is_collected=row.collection == "automatic",
        paid=period_paid.lines(row, payments, running),
        discount=discount,
        pending=[renewals.line_of(each) for each in row.pending_lines],
        addons=renewals.taxed_addons(session, staying, customer=row.customer, tax_behavior=row.tax_behavior),
        zone=billing.settings(session).zone,
    )


def _as_target(
    new: Item, of_product: Product, *, keeps_discount: bool, discount: dict[str, Any] | None, at: datetime
) -> Target:
    return Target(
        plan=new.price.plan,
        plan_name=new.name,
        product=of_product.id,
        quantity=new.quantity,
        unit_amount=new.price.unit_amount,
        currency=new.price.currency,
        interval=new.price.interval.value,
        interval_count=new.price.interval_count,
        tax_rate=new.tax_rate,
        tax_behavior=new.tax_behavior,
        keeps_discount=keeps_discount,
        discount=discount,
        at=at.isoformat(),
    )


def _actions(row: Subscription, of_plan: Plan, units: int) -> tuple[Action, ...]:
    plan_action = (Action.CHANGE_PLAN,) if of_plan.id != row.plan else ()
    return (*plan_action, Action.CHANGE_QUANTITY) if units != row.quantity else plan_action


def _said(session: Session, row: Subscription, key: str, **params: object) -> str:
    locale = customers.locale(session, row.customer)
    return text(key, locale or DEFAULT, **params)
