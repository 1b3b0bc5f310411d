"""Tell further addresses of a customer: ask whether they agree, and send them documents."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from services.notifications.actions.messages import Tidings, recipient_of, tell_other
from services.notifications.models import DocumentRecipient, Message
from services.notifications.rules import recipients
from services.notifications.rules.delivery import State
from services.notifications.rules.messages import Kind
from services.notifications.rules.recipients import Further
from shared.database import Session, erased
from shared.events import CreditNoteIssued, InvoiceIssued, RecipientChanged, RecipientInvited


def ask(session: Session, event: RecipientInvited, *, key: str, now: datetime) -> None:
    """Ask the owner of an address. Nothing else goes there before they agree."""
    tidings = Tidings(
        kind=Kind.RECIPIENT_INVITED,
        customer=event.customer,
        facts={"recipient": event.recipient, "documents": event.documents},
        dedup_key=key,
        about=event.recipient,
    )
    tell_other(session, tidings, address=event.email, now=now)


def note(session: Session, event: RecipientChanged, *, now: datetime) -> None:
    """Keep how an address stands; the largest revision wins. What waits for one that wants nothing is not sent."""
    if erased.is_erased(session, event.customer):
        return
    row = session.get(DocumentRecipient, event.recipient, with_for_update=True)
    if row is not None and row.revision >= event.revision:
        return
    if row is None:
        row = DocumentRecipient(id=event.recipient, customer=event.customer)
        session.add(row)
    row.is_confirmed = event.status == "confirmed"
    row.email = event.email if row.is_confirmed else ""
    row.documents = list(event.documents)
    due = recipients.statement_due(event.documents, is_confirmed=row.is_confirmed, after=now)
    row.statement_due = row.statement_due if row.statement_due and due else due
    row.revision = event.revision
    if event.status in ("unsubscribed", "removed"):
        _withdraw(session, event)


def send_invoice(session: Session, event: InvoiceIssued, *, now: datetime) -> None:
    """The invoice itself, and the receipt once it is paid, to each that gets them: once, however often the event
    arrives. Raises Later as `messages.tell_customer`.
    """
    facts = {"document": event.invoice, "description": event.description}
    _send(session, event, facts, now=now)


def send_credit_note(session: Session, event: CreditNoteIssued, *, now: datetime) -> None:
    """The credit note, to each that gets credit notes, as `send_invoice`."""
    facts = {"document": event.credit_note, "description": event.invoice_number}
    _send(session, event, facts, now=now)


def _send(session: Session, event: InvoiceIssued | CreditNoteIssued, facts: dict[str, str], *, now: datetime) -> None:
    further = _further(session, event.customer)
    if not further or erased.is_erased(session, event.customer):
        return
    own = recipient_of(session, event.customer).email
    for kind in recipients.KINDS[type(event)]:
        if kind == "receipt" and not (isinstance(event, InvoiceIssued) and event.status == "paid"):
            continue
        dated = event.paid_at if kind == "receipt" and isinstance(event, InvoiceIssued) else event.issued_at
        told = {
            **facts,
            "kind": kind,
            "number": event.number,
            "order_number": event.order_number,
            "total": event.total,
            "currency": event.currency,
            "issued_at": dated,
        }
        for each in recipients.decide(further, kind=kind, own=own, is_historical=event.historical):
            _tell(session, event.customer, each, told, now=now)


def send_statement(session: Session, recipient: DocumentRecipient, *, due: datetime, now: datetime) -> None:
    """The statement of the month before `due`, once."""
    own = recipient_of(session, recipient.customer).email
    first, last = recipients.month_before(due)
    chosen = recipients.decide((_as_further(recipient),), kind=recipients.STATEMENT, own=own, is_historical=False)
    told = {
        "kind": recipients.STATEMENT,
        "document": f"{first:%Y-%m}",
        "number": "",
        "customer": recipient.customer,
        "first": first.isoformat(),
        "last": last.isoformat(),
    }
    for each in chosen:
        _tell(session, recipient.customer, each, told, now=now)


def _tell(session: Session, customer: str, to: Further, told: dict[str, Any], *, now: datetime) -> None:
    kind = told["kind"]
    named = told["document"] if kind in ("invoice", "credit_note") else f"{told['document']}:{kind}"
    tidings = Tidings(
        kind=Kind.DOCUMENT_COPY,
        customer=customer,
        facts={**told, "recipient": to.id},
        dedup_key=f"{named}:{to.id}",
        about=to.id,
    )
    tell_other(session, tidings, address=to.email, now=now)


def _further(session: Session, customer: str) -> list[Further]:
    return [
        _as_further(row)
        for row in session.scalars(
            select(DocumentRecipient)
            .where(DocumentRecipient.customer == customer, DocumentRecipient.is_confirmed)
            .order_by(DocumentRecipient.id)
        )
    ]


def _as_further(row: DocumentRecipient) -> Further:
    return Further(id=row.id, email=row.email, documents=row.documents, is_confirmed=row.is_confirmed)


def _withdraw(session: Session, event: RecipientChanged) -> None:
    session.execute(
        update(Message)
        .where(Message.about == event.recipient, Message.state == State.QUEUED)
        .values(state=State.FAILED, due_at=None, last_error=f"not sent: the address is {event.status}")
        .execution_options(synchronize_session=False)
    )
