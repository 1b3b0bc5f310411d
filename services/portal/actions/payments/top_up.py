"""Topping up credit: an advance that the customer pays by card, and that becomes credit once the money is there.

The three steps of every charge: this records the payment and its attempt, `collect` calls, `settle` records the answer
and, in the same transaction, `became_credit` adds the credit. Credit is never used to pay for it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import confirmations
from services.portal.actions.operations import action_log
from services.portal.actions.payments import bills, consent, pay, voiding
from services.portal.actions.payments.bills import Bill, Intent
from services.portal.models import Attempt, Credit, Payment, PaymentMethod
from services.portal.queries import customers, payment_methods, renewals
from services.portal.queries.payment_methods import PaymentMethodView
from services.portal.rules.assurance import Requester
from services.portal.rules.confirmation import GOOD_FOR, Shown
from services.portal.rules.payments.paying import NoPaymentMethod
from services.portal.rules.policy import Action
from services.portal.rules.portals import wallet
from shared import ids
from shared.errors import FieldError, Invalid, NotFound
from shared.i18n import DEFAULT, text
from shared.money import Money
from shared.totals import Line
from shared.totals import calculate as totals_of

KIND: Final = "top_up"
SOURCE: Final = "topped_up"


@dataclass(frozen=True, kw_only=True)
class TopUpPreview:
    """What topping up would do: `amount` is charged to `card` (None: there is none) and becomes credit."""

    customer: str
    amount: Money
    card: PaymentMethodView | None
    cards: tuple[PaymentMethodView, ...]
    confirmation: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class ToppingUp:
    """The payment, by id, and the call to make; without one somebody is at it already, or it has its outcome."""

    payment: str
    intent: Intent | None


def prepare(session: Session, *, customer: str, amount: Money, by: Requester, key: str, now: datetime) -> TopUpPreview:
    """What is shown before it is done. Saves nothing.

    Raises NotFound, CustomerErased, Invalid, StepUpRequired, and what the policy refuses with.
    """
    _require(session, customer=customer, amount=amount, by=by, now=now)
    card = bills.charged(session, customer=customer, own=None)
    return TopUpPreview(
        customer=customer,
        amount=amount,
        card=None if card is None else payment_methods.view(card),
        cards=tuple(payment_methods.view(each) for each in payment_methods.kept(session, customer=customer)),
        confirmation=confirmations.issue(_shown(customer, amount, by), key=key, now=now),
        expires_at=now + GOOD_FOR,
    )


def top_up(
    session: Session,
    *,
    customer: str,
    amount: Money,
    payment_method: str | None = None,
    by: Requester,
    key: str = "",
    confirmation: str | None = None,
    effect: str | None = None,
    now: datetime,
) -> ToppingUp:
    """Record the charge of `amount` to this card, the default one without. Carry out the `intent` afterwards.

    The same confirmation again, or the same `effect` of a request, finds the payment that was made of it. Raises what
    `prepare` does, NoPaymentMethod, ConfirmationInvalid, PreviewOutdated.
    """
    customers.held(session, customer)
    own_key = _name(customer, confirmation if by.kind == "customer" else effect)
    begun = None if own_key is None else _begun(session, own_key)
    if begun is not None:
        intent = pay.taken_over(session, payment_id=begun, now=now)
        return ToppingUp(payment=begun, intent=intent)
    _require(session, customer=customer, amount=amount, by=by, now=now)
    card = _card(session, customer, payment_method)
    consent.require(session, _shown(customer, amount, by), by=by, key=key, confirmation=confirmation, now=now)
    bill = _bill(session, customer, amount)
    row = bills.payment_of(bill, bill.lines, totals_of(bill.lines, bill.currency, bill.tax_behavior), now=now)
    session.add(row)
    session.flush()
    is_here = by.kind == "customer"
    intent = bills.try_again(
        session, payment=row, payment_method=card, off_session=not is_here, portal=by.portal, key=own_key, now=now
    )
    return ToppingUp(payment=row.id, intent=intent)


def became_credit(session: Session, payment: Payment, *, now: datetime) -> None:
    """The money is there: so is the credit, all of it, without tax as it was paid."""
    row = Credit(
        id=ids.new("cr"),
        source=SOURCE,
        customer=payment.customer,
        payment=payment.id,
        description=payment.description,
        currency=payment.currency,
        tax_rate=0,
        amount=payment.total,
        remaining=payment.total,
        withdrawn=0,
        created_at=now,
    )
    session.add(row)
    session.flush()
    renewals.forget(session)
    after = {"customer": row.customer, "amount": row.amount, "currency": row.currency, "payment": payment.id}
    action_log.write(session, action="credit.topped_up", of=row.id, before=None, after=after, now=now)


def failed(session: Session, payment: Payment, *, now: datetime) -> None:  # noqa: ARG001 - what every failure is given
    """Declined: nothing was bought, so nothing is owed."""
    voiding.void(session, payment)


def _require(session: Session, *, customer: str, amount: Money, by: Requester, now: datetime) -> None:
    customers.require_living(session, customer)
    portal = consent.require_allowed(session, Action.TOP_UP, by=by, now=now)
    if portal is not None:
        wallet.decide(wallet=portal.features.wallet, amount=amount)
    if amount.amount <= 0:
        raise Invalid(FieldError.of("amount", "not_positive"))


def _bill(session: Session, customer: str, amount: Money) -> Bill:
    locale = customers.locale(session, customer) or DEFAULT
    line = Line(
        description=text("portal.top_up.line", locale),
        quantity=1,
        unit_amount=amount.amount,
        amount=amount.amount,
        tax_rate=0,
    )
    return Bill(
        customer=customer,
        subscription=None,
        product=None,
        kind=KIND,
        period=None,
        lines=(line,),
        currency=amount.currency,
        tax_behavior="inclusive",
        payment_method=None,
    )


def _card(session: Session, customer: str, wanted: str | None) -> PaymentMethod:
    """The card asked for, which must be the customer's own, or the default one. Raises NotFound, NoPaymentMethod."""
    if wanted is None:
        found = bills.charged(session, customer=customer, own=None)
        if found is None:
            raise NoPaymentMethod
        return found
    card = payment_methods.row(session, payment_method_id=wanted)
    if card.customer != customer:
        raise NotFound
    return card


def _name(customer: str, given: str | None) -> str | None:
    """What the attempt is called at the processor: the same for the same confirmation or request."""
    return None if not given else f"top-up-{hashlib.sha256(f'{customer} {given}'.encode()).hexdigest()[:40]}"


def _begun(session: Session, key: str) -> str | None:
    return session.scalar(select(Attempt.payment).where(Attempt.key == key))


def _shown(customer: str, amount: Money, by: Requester) -> Shown:
    return consent.shown(KIND, of=customer, by=by, facts=(amount.amount, amount.currency))
