"""What was paid at a source: recorded once, by the invoice there; the official document here follows by event."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.payments import po_numbers
from services.portal.actions.payments.record import columns, succeeded
from services.portal.actions.sources.reading import Missing, Reading, Unusable
from services.portal.adapters.sources import Kind
from services.portal.models import Customer, Payment, Subscription
from services.portal.rules.payments.recording import Recorded
from services.portal.rules.sources import paid as rule
from services.portal.rules.sources.facts import InvoiceFacts
from shared import ids
from shared.bus import outbox
from shared.errors import Invalid
from shared.i18n import DEFAULT, text
from shared.totals import calculate as totals_of


def take_invoice(session: Session, found: InvoiceFacts, *, reading: Reading) -> bool:
    """True when it is new. What is not paid, or came to nothing, is left. Raises Missing, Unusable."""
    if found.paid_at is None or found.total <= 0:
        return False
    if session.scalar(select(Payment.id).where(Payment.source_id == found.id)) is not None:
        return False
    buyer = session.scalars(select(Customer).where(Customer.source_id == found.customer)).one_or_none()
    if buyer is None:
        raise Missing(Kind.CUSTOMERS, found.customer)
    if buyer.erased_at is not None:
        raise Unusable("customer_erased")
    of = _subscription(session, found)
    language = buyer.locale or DEFAULT
    printed = rule.calculate(
        found,
        description=text("portal.source.invoice", language, number=found.number or found.id),
        tax_name=text("portal.source.tax", language),
    )
    try:
        totals = totals_of(printed.lines, found.currency, printed.tax_behavior)
    except Invalid:
        raise Unusable("source_amounts") from None
    made = {"id": ids.new("pay"), "order_number": ids.order_number(), "source_id": found.id, "source_key": None}
    row = Payment(
        customer=buyer.id,
        subscription=None if of is None else of.id,
        product=None if of is None else of.product,
        tax_behavior=printed.tax_behavior,
        method=None,
        historical=reading.is_history,
        paid_at=found.paid_at,
        created_at=reading.now,
        **made,
        **columns(Recorded(lines=printed.lines, totals=totals)),
    )
    session.add(row)
    after = {"customer": buyer.id, "total": totals.total, "currency": found.currency, "source": reading.source}
    action_log.write(session, action="payment.recorded", of=row.id, before=None, after=after, now=reading.now)
    number = buyer.po_number if reading.is_history else po_numbers.take(session, row, buyer)
    outbox.record(session, succeeded(row, buyer, po_number=number), at=reading.now)
    return True


def _subscription(session: Session, found: InvoiceFacts) -> Subscription | None:
    """What it was for. One that never began here is none: its money came all the same. Raises Missing."""
    if found.subscription is None:
        return None
    row = session.scalars(select(Subscription).where(Subscription.source_id == found.subscription)).one_or_none()
    if row is None:
        raise Missing(Kind.SUBSCRIPTIONS, found.subscription)
    return row
