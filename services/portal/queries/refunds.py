"""Refunds, and what of a payment may go back: the same answer for the page, the API and the refund itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from services.portal.models import Attempt, Payment, PaymentMethod, Plan, Product, Refund, Subscription
from services.portal.queries import agreements, top_ups
from services.portal.queries.portals import PortalView
from services.portal.queries.showing import hidden_products
from services.portal.rules.assurance import Requester, sees_portal
from services.portal.rules.payments import refund as rule
from services.portal.rules.payments.refund import Refundable, Window
from services.portal.rules.policy import Action, Answer
from shared.errors import NotFound
from shared.money import Money

Row = TypeVar("Row", Subscription, Plan, Product)
UNDER_WAY: Final = ("pending", "unknown")
WAITING: Final = ("requested", *UNDER_WAY)
GIVEN_BACK: Final = "given_back"
"""In `Payment.after`, `{"amount", "kept", "credit", "at"}` each: `amount` of its money was credited or taken off
another plan; `kept` of the money, and `credit` of what was paid with credit, became credit for the time from `at`."""
TOO_LATE: Final = "too_late"
"""In `Payment.after`: all of it was kept as credit, because what it was for was over when it came."""


@dataclass(frozen=True, kw_only=True)
class RefundView:
    """A refund. `status` is requested, pending, unknown, succeeded, failed or denied."""

    id: str
    payment: str
    customer: str
    ticket: str | None
    amount: int
    currency: str
    reason: str | None
    comment: str | None
    cause: str
    status: str
    created_at: datetime
    settled_at: datetime | None

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


@dataclass(frozen=True, kw_only=True)
class Eligibility:
    """May this go back, how much, until when, and who says so. Without a period it is always, or never."""

    payment: str
    answer: Answer
    left: Money
    until: datetime | None
    has_period: bool


@dataclass(frozen=True, kw_only=True)
class Charge:
    """The processor's charge that a payment was made by."""

    processor: str
    reference: str


@dataclass(frozen=True)
class Bought:
    """A payment's row with what it was paid for, and the charge it was made by; None where it was taken elsewhere.
    `spent`: what of a top-up was used."""

    payment: Payment
    subscription: Subscription | None
    plan: Plan | None
    product: Product | None
    charge: Charge | None
    spent: int = 0


@dataclass(frozen=True, kw_only=True)
class PaymentRow:
    """A payment as its customer sees it, with what of it went back and may go back."""

    id: str
    order_number: str
    description: str
    total: Money
    refunded: Money
    status: str
    paid_at: datetime | None
    created_at: datetime
    refunds: tuple[RefundView, ...]
    refund: Eligibility

    @property
    def waits(self) -> bool:
        """A refund of it is asked for or under way."""
        return any(each.status in WAITING for each in self.refunds)


@dataclass(frozen=True, kw_only=True)
class PaymentPage:
    """A page of them, newest first. `next_cursor` is None on the last."""

    rows: tuple[PaymentRow, ...]
    next_cursor: str | None


def refund(session: Session, *, refund_id: str) -> RefundView:
    """One of them. Raises NotFound."""
    row = session.scalars(select(Refund).where(Refund.id == refund_id)).one_or_none()
    if row is None:
        raise NotFound
    return view(row)


def listing(*, payment: str | None, customer: str | None, status: str | None) -> Select[Refund]:
    """Those with these values; None means any."""
    wanted = {Refund.payment: payment, Refund.customer: customer, Refund.status: status}
    return select(Refund).where(*(column == value for column, value in wanted.items() if value is not None))


