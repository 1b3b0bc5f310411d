"""Money that arrived: the record that the API shows, and purchases without a subscription."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVarTuple

from sqlalchemy import Integer, Select, bindparam, func, select
from sqlalchemy.orm import Session

from services.portal.models import Payment
from services.portal.rules.payments import decline
from services.portal.rules.payments.decline import Decline
from shared.database import UtcDateTime
from shared.errors import NotFound
from shared.money import Money

_Columns = TypeVarTuple("_Columns")
UNPAID: Final = ("pending", "open", "action_required", "unknown")
_UNPAID: Final = select(Payment).where(Payment.status.in_(UNPAID)).order_by(Payment.created_at, Payment.id)
_PURCHASES: Final = (
    select(
        Payment.id,
        Payment.order_number,
        Payment.description,
        Payment.total,
        Payment.currency,
        func.coalesce(Payment.paid_at, Payment.created_at, type_=UtcDateTime).label("paid_at"),
        func.count().over().label("every"),
    )
    .where(Payment.subscription.is_(None), Payment.status == "succeeded", Payment.kind != "top_up")
    .order_by(Payment.paid_at.desc(), Payment.id.desc())
    .limit(bindparam("most", type_=Integer()))
)


@dataclass(frozen=True, kw_only=True)
class PaymentView:
    """A payment as the API shows it. Amounts in minor units."""

    id: str
    customer: str
    subscription: str | None
    product: str | None
    description: str
    lines: list[dict[str, Any]]
    currency: str
    tax_behavior: str
    net: int
    tax: int
    total: int
    status: str
    order_number: str
    method: str | None
    historical: bool
    paid_at: datetime | None
    created_at: datetime
    kind: str
    refunded: int
    payment_method: str | None
    attempts: int
    decline_code: str | None
    failed_at: datetime | None
    retry_at: datetime | None
    action_url: str | None

    @property
    def decline(self) -> Decline | None:
        """Why it was not paid the last time; None unless it is owed still."""
        return decline.decide(self.decline_code) if self.status == "open" else None


@dataclass(frozen=True, kw_only=True)
class PurchaseRow:
    """A one-time purchase as its customer sees it."""

    id: str
    order_number: str
    description: str
    total: Money
    paid_at: datetime


@dataclass(frozen=True, kw_only=True)
class Purchases:
    """The newest ones, and how many there are in all."""

    rows: tuple[PurchaseRow, ...]
    count: int


def record(session: Session, *, payment_id: str) -> PaymentView:
    """One payment. Raises NotFound."""
    row = session.scalars(select(Payment).where(Payment.id == payment_id)).one_or_none()
    if row is None:
        raise NotFound
    return view(row)


def listing(*, customer: str | None, subscription: str | None) -> Select[Payment]:
    """Those of a customer or subscription; None means any."""
    statement = select(Payment)
    if customer is not None:
        statement = statement.where(Payment.customer == customer)
    if subscription is not None:
        statement = statement.where(Payment.subscription == subscription)
    return statement


def purchases(session: Session, *, hidden: Collection[str], limit: int) -> Purchases:
    """One-time purchases in scope of products that are not `hidden`, newest first. One statement."""
    found = session.execute(_shown(_PURCHASES, hidden), {"most": limit}).all()
    rows = tuple(
        PurchaseRow(
            id=row.id,
            order_number=row.order_number,
            description=row.description,
            total=Money(row.total, row.currency),
            paid_at=row.paid_at,
        )
        for row in found
    )
    return Purchases(rows=rows, count=found[0].every if found else 0)


def view(row: Payment) -> PaymentView:
    """A row as a view."""
    return PaymentView(
        id=row.id,
        customer=row.customer,
        subscription=row.subscription,
        product=row.product,
        description=row.description,
        lines=row.lines,
        currency=row.currency,
        tax_behavior=row.tax_behavior,
        net=row.net,
        tax=row.tax,
        total=row.total,
        status=row.status,
        order_number=row.order_number,
        method=row.method,
        historical=row.historical,
        paid_at=row.paid_at,
        created_at=row.created_at,
        kind=row.kind,
        refunded=row.refunded,
        payment_method=row.payment_method,
        attempts=row.attempts,
        decline_code=row.decline_code,
        failed_at=row.failed_at,
        retry_at=row.retry_at,
        action_url=row.action_url,
    )


def unpaid(session: Session, *, hidden: Collection[str] = ()) -> tuple[PaymentView, ...]:
    """What the customers in scope owe, or are paying just now, oldest first. One statement."""
    return tuple(view(row) for row in session.scalars(_shown(_UNPAID, hidden)))


def _shown(statement: Select[*_Columns], hidden: Collection[str]) -> Select[*_Columns]:
    return statement.where(Payment.product.is_(None) | Payment.product.not_in(hidden)) if hidden else statement
