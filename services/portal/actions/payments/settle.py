"""What a processor's answer does: step 3 of three, with its effects, in one transaction, once for each attempt."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.payments import bills, po_numbers
from services.portal.actions.payments.record import succeeded
from services.portal.adapters.processors import Answer
from services.portal.models import Attempt, Customer, Payment, PaymentMethod
from services.portal.queries import time
from services.portal.queries.payment_methods import words_of
from services.portal.rules.payments import decline, method, outcome
from services.portal.rules.payments.outcome import Result
from shared.bus import outbox
from shared.errors import NotFound
from shared.events import PaymentActionRequired, PaymentFailed

SETTLED = ("succeeded", "declined")


def settle(session: Session, *, attempt_id: str, answer: Answer, now: datetime) -> "bills.Intent | None":
    """Record what the processor said. The same answer again changes nothing; a final one is never changed.

    Returns the next call to make when a backup card is to be tried (D09). Raises NotFound.
    """
    found = session.execute(
        select(Attempt, Payment)
        .join(Payment, Payment.id == Attempt.payment)
        .where(Attempt.id == attempt_id)
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound
    attempt, payment = found
    if attempt.status in SETTLED:
        return None
    card = session.scalars(select(PaymentMethod).where(PaymentMethod.id == attempt.payment_method)).one()
    means = outcome.decide(result=answer.result, called_at=attempt.created_at, now=now)
    was = payment.status
    attempt.status, attempt.processor_ref = means.attempt, answer.reference or attempt.processor_ref
    attempt.settle_at = means.ask_again_at and means.ask_again_at - time.offset(session)
    if means.is_final:
        attempt.settled_at = now
    if answer.result is Result.SUCCEEDED:
        payment.method = words_of(card)
        paid(session, payment, now=now)
    elif answer.result is Result.DECLINED:
        attempt.decline_code = answer.decline_code
        return _declined(session, payment, attempt, card, now=now)
    elif payment.status != "voided":
        payment.status, payment.action_url = means.payment, answer.action_url
        if answer.result is Result.ACTION_REQUIRED and was != means.payment:
            _asks_customer(session, payment, now=now)
    return None


def paid(session: Session, payment: Payment, *, now: datetime) -> None:
    """The money is there, or none was owed: the invoice follows by event, and what waited for it happens."""
    before = {"status": payment.status}
    payment.status, payment.paid_at = "succeeded", now
    payment.retry_at = payment.action_url = payment.decline_code = None
    after = {"status": payment.status, "total": payment.total, "currency": payment.currency}
    action_log.write(session, action="payment.succeeded", of=payment.id, before=before, after=after, now=now)
    buyer = _buyer(session, payment)
    number = po_numbers.take(session, payment, buyer)
    outbox.record(session, succeeded(payment, buyer, po_number=number), at=now)
    _happen("EFFECTS", session, payment, now=now)


def without_card(session: Session, payment: Payment, *, now: datetime) -> None:
    """There is no card to charge: declined without asking anybody."""
    _failed(session, payment, code=decline.NO_PAYMENT_METHOD, card=None, now=now)


def _declined(
    session: Session, payment: Payment, attempt: Attempt, card: PaymentMethod, *, now: datetime
) -> "bills.Intent | None":
    after = {"code": attempt.decline_code, "payment_method": card.id, "attempt": attempt.number}
    action_log.write(session, action="payment.declined", of=payment.id, before=None, after=after, now=now)
    if payment.status in ("voided", "succeeded"):
        return None
    next_card = _backup(session, payment, attempt)
    if next_card is not None:
        return bills.try_again(
            session, payment=payment, payment_method=next_card, off_session=attempt.off_session, now=now
        )
    _failed(session, payment, code=attempt.decline_code, card=card, now=now)
    return None


def _failed(session: Session, payment: Payment, *, code: str | None, card: PaymentMethod | None, now: datetime) -> None:
    payment.status, payment.decline_code, payment.action_url = "open", code, None
    payment.failed_at = payment.failed_at or now
    _happen("FAILURES", session, payment, now=now)
    if payment.status != "open":
        return
    if code == decline.AUTHENTICATION_REQUIRED:
        _asks_customer(session, payment, now=now)
        return
    outbox.record(
        session,
        PaymentFailed(
            payment=payment.id,
            customer=payment.customer,
            subscription=payment.subscription,
            order_number=payment.order_number,
            description=payment.description,
            currency=payment.currency,
            total=payment.total,
            reason=decline.decide(code).group.value,
            attempt=max(payment.attempts, 1),
            method=None if card is None else words_of(card),
            failed_at=now.isoformat(),
            retry_at=None if payment.retry_at is None else payment.retry_at.isoformat(),
            locale=_buyer(session, payment).locale,
        ),
        at=now,
    )


def _asks_customer(session: Session, payment: Payment, *, now: datetime) -> None:
    outbox.record(
        session,
        PaymentActionRequired(
            payment=payment.id,
            customer=payment.customer,
            subscription=payment.subscription,
            order_number=payment.order_number,
            description=payment.description,
            currency=payment.currency,
            total=payment.total,
            locale=_buyer(session, payment).locale,
        ),
        at=now,
    )


def _backup(session: Session, payment: Payment, attempt: Attempt) -> PaymentMethod | None:
    """The customer's next card, after a final no of the first one tried for this payment."""
    if not decline.decide(attempt.decline_code).is_terminal or not attempt.off_session:
        return None
    tried = set(session.scalars(select(Attempt.payment_method).where(Attempt.payment == payment.id)))
    cards = session.scalars(
        select(PaymentMethod)
        .where(PaymentMethod.customer == payment.customer, PaymentMethod.removed_at.is_(None))
        .order_by(PaymentMethod.position, PaymentMethod.id)
    ).all()
    chosen = method.backup(
        ordered=[card.id for card in cards], tried=tried, is_terminal=True, off_session=attempt.off_session
    )
    return next((card for card in cards if card.id == chosen), None)


def _buyer(session: Session, payment: Payment) -> Customer:
    return session.scalars(select(Customer).where(Customer.id == payment.customer)).one()


def _happen(table: str, session: Session, payment: Payment, *, now: datetime) -> None:
    """The effect of the payment's kind, from `EFFECTS` or `FAILURES`."""
    from services.portal.actions.subscriptions import paid as effects  # late: its verbs open bills themselves

    found: Mapping[str, Callable[..., None]] = getattr(effects, table)
    found[payment.kind](session, payment, now=now)
