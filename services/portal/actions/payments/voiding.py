"""Withdraws a payment that nobody owes any more."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import Credit, Payment
from services.portal.queries import renewals


def void(session: Session, payment: Payment) -> None:
    """Owed no more and tried no more; the credit that was taken off is there again. `payment` is locked."""
    payment.status, payment.retry_at, payment.action_url = "voided", None, None
    taken = Counter[str]()
    for each in payment.credited or ():
        taken[each["credit"]] += each["amount"]
    payment.credited = None
    if not taken:
        return
    session.flush()
    statement = select(Credit).where(Credit.id.in_(taken)).order_by(Credit.id).with_for_update()
    for row in session.scalars(statement, execution_options={"populate_existing": True}).all():
        row.remaining += taken[row.id]
    renewals.forget(session)
