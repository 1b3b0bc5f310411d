"""Many bills in one go, for the clock: what `bills` and `settle` do, with a statement for all instead of one for each.

The plain case alone is done so: a card, no credit, something to pay, and the processor says yes. Everything else takes
the way of one by one, with the same outcome.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.payments import bills, po_numbers, settle
from services.portal.actions.payments.bills import Bill, Intent
from services.portal.actions.payments.record import succeeded
from services.portal.adapters.processors import Answer
from services.portal.models import Attempt, Customer, Payment, PaymentMethod
from services.portal.queries import renewals
from services.portal.queries.payment_methods import words_of
from services.portal.rules.payments import method
from services.portal.rules.payments.outcome import Result
from shared.bus import outbox
from shared.totals import calculate as totals_of

AllPaid = Callable[..., None]
"""The effect of many payments of one kind: (session, payments, *, now)."""


def open_bills(session: Session, given: Sequence[Bill], *, now: datetime) -> list[Intent]:
    """Record what is owed and the attempts to collect it, off session. The calls to make."""
    kept = _cards(session, {bill.customer for bill in given})
    renewals.prepare(session, {bill.customer for bill in given})
    plain: list[tuple[Payment, PaymentMethod]] = []
    calls: list[Intent] = []
    for bill in given:
        card = _charged(kept.get(bill.customer, ()), bill.payment_method)
        totals = totals_of(bill.lines, bill.currency, bill.tax_behavior)
        if card is not None and totals.total > 0 and not renewals.has_credit(session, bill.customer):
            plain.append((bills.payment_of(bill, bill.lines, totals, now=now), card))
            continue
        opened = bills.open_bill(session, bill, off_session=True, now=now)
        renewals.forget(session)
        if opened.intent is not None:
            calls.append(opened.intent)
    attempts = [bills.attempt_at(session, payment, card, off_session=True, now=now) for payment, card in plain]
    session.add_all(payment for payment, _card in plain)
    session.flush()
    session.add_all(attempts)
    session.flush()
    return calls + [
        bills.intent_of(session, attempt, payment, card)
        for attempt, (payment, card) in zip(attempts, plain, strict=True)
    ]


def settle_all(
    session: Session, answers: Mapping[str, Answer], *, kind: str, all_paid: AllPaid, now: datetime
) -> list[Intent]:
    """Record what the processor said of each attempt. The calls that follow, where a backup card is tried."""
    paid = [attempt for attempt, answer in answers.items() if answer.result is Result.SUCCEEDED]
    done = _settle_paid(session, paid, answers, kind=kind, all_paid=all_paid, now=now)
    following = (
        settle.settle(session, attempt_id=attempt, answer=answer, now=now)
        for attempt, answer in answers.items()
        if attempt not in done
    )
    return [intent for intent in following if intent is not None]


def _settle_paid(
    session: Session, ids: Sequence[str], answers: Mapping[str, Answer], *, kind: str, all_paid: AllPaid, now: datetime
) -> set[str]:
    """Those that nobody else has settled in the meantime, and that are of this kind."""
    found = session.execute(
        select(Attempt, Payment, PaymentMethod, Customer)
        .join(Payment, Payment.id == Attempt.payment)
        .join(PaymentMethod, PaymentMethod.id == Attempt.payment_method)
        .join(Customer, Customer.id == Payment.customer)
        .where(Attempt.id.in_(ids), Attempt.status == "pending", Payment.status == "pending", Payment.kind == kind)
        .order_by(Attempt.id)
        .with_for_update(of=[Attempt, Payment])
        .execution_options(populate_existing=True)
    ).all()
    for attempt, payment, card, _buyer in found:
        attempt.status, attempt.processor_ref = "succeeded", answers[attempt.id].reference
        attempt.settle_at, attempt.settled_at = None, now
        payment.method, payment.status, payment.paid_at = words_of(card), "succeeded", now
        after = {"status": payment.status, "total": payment.total, "currency": payment.currency}
        before = {"status": "pending"}
        action_log.write(
            session,
            action="payment.succeeded",
            of=payment.id,
            before=before,
            after=after,
            customer=payment.customer,
            now=now,
        )
    numbers = po_numbers.take_of_many(session, [(payment, buyer) for _, payment, _, buyer in found])
    told = [
        succeeded(payment, buyer, po_number=number)
        for (_, payment, _, buyer), number in zip(found, numbers, strict=True)
    ]
    outbox.record_many(session, told, at=now)
    all_paid(session, [payment for _, payment, _, _ in found], now=now)
    return {attempt.id for attempt, _, _, _ in found}


def _cards(session: Session, customers: set[str]) -> Mapping[str, Sequence[PaymentMethod]]:
    rows = session.scalars(
        select(PaymentMethod).where(PaymentMethod.customer.in_(customers), PaymentMethod.removed_at.is_(None))
    )
    kept: dict[str, list[PaymentMethod]] = {}
    for row in rows:
        kept.setdefault(row.customer, []).append(row)
    return kept


def _charged(kept: Sequence[PaymentMethod], own: str | None) -> PaymentMethod | None:
    default = next((card.id for card in kept if card.is_default), None)
    chosen = method.charged(own=own, default=default, kept=[card.id for card in kept])
    return next((card for card in kept if card.id == chosen), None)