def bought(session: Session, *, payment_id: str, lock: bool = False) -> Bought:
    """A payment with what it was for, its row locked or not. Raises NotFound."""
    statement = select(Payment).where(Payment.id == payment_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = session.scalars(statement).one_or_none()
    if row is None:
        raise NotFound
    (found,) = _bought(session, (row,))
    return found


def refundable(of: Bought, *, portal: PortalView | None, now: datetime) -> Refundable:
    """What of it may go back; `portal` None is the vendor's own key, which no refund period binds."""
    row = of.payment
    window = Window()
    if portal is not None:
        window = Window(
            plan=None if of.plan is None else of.plan.refund_window_days,
            product=None if of.product is None else of.product.refund_window_days,
            portal=portal.features.refund.window_days,
        )
    return rule.calculate(
        paid_at=row.paid_at if row.status == "succeeded" else None,
        paid=Money(row.total, row.currency),
        refunded=Money(row.refunded, row.currency),
        given_back=Money(given_back(row) + of.spent, row.currency),
        window=window,
        now=now,
    )


def given_back(row: Payment) -> int:
    """What of a payment was given back as credit or taken off another plan, in minor units with tax."""
    return sum(int(each["amount"]) for each in (row.after or {}).get(GIVEN_BACK, ()))


def eligibility(of: Bought, *, portal: PortalView | None, by: Requester, now: datetime) -> Eligibility:
    """May `by` have it back here? What was taken elsewhere only a person can give back to a customer."""
    found = refundable(of, portal=portal if sees_portal(by) else None, now=now)
    answer = agreements.answer(
        Action.REQUEST_REFUND,
        by=by,
        portal=portal,
        row=of.subscription,
        plan=of.plan,
        product=of.product,
        limit=found.limit,
        is_by_hand=of.charge is None,
        now=now,
    )
    return Eligibility(
        payment=of.payment.id,
        answer=answer,
        left=found.left,
        until=found.until,
        has_period=found.until is not None and found.until != of.payment.paid_at,
    )


def charge_of(session: Session, *, payment_id: str) -> Charge | None:
    """The charge it was made by; None where the money was taken elsewhere."""
    return _charges(session, [payment_id]).get(payment_id)


def history(
    session: Session, *, portal: PortalView, by: Requester, cursor: str | None, limit: int, now: datetime
) -> PaymentPage:
    """The payments in scope of products that show here, newest first. Raises NotFound for a foreign cursor."""
    hidden = hidden_products(session, portal=portal)
    statement = select(Payment).where(Payment.status != "voided")
    if hidden:
        statement = statement.where(Payment.product.is_(None) | Payment.product.not_in(hidden))
    at = func.coalesce(Payment.paid_at, Payment.created_at)
    if cursor is not None:
        last = session.execute(select(at, Payment.id).where(Payment.id == cursor)).one_or_none()
        if last is None:
            raise NotFound
        statement = statement.where(tuple_(at, Payment.id) < tuple_(*last))
    found = session.scalars(statement.order_by(at.desc(), Payment.id.desc()).limit(limit + 1)).all()
    shown = found[:limit]
    refunds = _refunds(session, [row.id for row in shown])
    rows = tuple(
        row_of(each, refunds=refunds.get(each.payment.id, ()), portal=portal, by=by, now=now)
        for each in _bought(session, shown)
    )
    return PaymentPage(rows=rows, next_cursor=rows[-1].id if len(found) > limit else None)


def row_of(
    of: Bought, *, refunds: Sequence[RefundView], portal: PortalView, by: Requester, now: datetime
) -> PaymentRow:
    """A payment as its customer sees it."""
    row = of.payment
    return PaymentRow(
        id=row.id,
        order_number=row.order_number,
        description=row.description,
        total=Money(row.total, row.currency),
        refunded=Money(row.refunded, row.currency),
        status=row.status,
        paid_at=row.paid_at,
        created_at=row.created_at,
        refunds=tuple(refunds),
        refund=eligibility(of, portal=portal, by=by, now=now),
    )


def of_payment(session: Session, *, payment_id: str) -> tuple[RefundView, ...]:
    """The refunds of a payment, oldest first."""
    return _refunds(session, [payment_id]).get(payment_id, ())


def view(row: Refund) -> RefundView:
    """A row as a view."""
    return RefundView(
        id=row.id,
        payment=row.payment,
        customer=row.customer,
        ticket=row.ticket,
        amount=row.amount,
        currency=row.currency,
        reason=row.reason,
        comment=row.comment,
        cause=row.cause,
        status=row.status,
        created_at=row.created_at,
        settled_at=row.settled_at,
    )


def _refunds(session: Session, payments: Sequence[str]) -> dict[str, tuple[RefundView, ...]]:
    if not payments:
        return {}
    found: dict[str, tuple[RefundView, ...]] = {}
    for row in session.scalars(select(Refund).where(Refund.payment.in_(payments)).order_by(Refund.id)):
        found[row.payment] = (*found.get(row.payment, ()), view(row))
    return found


def _charges(session: Session, payments: Sequence[str]) -> dict[str, Charge]:
    found = session.execute(
        select(Attempt.payment, PaymentMethod.processor, Attempt.processor_ref)
        .join(PaymentMethod, PaymentMethod.id == Attempt.payment_method)
        .where(Attempt.payment.in_(payments), Attempt.status == "succeeded", Attempt.processor_ref.is_not(None))
    )
    return {row.payment: Charge(processor=row.processor, reference=row.processor_ref or "") for row in found}


def _bought(session: Session, rows: Sequence[Payment]) -> tuple[Bought, ...]:
    """Four statements, whatever their number; one more where there are top-ups."""
    subscriptions = _by_id(session, Subscription, {row.subscription for row in rows})
    plans = _by_id(session, Plan, {each.plan for each in subscriptions.values()})
    products = _by_id(session, Product, {row.product for row in rows})
    charges = _charges(session, [row.id for row in rows])
    spent = top_ups.spent(session, [row.id for row in rows if row.kind == "top_up"])
    found = []
    for row in rows:
        subscription = subscriptions.get(row.subscription or "")
        plan = None if subscription is None else plans.get(subscription.plan)
        found.append(
            Bought(row, subscription, plan, products.get(row.product or ""), charges.get(row.id), spent.get(row.id, 0))
        )
    return tuple(found)


def _by_id(session: Session, kind: type[Row], wanted: set[str | None]) -> dict[str, Row]:
    ids = [each for each in wanted if each is not None]
    if not ids:
        return {}
    return {each.id: each for each in session.scalars(select(kind).where(kind.id.in_(ids)))}
