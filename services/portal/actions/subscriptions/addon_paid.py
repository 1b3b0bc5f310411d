"""What becomes of an add-on once its part of the running period is paid, or declined.

`after` of a payment of kind `addon` holds what was agreed to: the `item`, how many there were (`previous`), and the
plan and the end of the period that it was counted for.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.payments import voiding
from services.portal.actions.subscriptions import addon_rows, giving_back
from services.portal.actions.subscriptions.changed import TAKES
from services.portal.actions.subscriptions.loading import locked, touch
from services.portal.models import Payment, Plan, Subscription
from services.portal.rules.subscriptions import addons


def effect(session: Session, payment: Payment, *, now: datetime) -> None:
    """The money is there: it holds. If the subscription has moved on, the money is kept as credit."""
    row = locked(session, payment.subscription or "")
    after = payment.after or {}
    (item,) = addons.of([after["item"]])
    if row.status not in TAKES or after["is_withdrawn"] or not _is_as_it_was(row, payment):
        giving_back.keep_all(session, payment, row, action="subscription.addon_too_late", now=now)
        return
    addon_rows.put(row, addons.put(addons.of(row.addons), item, addon=item.addon))
    touch(row, now=now)
    plan_name = session.scalar(select(Plan.name).where(Plan.id == row.plan)) or ""
    addon_rows.announce(
        session,
        row,
        item,
        previous=after["previous"],
        quantity=item.quantity,
        plan_name=plan_name,
        at=payment.period_start or now,
        now=now,
    )


def failure(session: Session, payment: Payment, *, now: datetime) -> None:
    """It was declined: nothing is added, and nothing is owed."""
    voiding.void(session, payment)
    after = {"payment": payment.id, "decline_code": payment.decline_code}
    of = payment.subscription or payment.id
    action_log.write(session, action="subscription.addon_declined", of=of, before=None, after=after, now=now)


def _is_as_it_was(row: Subscription, payment: Payment) -> bool:
    after = payment.after or {}
    found = addons.find(addons.of(row.addons), after["item"]["addon"])
    return (row.plan, row.current_period_end.isoformat(), 0 if found is None else found.quantity) == (
        after["plan"],
        after["period_end"],
        after["previous"],
    )
