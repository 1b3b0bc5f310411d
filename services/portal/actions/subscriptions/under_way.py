"""What stands against a change while money is under way: nothing about it is decided yet."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import Payment, Subscription
from services.portal.rules.subscriptions.lifecycle import Status
from shared.errors import Conflict

OPEN: Final = ("pending", "open", "action_required", "unknown")


class PaymentUnderWay(Conflict):
    """A payment for this subscription is still open; what it leads to is not known yet."""

    code = "payment_under_way"


class RenewalUnderWay(Conflict):
    """The period is over and the next one is just being made."""

    code = "renewal_under_way"


def require_quiet(session: Session, row: Subscription, *, now: datetime) -> None:
    """Nothing about its money is undecided. Raises RenewalUnderWay, PaymentUnderWay."""
    if row.status not in (Status.ACTIVE, Status.TRIALING):
        return
    if row.due_at is not None and row.due_at <= now:
        raise RenewalUnderWay
    is_open = select(Payment.id).where(Payment.subscription == row.id, Payment.status.in_(OPEN))
    if session.scalar(is_open.limit(1)) is not None:
        raise PaymentUnderWay
