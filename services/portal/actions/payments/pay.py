"""Paying what is open: once, however often it is clicked; and trying open payments again with a new card."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import confirmations, proof
from services.portal.actions.payments import bills, consent
from services.portal.actions.payments.bills import Intent
from services.portal.models import Attempt, Payment, PaymentMethod, Subscription
from services.portal.queries import payment_methods, payments, time
from services.portal.queries.payment_methods import PaymentMethodView
from services.portal.queries.payments import PaymentView
from services.portal.rules.assurance import Requester
from services.portal.rules.confirmation import Shown
from services.portal.rules.payments import paying
from services.portal.rules.payments.outcome import LEASE
from services.portal.rules.policy import Action
from shared.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class Paying:
    """The payment, and the call to make; without one it is being tried already, or waits for the customer's bank."""

    payment: PaymentView
    intent: Intent | None


@dataclass(frozen=True, kw_only=True)
class PayPreview:
    """What paying would do: this amount, from this card (None: there is none)."""

    payment: PaymentView
    card: PaymentMethodView | None
    cards: tuple[PaymentMethodView, ...]
    confirmation: str


def prepare_pay(session: Session, *, payment_id: str, by: Requester, key: str, now: datetime) -> PayPreview:
    """What the page shows. Saves nothing. Raises NotFound, StepUpRequired, AlreadyPaid, NoLongerOwed."""
    row = _load(session, payment_id, lock=False)
    paying.decide(status=row.status)
    consent.require_allowed(session, Action.PAY_INVOICE, by=by, now=now)
    cards = payment_methods.kept(session, customer=row.customer)
    card = _card(session, row, None)
    return PayPreview(
        payment=payments.view(row),
        card=None if card is None else payment_methods.view(card),
        cards=tuple(payment_methods.view(each) for each in cards),
        confirmation=confirmations.issue(_shown(row, by), key=key, now=now),
    )


def pay(
    session: Session,
    *,
    payment_id: str,
    payment_method: str | None = None,
    by: Requester,
    key: str = "",
    confirmation: str | None = None,
    effect: str | None = None,
    now: datetime,
) -> Paying:
    """Try to collect it now, from this card or the one it goes to anyway.

    A call that broke off is known again by the name of its `effect`, and continued. Raises NotFound, AlreadyPaid,
    NoLongerOwed, StepUpRequired, ConfirmationInvalid, PreviewOutdated, NoPaymentMethod.
    """
    row = _load(session, payment_id, lock=True)
    own_key = None if effect is None else f"pay-{effect}"
    if own_key is not None and session.scalar(select(Attempt.id).where(Attempt.key == own_key)) is not None:
        return Paying(payment=payments.view(row), intent=taken_over(session, payment_id=row.id, now=now))
    state = paying.decide(status=row.status)
    consent.require_allowed(session, Action.PAY_INVOICE, by=by, now=now)
    if not state.may_try:
        return Paying(payment=payments.view(row), intent=taken_over(session, payment_id=row.id, now=now))
    card = _card(session, row, payment_method)
    if card is None:
        raise paying.NoPaymentMethod
    consent.require(session, _shown(row, by), by=by, key=key, confirmation=confirmation, now=now)
    proof.tell(session, Action.PAY_INVOICE, by=by, done_to=row.id, customer=row.customer, now=now)
    is_here = by.kind == "customer"
    intent = bills.try_again(
        session, payment=row, payment_method=card, off_session=not is_here, portal=by.portal, key=own_key, now=now
    )
    return Paying(payment=payments.view(row), intent=intent)


def retry_open(
    session: Session, *, card: PaymentMethod, subscriptions: Sequence[str] | None, by: Requester, now: datetime
) -> tuple[Intent, ...]:
    """Try each open payment that is charged to `card` from now on, once (D03); of these subscriptions, None for all."""
    wanted = (
        select(Payment, Subscription.payment_method)
        .outerjoin(Subscription, Subscription.id == Payment.subscription)
        .where(Payment.customer == card.customer, Payment.status == "open")
        .order_by(Payment.id)
        .with_for_update(of=Payment)
    )
    if subscriptions is not None:
        wanted = wanted.where(Payment.subscription.in_(subscriptions))
    intents = []
    for row, own in session.execute(wanted, execution_options={"populate_existing": True}).all():
        if subscriptions is None and own is not None and own != card.id and _is_kept(session, own):
            continue
        is_here = by.kind == "customer"
        intents.append(
            bills.try_again(
                session, payment=row, payment_method=card, off_session=not is_here, portal=by.portal, now=now
            )
        )
    return tuple(intents)


def in_flight(session: Session, *, payment_id: str) -> tuple[Attempt, Payment, PaymentMethod] | None:
    """The attempt of a payment that has no outcome yet."""
    found = session.execute(
        select(Attempt, Payment, PaymentMethod)
        .join(Payment, Payment.id == Attempt.payment)
        .join(PaymentMethod, PaymentMethod.id == Attempt.payment_method)
        .where(Attempt.payment == payment_id, Attempt.settle_at.is_not(None))
        .order_by(Attempt.number.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else (found[0], found[1], found[2])


def taken_over(session: Session, *, payment_id: str, now: datetime) -> Intent | None:
    """The same call once more, when whoever was to make it has been silent for too long (a crash).

    Two who ask at once meet at the payment's lock, and one of them gets it. Raises NotFound.
    """
    _load(session, payment_id, lock=True)
    found = in_flight(session, payment_id=payment_id)
    if found is None:
        return None
    attempt, payment, card = found
    at = now - time.offset(session)
    if attempt.status != "pending" or attempt.settle_at is None or attempt.settle_at > at:
        return None
    attempt.settle_at = at + LEASE
    return bills.intent_of(session, attempt, payment, card)


def _load(session: Session, payment_id: str, *, lock: bool) -> Payment:
    statement = select(Payment).where(Payment.id == payment_id)
    row = session.scalars(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound
    return row


def _card(session: Session, row: Payment, wanted: str | None) -> PaymentMethod | None:
    """The card asked for, which must be the payer's own, or the one that it goes to anyway. Raises NotFound."""
    if wanted is not None:
        card = payment_methods.row(session, payment_method_id=wanted)
        if card.customer != row.customer:
            raise NotFound
        return card
    own = None
    if row.subscription is not None:
        own = session.scalar(select(Subscription.payment_method).where(Subscription.id == row.subscription))
    return bills.charged(session, customer=row.customer, own=own)


def _is_kept(session: Session, payment_method_id: str) -> bool:
    found = select(PaymentMethod.id).where(PaymentMethod.id == payment_method_id, PaymentMethod.removed_at.is_(None))
    return session.scalar(found) is not None


def _shown(row: Payment, by: Requester) -> Shown:
    return consent.shown("pay", of=row.id, by=by, facts=(row.total, row.currency))
