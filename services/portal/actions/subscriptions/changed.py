"""What a change of plan or quantity makes of the row: now, once it is paid, or when its time has come.

`after` of a payment of kind `change` holds what was agreed to: `target`, where it began (`from`), the period and state
that follow, and how many of the payment's lines are its own (`lines`; those after them are credit that was used for
it) and how many of these give unused time back (`unused`).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.payments import voiding
from services.portal.actions.subscriptions import addon_rows, coupons, giving_back
from services.portal.actions.subscriptions.loading import touch
from services.portal.models import Payment, Plan, Subscription
from services.portal.queries import renewals
from services.portal.rules.products import coupon
from services.portal.rules.subscriptions import addons, agreed
from services.portal.rules.subscriptions.agreed import Target
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.plan_change import Change
from shared.bus import outbox
from shared.events import SubscriptionPlanChanged, SubscriptionQuantityChanged, SubscriptionRenewed
from shared.totals import Line, TaxBehavior
from shared.totals import calculate as totals_of

TAKES: frozenset[Status] = frozenset({Status.TRIALING, Status.ACTIVE, Status.CANCELED})


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a change began: the plan and how many, and when the period it was counted in ends."""

    plan: str
    plan_name: str
    quantity: int
    period_end: str


def origin_of(row: Subscription, *, plan_name: str) -> Origin:
    """Where a change of `row` begins."""
    return Origin(
        plan=row.plan, plan_name=plan_name, quantity=row.quantity, period_end=row.current_period_end.isoformat()
    )


def waiting(target: Target, change: Change, origin: Origin) -> dict[str, Any]:
    """What the payment of a change keeps until it is paid."""
    return {
        "target": target.stored(),
        "from": asdict(origin),
        "status": change.status.value,
        "anchor": change.anchor.isoformat(),
        "period_start": change.period.start.isoformat(),
        "period_end": change.period.end.isoformat(),
        "trial_end": None if change.trial_end is None else change.trial_end.isoformat(),
        "uses_discount": change.uses_discount,
        "lines": len(change.due_now),
        "unused": change.given_back,
        "is_withdrawn": False,
    }


