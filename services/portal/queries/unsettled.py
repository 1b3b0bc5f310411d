"""What stands in the way of an end for good: payments that are owed, money without an outcome."""

from typing import Final

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from services.portal.models import Payment, Refund
from services.portal.queries.subscriptions.records import OWED

_GOING_BACK: Final = ("requested", "pending", "unknown")


def of_subscription(session: Session, subscription_id: str) -> bool:
    """Whether anything of this subscription is owed or on its way."""
    return _any(session, Payment.subscription == subscription_id)


def of_customer(session: Session, customer_id: str) -> bool:
    """Whether anything of this customer is owed or on its way."""
    return _any(session, Payment.customer == customer_id)


def _any(session: Session, whose: ColumnElement[bool]) -> bool:
    going_back = exists().where(Refund.payment == Payment.id, Refund.status.in_(_GOING_BACK))
    found = select(Payment.id).where(whose, or_(Payment.status.in_(OWED), going_back)).limit(1)
    return session.scalar(found) is not None
