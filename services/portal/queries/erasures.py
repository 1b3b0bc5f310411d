"""What became of customers who were erased, and what stands in the way of erasing one."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import Customer, Erasure, Payment, Plan, Subscription, Vendor
from services.portal.queries import unsettled
from services.portal.rules.customers import erasing
from services.portal.rules.customers.erasing import Erasing, Kept
from services.portal.rules.subscriptions.lifecycle import RESTORED
from shared.database import scope
from shared.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class ErasureView:
    """The receipt."""

    id: str
    customer: str
    erased_at: datetime
    cleared: tuple[str, ...]
    kept: tuple[Kept, ...]


@dataclass(frozen=True, kw_only=True)
class Running:
    """A subscription that has to be canceled first."""

    id: str
    name: str


def of_customer(session: Session, *, customer_id: str) -> ErasureView:
    """The receipt of an erase. Raises NotFound for no customer of the scope, or one who was not erased."""
    row = session.scalars(select(Erasure).where(Erasure.customer == customer_id)).one_or_none()
    if row is None:
        raise NotFound
    return view(row)


def view(row: Erasure) -> ErasureView:
    """A row as a view."""
    return ErasureView(
        id=row.id,
        customer=row.customer,
        erased_at=row.erased_at,
        cleared=tuple(row.cleared),
        kept=tuple(Kept(**{**each, "until": date.fromisoformat(each["until"])}) for each in row.kept),
    )


def plan_of(session: Session, customer_id: str, *, today: date) -> Erasing:
    """What erasing comes to. Raises SubscriptionsRunning, PaymentsOpen."""
    rows = session.scalars(select(Subscription).where(Subscription.customer == customer_id)).all()
    owes_last_bill = any(row.pending_lines for row in rows if row.ended_at is None)
    profile = session.scalar(select(Vendor.profile).where(Vendor.id == scope.current().vendor)) or {}
    paid = session.scalar(select(Payment.id).where(Payment.customer == customer_id).limit(1))
    return erasing.decide(
        statuses=[row.status for row in rows],
        is_unsettled=owes_last_bill or unsettled.of_customer(session, customer_id),
        has_payments=paid is not None,
        country=profile.get("country"),
        today=today,
    )


def running(session: Session) -> tuple[Running, ...]:
    """What the customers in scope have to cancel first."""
    rows = session.execute(
        select(Subscription.id, Plan.name)
        .join(Plan, Plan.id == Subscription.plan)
        .where(Subscription.status.in_(RESTORED))
        .order_by(Subscription.id)
    )
    return tuple(Running(id=row.id, name=row.name) for row in rows)


def living(session: Session) -> tuple[str, ...]:
    """The customers in scope who were not erased, oldest first."""
    return tuple(session.scalars(select(Customer.id).where(Customer.erased_at.is_(None)).order_by(Customer.id)))