def stored_lines(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """As rows keep lines."""
    return [asdict(line) for line in lines]


def take(row: Subscription, after: dict[str, Any]) -> None:
    """Make `row` what was agreed to. No more than that: the caller says and logs it."""
    replace_terms(row, Target(**after["target"]))
    row.anchor = datetime.fromisoformat(after["anchor"])
    row.current_period_start = datetime.fromisoformat(after["period_start"])
    row.current_period_end = datetime.fromisoformat(after["period_end"])
    row.trial_end = None if after["trial_end"] is None else datetime.fromisoformat(after["trial_end"])
    if row.status is not Status.CANCELED:
        row.status = Status(after["status"])
    if after["lines"]:
        row.pending_lines = []  # they are among these lines
    if after["uses_discount"]:
        row.discount = coupon.used(row.discount)
        row.coupon = row.coupon if row.discount else None


def replace_terms(row: Subscription, target: Target) -> None:
    """Another plan, quantity, price, and the add-ons that fit it; what was to come is over."""
    addon_rows.put(row, renewals.staying(row, target))
    row.plan, row.product, row.quantity = target.plan, target.product, target.quantity
    row.unit_amount, row.interval, row.interval_count = target.unit_amount, target.interval, target.interval_count
    row.tax_rate, row.tax_behavior = target.tax_rate, target.tax_behavior
    row.scheduled_change = None
    if target.discount is not None:
        row.coupon, row.discount = target.discount["coupon"], target.discount
    elif not target.keeps_discount:
        row.coupon = row.discount = None


def note_brought(session: Session, row: Subscription, target: Target, *, now: datetime) -> None:
    """A coupon that came with the change counts as used from now on."""
    discount = coupon.of(target.discount)
    if discount is not None:
        coupons.note_brought(session, row, discount, now=now)


def effect(session: Session, payment: Payment, *, now: datetime) -> None:
    """The money of a change is there: it holds. If the subscription has moved on, the money is kept as credit."""
    row = _locked(session, payment)
    after = payment.after
    if row is None or after is None:
        return
    origin = Origin(**after["from"])
    is_as_it_was = not after["is_withdrawn"] and (row.plan, row.quantity, row.current_period_end.isoformat()) == (
        origin.plan,
        origin.quantity,
        origin.period_end,
    )
    if row.status not in TAKES or not is_as_it_was:
        giving_back.keep_all(session, payment, row, action="subscription.change_too_late", now=now)
        return
    given, more = _lines(payment.lines[: after["unused"]]), _lines(payment.lines[after["lines"] :])
    kept = [line for line in more if line.amount > 0]
    if after["period_end"] != origin.period_end:
        kept = [_opposite(line) for line in given]  # the old one's rest pays for the new period
    note_moved(session, row, given, payment.tax_behavior, kept=kept, by=payment.id, at=_since(payment, now))
    ends_trial = row.status is Status.TRIALING and after["status"] == Status.ACTIVE.value
    target, had = Target(**after["target"]), addons.of(row.addons)
    take(row, after)
    note_brought(session, row, target, now=now)
    touch(row, now=now)
    addon_rows.say_all(session, row, had, plan_name=target.plan_name, now=now)
    announce(session, row, origin=origin, target=target, is_scheduled=False, at=now, now=now)
    if ends_trial:
        outbox.record(session, _renewed(row, after["target"]["plan_name"], payment), at=now)


def note_moved(
    session: Session,
    row: Subscription,
    given: Sequence[Line],
    tax_behavior: str,
    *,
    kept: Sequence[Line] = (),
    by: str | None = None,
    at: datetime,
) -> None:
    """Note what these lines for unused time give back of earlier payments, `kept` of it as credit."""
    if given:
        behavior = cast("TaxBehavior", tax_behavior)
        amount = -totals_of(given, row.currency, behavior).total
        credit = totals_of(kept, row.currency, behavior).total if kept else 0
        giving_back.note_moved(session, row, amount, kept=credit, by=by, at=at)


def failure(session: Session, payment: Payment, *, now: datetime) -> None:
    """The change was declined: the old plan stays, and nothing is owed for a change that did not happen."""
    voiding.void(session, payment)
    after = {"payment": payment.id, "decline_code": payment.decline_code}
    of = payment.subscription or payment.id
    action_log.write(session, action="subscription.change_declined", of=of, before=None, after=after, now=now)


def apply_scheduled(session: Session, row: Subscription, *, now: datetime) -> bool:
    """The period is over: what waited for that takes effect. Whether there was anything.

    Another interval counts from the end of this period. The caller, who holds the lock, begins the next period.
    """
    target = agreed.of(row.scheduled_change)
    if target is None:
        return False
    name = session.scalar(select(Plan.name).where(Plan.id == row.plan)) or ""
    origin = origin_of(row, plan_name=name)
    if (row.interval, row.interval_count) != (target.interval, target.interval_count):
        row.anchor = row.current_period_end
    had = addons.of(row.addons)
    replace_terms(row, target)
    note_brought(session, row, target, now=now)
    row.revision += 1
    addon_rows.say_all(session, row, had, plan_name=target.plan_name, now=now)
    announce(session, row, origin=origin, target=target, is_scheduled=False, at=now, now=now)
    return True


def announce(
    session: Session,
    row: Subscription,
    *,
    origin: Origin,
    target: Target,
    is_scheduled: bool,
    at: datetime,
    now: datetime,
) -> None:
    """Say and log a change from `origin` to `target` that happened, or will at `at`. `row` has its new revision."""
    is_other_plan = origin.plan != target.plan
    action_log.write(
        session,
        action="subscription.change_scheduled" if is_scheduled else "subscription.changed",
        of=row.id,
        before={"plan": origin.plan, "quantity": origin.quantity},
        after={"plan": target.plan, "quantity": target.quantity, "at": at.isoformat()},
        now=now,
    )
    said: dict[str, Any] = {"scheduled": is_scheduled, "takes_effect_at": at.isoformat(), "revision": row.revision}
    if is_other_plan:
        outbox.record(session, _plan_changed(row, origin, target, said), at=now)
    else:
        outbox.record(
            session,
            SubscriptionQuantityChanged(
                subscription=row.id,
                customer=row.customer,
                plan=target.plan,
                plan_name=target.plan_name,
                previous_quantity=origin.quantity,
                quantity=target.quantity,
                **said,
            ),
            at=now,
        )


def _plan_changed(row: Subscription, origin: Origin, target: Target, said: dict[str, Any]) -> SubscriptionPlanChanged:
    return SubscriptionPlanChanged(
        subscription=row.id,
        customer=row.customer,
        previous_plan=origin.plan,
        previous_plan_name=origin.plan_name,
        plan=target.plan,
        plan_name=target.plan_name,
        quantity=target.quantity,
        unit_amount=target.unit_amount,
        currency=target.currency,
        interval=target.interval,
        interval_count=target.interval_count,
        **said,
    )


def _renewed(row: Subscription, plan_name: str, payment: Payment) -> SubscriptionRenewed:
    return SubscriptionRenewed(
        subscription=row.id,
        customer=row.customer,
        plan=row.plan,
        plan_name=plan_name,
        period_start=row.current_period_start.isoformat(),
        period_end=row.current_period_end.isoformat(),
        payment=payment.id,
        total=payment.total,
        currency=payment.currency,
        revision=row.revision,
    )


def _lines(stored: Sequence[dict[str, Any]]) -> list[Line]:
    return [Line(**each) for each in stored]


def _opposite(line: Line) -> Line:
    return replace(line, amount=-line.amount, unit_amount=None)


def _since(payment: Payment, now: datetime) -> datetime:
    """The moment whose amounts the change has."""
    return payment.period_start or now


def _locked(session: Session, payment: Payment) -> Subscription | None:
    statement = select(Subscription).where(Subscription.id == payment.subscription).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
