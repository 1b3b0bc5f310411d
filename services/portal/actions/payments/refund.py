"""Giving money back in three steps: record the refund and its key, call the processor, record the outcome.

A payment that was taken elsewhere has no charge to give back here: for a customer a person decides, and a vendor's key
that refunds it says that the vendor has given it back, so it is recorded as done.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import confirmations, proof
from services.portal.actions.payments import refund_rows as rows
from services.portal.actions.payments.prepare_refund import Asked, look, shown
from services.portal.actions.payments.refund_rows import KIND, RefundIntent, Said
from services.portal.actions.support import requests
from services.portal.adapters.processors import UNKNOWN, Answer, Processors
from services.portal.models import Payment, Refund
from services.portal.queries import refunds as queries
from services.portal.queries import tickets, time
from services.portal.queries.refunds import RefundView
from services.portal.queries.tickets import TicketView
from services.portal.rules.assurance import Requester
from services.portal.rules.payments import outcome
from services.portal.rules.payments import refund as rule
from services.portal.rules.payments.outcome import Result
from services.portal.rules.policy import Action
from services.portal.rules.support import masking
from shared.database import Begin, scope
from shared.errors import FieldError, Invalid
from shared.logs import log

__all__ = ["KIND", "RefundIntent", "Requested", "approve", "call", "carry_out", "deny", "record", "request", "settle"]

REASON_LENGTH: Final = 40
COMMENT_LENGTH: Final = 1000
_DECIDES_ALONE: Final = frozenset({"key", "staff"})


@dataclass(frozen=True, kw_only=True)
class Requested:
    """What came of asking: a refund done or under way (`intent`), or the `ticket` in which a person decides."""

    refund: RefundView | None
    ticket: TicketView | None = None
    intent: RefundIntent | None = None


@dataclass(frozen=True)
class _System:
    """Who acts where nobody asked."""

    kind: str = "system"
    assurance: str | None = None
    proven_at: datetime | None = None
    session: str | None = None
    portal: str | None = None
    way_in: str | None = None
    role: str | None = None


def request(
    session: Session,
    *,
    payment_id: str,
    amount: int | None,
    reason: str | None,
    comment: str | None,
    by: Requester,
    key: str = "",
    confirmation: str | None = None,
    effect: str | None = None,
    now: datetime,
) -> Requested:
    """Ask for `amount` minor units of a payment, all that is left without one. Carry out the `intent` afterwards.

    A customer brings the `confirmation` of what was shown; who asks again finds the open ticket. A call that broke
    off is known again by the name of its `effect`. Raises NotFound, Invalid, StepUpRequired, ConfirmationInvalid,
    PreviewOutdated, AlreadyRefunded, RefundWindowOver, RefundExceedsPayment, and what the policy refuses with.
    """
    queries.bought(session, payment_id=payment_id, lock=True)
    own_key = None if effect is None else f"refund-{effect}"
    begun = None if own_key is None else rows.by_key(session, own_key)
    if begun is not None:
        return _continued(session, begun)
    waiting = requests.waiting(session, requests.subject_key(KIND, payment_id))
    if by.kind == "customer" and waiting is not None:
        return Requested(refund=_of_ticket(session, waiting.id), ticket=tickets.view(waiting))
    asked = look(session, payment_id=payment_id, amount=amount, by=by, lock=True, now=now)
    said = _said(asked, reason, comment)
    if by.kind == "customer":
        proof.require(Action.REQUEST_REFUND, by=by, portal=asked.portal, now=now)
        confirmations.use(session, confirmation, expected=shown(asked, by=by), key=key, now=now)
    payment, status = asked.of.payment, "requested" if asked.is_manual else "pending"
    row = rows.add(session, payment, asked.amount.amount, said, cause="asked", status=status, key=own_key, now=now)
    proof.tell(session, Action.REQUEST_REFUND, by=by, done_to=payment.id, customer=payment.customer, now=now)
    if asked.is_manual:
        feature = None if asked.portal is None else asked.portal.features.refund
        ticket = rows.to_ticket(session, row, payment, portal_feature=feature, by=by, now=now)
        return Requested(refund=queries.view(row), ticket=ticket)
    rows.tell_requested(session, row, now=now)
    intent = rows.start(session, row, payment, asked.charge, now=now)
    return Requested(refund=queries.view(row), intent=intent)


def record(session: Session, *, payment: Payment, amount: int, cause: str, now: datetime) -> RefundIntent | None:
    """Give `amount` of a payment back because of `cause` (`unused_time`); carry the intent out afterwards.

    None: nothing to call. Money that was taken elsewhere is recorded as given back when the vendor acts, and goes to
    a ticket when anybody else does. Raises RefundExceedsPayment.
    """
    charge = queries.charge_of(session, payment_id=payment.id)
    if charge is None and scope.current().actor.kind not in _DECIDES_ALONE:
        row = rows.add(session, payment, amount, Said(), cause=cause, status="requested", now=now)
        rows.to_ticket(session, row, payment, portal_feature=None, by=_System(), now=now)
        return None
    row = rows.add(session, payment, amount, Said(), cause=cause, status="pending", now=now)
    rows.tell_requested(session, row, now=now)
    return rows.start(session, row, payment, charge, now=now)


def approve(session: Session, *, refund_id: str, now: datetime) -> RefundIntent | None:
    """Carry out what was asked for in a ticket; None: nothing to call. Raises RefundExceedsPayment, AlreadyRefunded."""
    row = rows.locked(session, refund_id)
    of = queries.bought(session, payment_id=row.payment, lock=True)
    if row.status != "requested":
        return None
    rule.decide(refundable=queries.refundable(of, portal=None, now=now), amount=row.amount)
    row.status = "pending"
    row.revision += 1
    return rows.start(session, row, of.payment, of.charge, now=now)


def deny(session: Session, *, refund_id: str, now: datetime) -> None:
    """The vendor declined it."""
    row = rows.locked(session, refund_id)
    if row.status == "requested":
        rows.fail(session, row, status="denied", why="declined", now=now)


def carry_out(begin: Begin, *, processors: Processors, intent: RefundIntent) -> RefundView:
    """Steps two and three: call the processor with no transaction open, then record what it says."""
    answer = call(processors, intent)
    with begin() as session:
        return settle(session, refund_id=intent.refund, answer=answer, now=time.now(session))


def taken_over(session: Session, *, refund_id: str, now: datetime) -> RefundIntent | None:
    """The same call once more, when whoever was to make it has been silent for too long. Raises NotFound."""
    row = rows.locked(session, refund_id)
    at = now - time.offset(session)
    if row.status != "pending" or row.settle_at is None or row.settle_at > at:
        return None
    charge = queries.charge_of(session, payment_id=row.payment)
    if charge is None:
        return None
    row.settle_at = at + outcome.LEASE
    return rows.intent_of(row, charge)


def settle(session: Session, *, refund_id: str, answer: Answer, now: datetime) -> RefundView:
    """Record what the processor said, once; a refund that has its outcome stays as it is."""
    row = rows.locked(session, refund_id)
    if row.status not in queries.UNDER_WAY:
        return queries.view(row)
    row.processor_ref = answer.reference or row.processor_ref
    if answer.result is Result.SUCCEEDED:
        rows.succeed(session, row, now=now)
    elif answer.result is Result.DECLINED:
        rows.free(session, row)
        rows.fail(session, row, status="failed", why="processor", now=now)
    else:
        wall, called_at = now - time.offset(session), row.created_at - time.offset(session)
        row.status = "unknown"
        row.settle_at = outcome.decide(result=Result.UNKNOWN, called_at=called_at, now=wall).ask_again_at
        row.revision += 1
    return queries.view(row)


def call(processors: Processors, intent: RefundIntent) -> Answer:
    """The call itself. Whatever goes wrong on the way, the money may have moved: the answer is unknown."""
    try:
        return processors.of(intent.processor).refund(key=intent.key, charge=intent.charge, amount=intent.amount)
    except Exception as error:  # noqa: BLE001 - anything at all: it is asked about later, never under a new key
        log.error("processor.failed", refund=intent.refund, processor=intent.processor, exc_info=error)
        return UNKNOWN


def _continued(session: Session, begun: Refund) -> Requested:
    """What an earlier try of the same request had begun."""
    charge = queries.charge_of(session, payment_id=begun.payment)
    is_under_way = begun.status in queries.UNDER_WAY
    return Requested(
        refund=queries.view(begun),
        ticket=None if begun.ticket is None else tickets.ticket(session, ticket_id=begun.ticket),
        intent=None if charge is None or not is_under_way else rows.intent_of(begun, charge),
    )


def _of_ticket(session: Session, ticket_id: str) -> RefundView | None:
    row = session.scalars(select(Refund).where(Refund.ticket == ticket_id)).first()
    return None if row is None else queries.view(row)


def _said(asked: Asked, reason: str | None, comment: str | None) -> Said:
    """Why: one of the portal's reasons where it has some, and the customer's words. Raises Invalid."""
    offered = () if asked.portal is None else asked.portal.features.refund.reasons
    word = (reason or "").strip() or None
    if word is not None and offered and word not in offered:
        raise Invalid(FieldError.of("reason", "not_a_choice"))
    if word is not None and len(word) > REASON_LENGTH:
        raise Invalid(FieldError.of("reason", "too_long", most=REASON_LENGTH))
    words = (comment or "").strip()
    return Said(
        reason=None if word is None else masking.masked(word),
        comment=masking.calculate(words, field="comment", longest=COMMENT_LENGTH) if words else None,
    )
