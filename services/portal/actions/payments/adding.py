"""Adding a card: the customer is sent to the processor's page, and what they bring back is kept, exactly once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.portal.actions import confirmations, proof
from services.portal.actions.payments import consent, methods
from services.portal.actions.payments.methods import Changed
from services.portal.adapters.processors import Card, Setup
from services.portal.models import PaymentMethod, Subscription
from services.portal.queries import customers, payment_methods
from services.portal.rules.assurance import Requester
from services.portal.rules.confirmation import Shown
from services.portal.rules.policy import Action
from shared import ids
from shared.database import scope
from shared.errors import NotFound

_NONE = "-"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A card is to be added for a customer: for everything (`subscription` None) or for one subscription."""

    customer: str
    subscription: str | None = None


def prepare_adding(session: Session, *, wanted: Wanted, by: Requester, key: str, now: datetime) -> str:
    """The confirmation that `begin_adding` wants. Saves nothing. Raises NotFound, StepUpRequired, FeatureDisabled."""
    consent.require_allowed(session, Action.UPDATE_PAYMENT_METHOD, by=by, now=now)
    _require_there(session, wanted)
    return confirmations.issue(_shown(wanted, by), key=key, now=now)


def begin_adding(
    session: Session,
    *,
    wanted: Wanted,
    by: Requester,
    key: str = "",
    confirmation: str | None = None,
    now: datetime,
) -> str:
    """What the processor is told, to know the visit again. Raises what `prepare_adding` does, ConfirmationInvalid."""
    consent.require_allowed(session, Action.UPDATE_PAYMENT_METHOD, by=by, now=now)
    _require_there(session, wanted)
    consent.require(session, _shown(wanted, by), by=by, key=key, confirmation=confirmation, now=now)
    here = scope.current()
    return " ".join((here.vendor, here.mode, wanted.customer, wanted.subscription or _NONE))


def finish_adding(session: Session, *, setup: Setup, processor: str, by: Requester, now: datetime) -> Changed | None:
    """Keep the card that came of a visit; the same visit again changes nothing. None when no card came of it.

    What was asked for at the start is done now: it becomes the default, or that of one subscription, and open
    payments that go to it are tried at once. Raises NotFound for a visit of somebody else.
    """
    wanted = _wanted(setup.reference)
    buyer = customers.held(session, wanted.customer)
    if buyer is None or buyer.erased_at is not None:
        raise NotFound
    if setup.card is None:
        return None
    earlier = session.scalars(
        select(PaymentMethod).where(PaymentMethod.processor == processor, PaymentMethod.token == setup.card.token)
    ).one_or_none()
    if earlier is not None:
        return Changed(card=payment_methods.view(earlier), intents=(), changed=False)
    row = _keep(session, wanted.customer, setup.card, processor=processor, now=now)
    proof.tell(session, Action.UPDATE_PAYMENT_METHOD, by=by, done_to=row.id, customer=row.customer, now=now)
    has_others = any(each.id != row.id for each in payment_methods.kept(session, customer=wanted.customer))
    if wanted.subscription is not None and has_others:
        methods.record_added(session, row, now=now)
        return methods.give_to(session, row, subscription_id=wanted.subscription, by=by, now=now)
    return methods.become_default(session, row, by=by, is_new=True, now=now)


def _keep(session: Session, customer: str, card: Card, *, processor: str, now: datetime) -> PaymentMethod:
    last = session.scalar(
        select(func.max(PaymentMethod.position)).where(
            PaymentMethod.customer == customer, PaymentMethod.removed_at.is_(None)
        )
    )
    row = PaymentMethod(
        id=ids.new("pm"),
        customer=customer,
        processor=processor,
        token=card.token,
        brand=card.brand,
        last4=card.last4,
        exp_month=card.exp_month,
        exp_year=card.exp_year,
        is_default=False,
        position=(last or 0) + 1,
        created_at=now,
        revision=1,
    )
    session.add(row)
    session.flush()
    return row


def _wanted(reference: str) -> Wanted:
    """What was wanted at the start. Raises NotFound when that was another vendor's or mode's."""
    here = scope.current()
    vendor, mode, customer, subscription = reference.split(" ")
    if (vendor, mode) != (here.vendor, here.mode):
        raise NotFound
    return Wanted(customer=customer, subscription=None if subscription == _NONE else subscription)


def _require_there(session: Session, wanted: Wanted) -> None:
    customers.require_living(session, wanted.customer)
    if wanted.subscription is None:
        return
    of = session.scalar(select(Subscription.customer).where(Subscription.id == wanted.subscription))
    if of != wanted.customer:
        raise NotFound


def _shown(wanted: Wanted, by: Requester) -> Shown:
    return consent.shown("add_payment_method", of=wanted.customer, by=by, facts=(wanted.subscription,))
