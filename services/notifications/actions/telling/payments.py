"""Tell of money and cards: receipts, declined charges, confirmations, refunds, cards."""

from dataclasses import asdict
from datetime import datetime

from services.notifications.actions.messages import Tidings, tell_customer
from services.notifications.rules import reasons
from services.notifications.rules.messages import Kind
from shared.database import Session
from shared.events import (
    CreditNoteIssued,
    InvoiceIssued,
    PaymentActionRequired,
    PaymentFailed,
    PaymentMethodAdded,
    PaymentMethodExpiring,
    PaymentMethodRemoved,
    RefundFailed,
    RefundRequested,
)

_DENIED = "declined"  # by a person, in a ticket


def receipt(session: Session, event: InvoiceIssued, *, key: str, now: datetime) -> None:
    """The money arrived; not for payments made before Bursar knew them."""
    if event.historical or event.status != "paid":
        return
    facts = {
        "number": event.number,
        "order_number": event.order_number,
        "total": event.total,
        "currency": event.currency,
        "description": event.description,
        "issued_at": event.issued_at,
    }
    tidings = Tidings(
        kind=Kind.RECEIPT,
        customer=event.customer,
        facts=facts,
        dedup_key=key,
        about=event.invoice,
        locale=event.locale,
    )
    tell_customer(session, tidings, now=now)


def payment_failed(session: Session, event: PaymentFailed, *, key: str, now: datetime) -> None:
    """A charge was declined: why, when it is tried again, where to pay now."""
    facts = {
        **_owed(event),
        "reason": reasons.calculate(event.reason),
        "method": event.method,
        "failed_at": event.failed_at,
        "retry_at": event.retry_at,
    }
    tidings = Tidings(
        kind=Kind.PAYMENT_FAILED,
        customer=event.customer,
        facts=facts,
        dedup_key=key,
        about=event.payment,
        revision=event.attempt,
        locale=event.locale,
    )
    tell_customer(session, tidings, now=now)


def payment_action_required(session: Session, event: PaymentActionRequired, *, key: str, now: datetime) -> None:
    """The bank wants a confirmation: where to give it."""
    tidings = Tidings(
        kind=Kind.PAYMENT_ACTION_REQUIRED,
        customer=event.customer,
        facts=_owed(event),
        dedup_key=key,
        about=event.payment,
        locale=event.locale,
    )
    tell_customer(session, tidings, now=now)


def _owed(event: PaymentFailed | PaymentActionRequired) -> dict[str, object]:
    return {
        "payment": event.payment,
        "order_number": event.order_number,
        "description": event.description,
        "total": event.total,
        "currency": event.currency,
    }


def refund_requested(session: Session, event: RefundRequested, *, key: str, now: datetime) -> None:
    """A person decides about it. One that runs by itself is told of with its outcome, which follows at once."""
    if event.ticket is not None:
        _of_refund(session, Kind.REFUND_REQUESTED, event, key=key, now=now)


def refund_succeeded(session: Session, event: CreditNoteIssued, *, key: str, now: datetime) -> None:
    """The money went back, and here is the credit note: told once it is there, as a receipt is with its invoice."""
    facts = {
        "refund": event.refund,
        "credit_note": event.number,
        "order_number": event.order_number,
        "amount": event.total,
        "currency": event.currency,
        "refunded_at": event.refunded_at,
    }
    tidings = Tidings(
        kind=Kind.REFUND_SUCCEEDED,
        customer=event.customer,
        facts=facts,
        dedup_key=key,
        about=event.refund,
        locale=event.locale,
    )
    tell_customer(session, tidings, now=now)


def refund_failed(session: Session, event: RefundFailed, *, key: str, now: datetime) -> None:
    """The bank did not take it back. What a person declined is told of with the ticket, in that person's words."""
    if event.reason != _DENIED:
        _of_refund(session, Kind.REFUND_FAILED, event, key=key, now=now)


def _of_refund(session: Session, kind: Kind, event: RefundRequested | RefundFailed, *, key: str, now: datetime) -> None:
    facts = {name: value for name, value in asdict(event).items() if name not in ("customer", "locale", "reason")}
    tidings = Tidings(
        kind=kind, customer=event.customer, facts=facts, dedup_key=key, about=event.refund, locale=event.locale
    )
    tell_customer(session, tidings, now=now)


def card_added(session: Session, event: PaymentMethodAdded, *, key: str, now: datetime) -> None:
    """A card was added: whoever did not do that learns it (ML-23)."""
    _of_card(session, Kind.CARD_ADDED, event, {}, key=key, now=now)


def card_removed(session: Session, event: PaymentMethodRemoved, *, key: str, now: datetime) -> None:
    """A card was removed, for the same reason."""
    _of_card(session, Kind.CARD_REMOVED, event, {}, key=key, now=now)


def card_expiring(session: Session, event: PaymentMethodExpiring, *, key: str, now: datetime) -> None:
    """A card that is needed expires: when, and where to replace it."""
    facts: dict[str, object] = {"expires": f"{event.exp_month:02}/{event.exp_year}"}
    _of_card(session, Kind.CARD_EXPIRING, event, facts, key=key, now=now)


def _of_card(
    session: Session,
    kind: Kind,
    event: PaymentMethodAdded | PaymentMethodRemoved | PaymentMethodExpiring,
    facts: dict[str, object],
    *,
    key: str,
    now: datetime,
) -> None:
    tidings = Tidings(
        kind=kind,
        customer=event.customer,
        facts={"last4": event.last4, **facts},
        dedup_key=key,
        about=event.payment_method,
    )
    tell_customer(session, tidings, now=now)
