"""Payments that were taken elsewhere, recorded here; the invoice follows by event."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.payments import po_numbers
from services.portal.models import Customer, Payment, Product, Subscription
from services.portal.queries import payments as queries
from services.portal.queries.payments import PaymentView
from services.portal.rules.customers.erasing import CustomerErased
from services.portal.rules.payments import recording
from services.portal.rules.payments.recording import Recorded
from shared import ids
from shared.bus import outbox
from shared.errors import FieldError, Invalid, NotFound
from shared.events import PaymentSucceeded
from shared.totals import Line, TaxBehavior

DESCRIPTION_LENGTH = 500


def record(
    session: Session,
    *,
    customer: str,
    lines: Sequence[Line],
    currency: str,
    tax_behavior: TaxBehavior,
    paid_at: datetime,
    method: str | None = None,
    subscription: str | None = None,
    product: str | None = None,
    historical: bool = False,
    now: datetime,
) -> PaymentView:
    """Record a payment. Raises NotFound, CustomerErased, Invalid, and what the totals refuse."""
    buyer = session.scalars(select(Customer).where(Customer.id == customer)).one_or_none()
    if buyer is None:
        raise NotFound
    if buyer.erased_at is not None:
        raise CustomerErased
    if paid_at > now:
        raise Invalid(FieldError.of("paid_at", "date_in_future"))
    of_product = _product(session, customer=customer, subscription=subscription, product=product)
    recorded = recording.calculate(lines=lines, currency=currency, tax_behavior=tax_behavior)
    made: dict[str, Any] = {"id": ids.new("pay"), "order_number": ids.order_number(), "source_key": None}
    row = Payment(
        customer=customer,
        subscription=subscription,
        product=of_product,
        tax_behavior=tax_behavior,
        method=method,
        historical=historical,
        paid_at=paid_at,
        created_at=now,
        **made,
        **columns(recorded),
    )
    session.add(row)
    after = {"customer": customer, "total": recorded.totals.total, "currency": currency, "paid_at": paid_at.isoformat()}
    action_log.write(session, action="payment.recorded", of=row.id, before=None, after=after, now=now)
    number = buyer.po_number if historical else po_numbers.take(session, row, buyer)
    outbox.record(session, succeeded(row, buyer, po_number=number), at=now)
    return queries.view(row)


def columns(recorded: Recorded) -> dict[str, Any]:
    """The columns of a payment that its lines decide."""
    totals = recorded.totals
    return {
        "description": ", ".join(line.description for line in recorded.lines)[:DESCRIPTION_LENGTH],
        "lines": [asdict(line) for line in recorded.lines],
        "currency": totals.currency,
        "net": totals.net,
        "tax": totals.tax,
        "total": totals.total,
        "status": "succeeded",
        "kind": "recorded",
        "refunded": 0,
        "attempts": 0,
    }


def succeeded(row: Payment, buyer: Customer, *, po_number: str | None) -> PaymentSucceeded:
    """What others are told of a payment: all that an invoice prints, with this purchase order number."""
    return PaymentSucceeded(
        payment=row.id,
        customer=row.customer,
        subscription=row.subscription,
        order_number=row.order_number,
        currency=row.currency,
        tax_behavior=row.tax_behavior,
        lines=row.lines,
        net=row.net,
        tax=row.tax,
        total=row.total,
        paid_at=(row.paid_at or row.created_at).isoformat(),
        historical=row.historical,
        locale=buyer.locale,
        buyer={
            "display_name": buyer.display_name,
            "company": buyer.company,
            "email": buyer.email,
            "address": buyer.address,
            "country": buyer.country,
            "tax_id": buyer.tax_id,
            "po_number": po_number,
        },
        method=row.method,
    )


def _product(session: Session, *, customer: str, subscription: str | None, product: str | None) -> str | None:
    """The product paid for: that of the subscription, else the one named. Raises NotFound."""
    if subscription is not None:
        of_subscription = session.scalar(
            select(Subscription.product).where(Subscription.id == subscription, Subscription.customer == customer)
        )
        if of_subscription is None:
            raise NotFound
        return of_subscription
    if product is not None and session.scalar(select(Product.id).where(Product.id == product)) is None:
        raise NotFound
    return product
