"""Orders, as far as they tell who somebody is."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, union

from services.portal.models import Payment, Subscription
from shared.database.session import Session


def buyers(session: Session, order_number: str) -> list[str]:
    """The customer whose payment or subscription has the number, at most one; empty for none."""
    paid = select(Payment.customer).where(Payment.order_number == order_number)
    subscribed = select(Subscription.customer).where(Subscription.order_number == order_number)
    return sorted(session.scalars(union(paid, subscribed)))


def last_of_each(session: Session, customers: Sequence[str]) -> dict[str, datetime | None]:
    """When each of these last paid, or None."""
    rows = session.execute(
        select(Payment.customer, func.max(Payment.created_at))
        .where(Payment.customer.in_(customers), Payment.status == "succeeded")
        .group_by(Payment.customer)
    )
    found: dict[str, datetime | None] = dict.fromkeys(customers)
    found.update((customer, at) for customer, at in rows)
    return found
