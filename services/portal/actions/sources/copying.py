"""A subscription as the source has it, written over the copy of it here; what differs is told, each change once.

Nothing else changes such a row. The engine's clock never looks at it: it has no `due_at`, and it is not collected here.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import changes
from services.portal.actions.operations import action_log
from services.portal.actions.sources import catalog, telling
from services.portal.actions.sources.reading import Missing, Reading, Unusable
from services.portal.adapters.sources import Kind
from services.portal.models import Coupon, Customer, Plan, Product, SourceCall, Subscription
from services.portal.models.subscriptions import WITH_DELETED
from services.portal.queries import sources as queries
from services.portal.rules.products import coupon as coupon_rule
from services.portal.rules.sources import standing
from services.portal.rules.sources.facts import CouponFacts, SubscriptionFacts
from services.portal.rules.sources.standing import Standing
from services.portal.rules.subscriptions.lifecycle import Status
from shared import ids
from shared.bus import outbox
from shared.database import scope
from shared.events import Actor


@dataclass(frozen=True, kw_only=True)
class _Around:
    """What the row refers to."""

    plan: Plan
    product: Product
    coupon: Coupon | None


def take_subscription(session: Session, found: SubscriptionFacts, *, reading: Reading) -> bool:
    """True when it is new. Raises Missing, Unusable."""
    row = session.scalars(
        select(Subscription)
        .where(Subscription.source_id == found.id)
        .with_for_update()
        .execution_options(**{WITH_DELETED: True, "populate_existing": True})
    ).one_or_none()
    stands = standing.decide(found, now=reading.now)
    if stands is None or (row is not None and row.deleted_at is not None):
        return False
    if row is None:
        _begin(session, found, stands, reading)
        return True
    if row.source_read is None or row.source_read < reading.number:
        _copy(session, row, found, stands, reading)
    return False


def _begin(session: Session, found: SubscriptionFacts, stands: Standing, reading: Reading) -> None:
    customer = session.scalars(select(Customer).where(Customer.source_id == found.customer)).one_or_none()
    if customer is None:
        raise Missing(Kind.CUSTOMERS, found.customer)
    if customer.erased_at is not None:
        raise Unusable("customer_erased")
    around = _around(session, found, reading)
    wish = None if found.ours is None else _resubscription(session, found.ours)
    row = Subscription(
        id=ids.new("sub") if wish is None else found.ours,
        customer=customer.id,
        order_number=ids.order_number(),
        tax_rate=around.product.tax_rate,
        tax_behavior=around.product.tax_behavior,
        collection="external",
        pending_lines=[],
        policies={},
        cancel="inherit",
        resubscribed_from=None if wish is None else wish.subscription,
        source=reading.source,
        source_id=found.id,
        created_at=reading.now,
        revision=1,
        **_values(found, stands, around, reading, before=None),
    )
    session.add(row)
    after = {"customer": customer.id, "plan": row.plan, "quantity": row.quantity, "source": reading.source}
    with scope.use(_asked_by(wish)):
        action_log.write(session, action="subscription.started", of=row.id, before=None, after=after, now=reading.now)
        outbox.record(
            session, telling.started(row, plan_name=around.plan.name, imported=reading.is_history), at=reading.now
        )
        session.flush()


def _copy(session: Session, row: Subscription, found: SubscriptionFacts, stands: Standing, reading: Reading) -> None:
    around = _around(session, found, reading)
    before = telling.remember(row, plan_name=session.scalar(select(Plan.name).where(Plan.id == row.plan)) or "")
    values = _values(found, stands, around, reading, before=row)
    row.source_read = values.pop("source_read")
    asked = queries.under_way(session, row.id)
    if not changes.apply(row, values):
        return
    with scope.use(_asked_by(asked)):
        telling.tell(session, row, before, plan_name=around.plan.name, words=_words(asked, found), now=reading.now)
        session.flush()


def _around(session: Session, found: SubscriptionFacts, reading: Reading) -> _Around:
    plan = session.scalars(select(Plan).where(Plan.source_id == found.plan.id)).one_or_none()
    if plan is None:
        catalog.take_plan(session, found.plan, reading=reading)
        session.flush()
        plan = session.scalars(select(Plan).where(Plan.source_id == found.plan.id)).one()
    product = session.get_one(Product, plan.product)
    return _Around(plan=plan, product=product, coupon=_coupon(session, found.coupon, reading))


def _coupon(session: Session, found: CouponFacts | None, reading: Reading) -> Coupon | None:
    """One that can't be a coupon here is not shown; what is charged is the source's affair."""
    if found is None:
        return None
    try:
        catalog.take_coupon(session, found, reading=reading)
    except Unusable:
        return None
    session.flush()
    return session.scalars(select(Coupon).where(Coupon.source_id == found.id)).one()


def _values(
    found: SubscriptionFacts, stands: Standing, around: _Around, reading: Reading, *, before: Subscription | None
) -> dict[str, Any]:
    """The columns that the source decides. Several items are shown as one, at what they come to together."""
    is_one = found.items == 1
    return {
        "plan": around.plan.id,
        "product": around.product.id,
        "status": stands.status,
        "quantity": found.quantity if is_one else 1,
        "unit_amount": (found.plan.unit_amount or 0) if is_one else found.total,
        "currency": found.plan.currency,
        "interval": found.plan.interval,
        "interval_count": found.plan.interval_count,
        "anchor": found.period_start,
        "started_at": found.started_at,
        "current_period_start": found.period_start,
        "current_period_end": found.period_end,
        "trial_end": found.trial_end if stands.restored is Status.TRIALING else None,
        "canceled_at": stands.canceled_at,
        "ends_at": stands.ends_at,
        "ended_at": stands.ended_at,
        "canceled_from": stands.restored.value if stands.status is Status.CANCELED else None,
        "paused_at": _paused_at(stands, before, reading.now),
        "resumes_at": stands.resumes_at,
        "coupon": None if around.coupon is None else around.coupon.id,
        "discount": _discount(around.coupon),
        "source_state": {
            "item": found.item,
            "items": found.items,
            "cancels_at_period_end": found.cancels_at_period_end,
        },
        "source_read": reading.number,
    }


def _paused_at(stands: Standing, before: Subscription | None, now: datetime) -> datetime | None:
    if stands.restored is not Status.PAUSED:
        return None
    return now if before is None or before.paused_at is None else before.paused_at


def _discount(row: Coupon | None) -> dict[str, Any] | None:
    """As a subscription keeps it. How many charges it is left for is not told: all that it was made for."""
    if row is None:
        return None
    return coupon_rule.stored(
        coupon_rule.Discount(
            coupon=row.id,
            code=row.code,
            percent_off=row.percent_off,
            amount_off=row.amount_off,
            currency=row.currency,
            periods_left={"once": 1, "repeating": row.periods, "forever": None}[row.duration],
        )
    )


def _resubscription(session: Session, ours: str) -> SourceCall | None:
    """The wish of ours that it was begun for; None for a mark that anybody else has put there."""
    asked = session.scalars(select(SourceCall).where(SourceCall.action == "resubscribe")).all()
    return next((each for each in asked if each.params.get("ours") == ours), None)


def _asked_by(call: SourceCall | None) -> scope.Scope:
    """The scope of whoever wanted it, where it was wanted here: they act, whoever brings the news."""
    here = scope.current()
    if call is None:
        return here
    actor = Actor(kind=call.actor_kind, id=call.actor_id)  # type: ignore[arg-type]  # as it was kept
    return replace(here, actor=actor, request_id=call.request_id)


def _words(call: SourceCall | None, found: SubscriptionFacts) -> telling.Said:
    """Why it was canceled: in the words said here, else those the source has."""
    if call is not None and call.action == "cancel":
        return telling.Said(feedback=call.params.get("feedback"), comment=call.params.get("comment"))
    return telling.Said(feedback=found.feedback, comment=found.comment)
