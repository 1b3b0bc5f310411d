"""A refund's row through its states, the payment's `refunded` with it, and what is logged and told of each.

What is under way counts as gone, by one conditional UPDATE under the payment's row lock, so that no number of refunds
at once exceeds a payment.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.payments import topped_up
from services.portal.actions.support import requests
from services.portal.models import Payment, Refund
from services.portal.queries import customers, time
from services.portal.queries.refunds import Charge
from services.portal.queries.tickets import TicketView
from services.portal.rules.assurance import Requester
from services.portal.rules.payments.outcome import LEASE
from services.portal.rules.payments.refund import RefundExceedsPayment
from shared import ids
from shared.bus import outbox
from shared.errors import NotFound
from shared.events import RefundFailed, RefundRequested, RefundSucceeded
from shared.money import Money

KIND = "refund"
"""Of the ticket in which a person decides."""


@dataclass(frozen=True, kw_only=True)
class RefundIntent:
    """A refund that is recorded and that the processor is to be asked for, under this key for ever."""

    refund: str
    key: str
    processor: str
    charge: str
    amount: Money


@dataclass(frozen=True, kw_only=True)
class Said:
    """Why, in a word and in words."""

    reason: str | None = None
    comment: str | None = None


def locked(session: Session, refund_id: str) -> Refund:
    """The row, locked. Raises NotFound."""
    statement = select(Refund).where(Refund.id == refund_id).with_for_update()
    row = session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()
    if row is None:
        raise NotFound
    return row


def by_key(session: Session, key: str) -> Refund | None:
    """The refund that was begun under this key."""
    return session.scalars(select(Refund).where(Refund.key == key)).one_or_none()


def add(
    session: Session,
    payment: Payment,
    amount: int,
    said: Said,
    *,
    cause: str,
    status: str,
    key: str | None = None,
    now: datetime,
) -> Refund:
    """A new row, asked for (`requested`) or under way (`pending`). `key` is the processor's, made up if left out."""
    refund_id = ids.new("re")
    row = Refund(
        id=refund_id,
        customer=payment.customer,
        payment=payment.id,
        ticket=None,
        amount=amount,
        currency=payment.currency,
        reason=said.reason,
        comment=said.comment,
        cause=cause,
        status=status,
        key=key or f"refund-{refund_id}",
        processor_ref=None,
        settle_at=None,
        created_at=now,
        settled_at=None,
        revision=1,
    )
    session.add(row)
    session.flush()
    return row


def to_ticket(
    session: Session, row: Refund, payment: Payment, *, portal_feature: object, by: Requester, now: datetime
) -> TicketView:
    """A person decides about it: the ticket, and the refund that names it."""
    ticket = requests.open_request(
        session,
        kind=KIND,
        loaded_or_payment=payment,
        request={
            "refund": row.id,
            "amount": row.amount,
            "currency": row.currency,
            "reason": row.reason,
            "comment": row.comment,
        },
        by=by,
        portal_feature=portal_feature,
        now=now,
    )
    row.ticket = ticket.id
    tell_requested(session, row, now=now)
    return ticket


def start(
    session: Session, row: Refund, payment: Payment, charge: Charge | None, *, now: datetime
) -> RefundIntent | None:
    """Take the amount off what is left and say what to call; without a charge it is done.

    Raises RefundExceedsPayment.
    """
    _reserve(session, payment, row.amount)
    topped_up.take_back(session, payment, row.amount, now=now)
    if charge is None:
        succeed(session, row, now=now)
        return None
    row.settle_at = now - time.offset(session) + LEASE  # by the wall clock, as the job that takes over
    session.flush()
    return intent_of(row, charge)


def intent_of(row: Refund, charge: Charge) -> RefundIntent:
    """What to ask the processor for."""
    return RefundIntent(
        refund=row.id,
        key=row.key,
        processor=charge.processor,
        charge=charge.reference,
        amount=Money(row.amount, row.currency),
    )


def free(session: Session, row: Refund) -> None:
    """It did not happen: the amount is left again."""
    session.execute(
        update(Payment)
        .where(Payment.id == row.payment)
        .values(refunded=Payment.refunded - row.amount)
        .execution_options(synchronize_session="fetch")
    )
    topped_up.give_again(session, row)


def succeed(session: Session, row: Refund, *, now: datetime) -> None:
    """The money went back."""
    _settled(session, row, "succeeded", now=now)
    payment, locale = _around(session, row)
    outbox.record(
        session,
        RefundSucceeded(
            refund=row.id,
            payment=row.payment,
            customer=row.customer,
            amount=row.amount,
            currency=row.currency,
            order_number=payment.order_number,
            refunded_at=now.isoformat(),
            locale=locale,
        ),
        at=now,
    )


def fail(session: Session, row: Refund, *, status: str, why: str, now: datetime) -> None:
    """It did not happen: `failed` at the processor, or `denied` by the vendor."""
    _settled(session, row, status, now=now)
    payment, locale = _around(session, row)
    outbox.record(
        session,
        RefundFailed(
            refund=row.id,
            payment=row.payment,
            customer=row.customer,
            amount=row.amount,
            currency=row.currency,
            order_number=payment.order_number,
            reason=why,
            locale=locale,
        ),
        at=now,
    )


def tell_requested(session: Session, row: Refund, *, now: datetime) -> None:
    """It was asked for."""
    after = {"payment": row.payment, "amount": row.amount, "currency": row.currency, "ticket": row.ticket}
    action_log.write(
        session, action="refund.requested", of=row.id, before=None, after=after, customer=row.customer, now=now
    )
    _payment, locale = _around(session, row)
    outbox.record(
        session,
        RefundRequested(
            refund=row.id,
            payment=row.payment,
            customer=row.customer,
            amount=row.amount,
            currency=row.currency,
            reason=row.reason,
            ticket=row.ticket,
            locale=locale,
        ),
        at=now,
    )


def _settled(session: Session, row: Refund, status: str, *, now: datetime) -> None:
    before = {"status": row.status}
    row.status, row.settled_at, row.settle_at = status, now, None
    row.revision += 1
    after = {"status": status, "payment": row.payment, "amount": row.amount, "currency": row.currency}
    action_log.write(
        session, action=f"refund.{status}", of=row.id, before=before, after=after, customer=row.customer, now=now
    )


def _reserve(session: Session, payment: Payment, amount: int) -> None:
    taken = session.execute(
        update(Payment)
        .where(Payment.id == payment.id, Payment.status == "succeeded", Payment.refunded + amount <= Payment.total)
        .values(refunded=Payment.refunded + amount)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult
        raise RefundExceedsPayment(left=Money(payment.total - payment.refunded, payment.currency))
    session.refresh(payment, ["refunded"])


def _around(session: Session, row: Refund) -> tuple[Payment, str | None]:
    payment = session.scalars(select(Payment).where(Payment.id == row.payment)).one()
    return payment, customers.locale(session, row.customer)
