"""The credit of a top-up whose money goes back: it is gone before the processor is asked, and back if it refuses.

One conditional UPDATE takes it, under the row lock that a charge wants too: nothing is both spent and paid back.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.portal.models import Credit, Payment, Refund
from services.portal.queries import renewals
from services.portal.rules.payments.refund import RefundExceedsPayment
from shared.money import Money

KIND = "top_up"


def take_back(session: Session, payment: Payment, amount: int, *, now: datetime) -> None:
    """Take `amount` off the credit that this payment became. Raises RefundExceedsPayment where less is left of it."""
    if payment.kind != KIND:
        return
    taken = session.execute(
        update(Credit)
        .where(Credit.payment == payment.id, Credit.remaining >= amount)
        .values(remaining=Credit.remaining - amount, withdrawn=Credit.withdrawn + amount, withdrawn_at=now)
        .execution_options(synchronize_session="fetch")
    )
    if taken.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult
        left = session.scalar(select(Credit.remaining).where(Credit.payment == payment.id)) or 0
        raise RefundExceedsPayment(left=Money(left, payment.currency))
    renewals.forget(session)


def give_again(session: Session, row: Refund) -> None:
    """The money did not go back, so the credit is there again; nothing for what is no top-up."""
    session.execute(
        update(Credit)
        .where(Credit.payment == row.payment)
        .values(remaining=Credit.remaining + row.amount, withdrawn=Credit.withdrawn - row.amount)
        .execution_options(synchronize_session="fetch")
    )
    renewals.forget(session)
