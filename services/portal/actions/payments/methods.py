"""A customer's cards: which is the default, which belongs to one subscription, in which order, and taking one away.

Whatever makes another card the one that is charged tries the open payments that it now concerns, at once and once.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import confirmations, proof
from services.portal.actions.operations import action_log
from services.portal.actions.payments import consent, pay
from services.portal.actions.payments.bills import Intent
from services.portal.models import PaymentMethod, Subscription
from services.portal.queries import customers, payment_methods
from services.portal.queries.payment_methods import PaymentMethodView, Use
from services.portal.rules.assurance import Requester
from services.portal.rules.confirmation import Shown
from services.portal.rules.payments import method
from services.portal.rules.policy import Action
from services.portal.rules.subscriptions.lifecycle import RUNNING
from shared.bus import outbox
from shared.errors import NotFound
from shared.events import PaymentMethodAdded, PaymentMethodRemoved, PaymentMethodUpdated

MAKE_DEFAULT = "make_default"
ASSIGN = "assign_payment_method"
REMOVE = "remove_payment_method"


@dataclass(frozen=True, kw_only=True)
class Changed:
    """The card, the calls to make for what was open, and whether anything changed."""

    card: PaymentMethodView
    intents: tuple[Intent, ...]
    changed: bool


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What a page shows before something is done to a card, and the confirmation of it."""

    card: PaymentMethodView
    uses: tuple[Use, ...]
    confirmation: str


def prepare(
    session: Session,
    *,
    what: str,
    payment_method_id: str,
    subscription_id: str | None = None,
    by: Requester,
    key: str,
    now: datetime,
) -> Prepared:
    """What making it the default, giving it to a subscription or removing it concerns. Saves nothing.

    Raises NotFound, StepUpRequired, FeatureDisabled, and LastPaymentMethod for what may not be removed.
    """
    consent.require_allowed(session, Action.UPDATE_PAYMENT_METHOD, by=by, now=now)
    row = payment_methods.row(session, payment_method_id=payment_method_id)
    if what == REMOVE:
        _require_removable(session, row)
    if subscription_id is not None:
        _subscription(session, subscription_id, of=row.customer)
    uses = next((each.uses for each in payment_methods.cards(session, now=now) if each.card.id == row.id), ())
    shown = _shown(what, row, subscription_id, by=by)
    return Prepared(
        card=payment_methods.view(row), uses=uses, confirmation=confirmations.issue(shown, key=key, now=now)
    )


def make_default(
    session: Session,
    *,
    payment_method_id: str,
    by: Requester,
    key: str = "",
    confirmation: str | None = None,
    now: datetime,
) -> Changed:
    """Charge this one from now on. Raises NotFound, StepUpRequired, FeatureDisabled, ConfirmationInvalid."""
    row = _begin(session, payment_method_id, by=by, now=now)
    if row.is_default:
        return Changed(card=payment_methods.view(row), intents=(), changed=False)
    consent.require(session, _shown(MAKE_DEFAULT, row, None, by=by), by=by, key=key, confirmation=confirmation, now=now)
    proof.tell(session, Action.UPDATE_PAYMENT_METHOD, by=by, done_to=row.id, customer=row.customer, now=now)
    return become_default(session, row, by=by, is_new=False, now=now)


def assign(
    session: Session,
    *,
    payment_method_id: str,
    subscription_id: str,
    by: Requester,
    key: str = "",
    confirmation: str | None = None,
    now: datetime,
) -> Changed:
    """Charge one subscription to this one. Raises NotFound, StepUpRequired, FeatureDisabled, ConfirmationInvalid."""
    row = _begin(session, payment_method_id, by=by, now=now)
    if _subscription(session, subscription_id, of=row.customer).payment_method == row.id:
        return Changed(card=payment_methods.view(row), intents=(), changed=False)
    expected = _shown(ASSIGN, row, subscription_id, by=by)
    consent.require(session, expected, by=by, key=key, confirmation=confirmation, now=now)
    proof.tell(session, Action.UPDATE_PAYMENT_METHOD, by=by, done_to=row.id, customer=row.customer, now=now)
    return give_to(session, row, subscription_id=subscription_id, by=by, now=now)


def move_up(session: Session, *, payment_method_id: str, by: Requester, now: datetime) -> None:
    """One place earlier in the order in which cards are tried. Raises NotFound, StepUpRequired, FeatureDisabled."""
    row = _begin(session, payment_method_id, by=by, now=now)
    ordered = sorted(payment_methods.kept(session, customer=row.customer), key=lambda each: (each.position, each.id))
    at = ordered.index(row)
    if at == 0:
        return
    ordered[at - 1], ordered[at] = ordered[at], ordered[at - 1]
    for position, each in enumerate(ordered, start=1):
        each.position = position
    proof.tell(session, Action.UPDATE_PAYMENT_METHOD, by=by, done_to=row.id, customer=row.customer, now=now)
    after = {"customer": row.customer, "order": [each.id for each in ordered]}
    action_log.write(session, action="payment_method.moved", of=row.id, before=None, after=after, now=now)


def remove(
    session: Session,
    *,
    payment_method_id: str,
    by: Requester,
    key: str = "",
    confirmation: str | None = None,
    now: datetime,
) -> PaymentMethodView:
    """Take it away; what it served goes to the default, and the next one becomes that.

    Raises NotFound, LastPaymentMethod, StepUpRequired, FeatureDisabled, ConfirmationInvalid.
    """
    row = _begin(session, payment_method_id, by=by, now=now)
    others = _require_removable(session, row)
    consent.require(session, _shown(REMOVE, row, None, by=by), by=by, key=key, confirmation=confirmation, now=now)
    proof.tell(session, Action.UPDATE_PAYMENT_METHOD, by=by, done_to=row.id, customer=row.customer, now=now)
    was_default = row.is_default
    row.removed_at, row.is_default = now, False
    row.revision += 1
    for subscription in session.scalars(
        select(Subscription).where(Subscription.payment_method == row.id).with_for_update()
    ):
        subscription.payment_method = None
        subscription.revision += 1
    session.flush()
    if was_default and others:
        others[0].is_default = True
        others[0].revision += 1
        _record_updated(session, others[0], now=now)
    before = {"brand": row.brand, "last4": row.last4, "is_default": was_default}
    after = {"customer": row.customer}
    action_log.write(session, action="payment_method.removed", of=row.id, before=before, after=after, now=now)
    outbox.record(
        session,
        PaymentMethodRemoved(
            payment_method=row.id,
            customer=row.customer,
            brand=row.brand,
            last4=row.last4,
            revision=row.revision,
        ),
        at=now,
    )
    return payment_methods.view(row)


def become_default(session: Session, row: PaymentMethod, *, by: Requester, is_new: bool, now: datetime) -> Changed:
    """Make a card the default, tell of both, and try what is open with it."""
    previous = session.scalars(
        select(PaymentMethod).where(PaymentMethod.customer == row.customer, PaymentMethod.is_default)
    ).one_or_none()
    if previous is not None:
        previous.is_default = False
        previous.revision += 1
        session.flush()  # one default at a time, says the database
        _record_updated(session, previous, now=now)
    row.is_default = True
    if is_new:
        session.flush()
        record_added(session, row, now=now)
    else:
        row.revision += 1
        before = {"default": None if previous is None else previous.id}
        after = {"default": row.id, "customer": row.customer}
        action_log.write(session, action="payment_method.made_default", of=row.id, before=before, after=after, now=now)
        _record_updated(session, row, now=now)
    intents = pay.retry_open(session, card=row, subscriptions=None, by=by, now=now)
    return Changed(card=payment_methods.view(row), intents=intents, changed=True)


def give_to(session: Session, row: PaymentMethod, *, subscription_id: str, by: Requester, now: datetime) -> Changed:
    """Make it one subscription's own, and try what is open for that."""
    subscription = _subscription(session, subscription_id, of=row.customer, lock=True)
    before = {"payment_method": subscription.payment_method}
    subscription.payment_method = row.id
    subscription.revision += 1
    after = {"payment_method": row.id, "customer": row.customer}
    action_log.write(
        session, action="subscription.payment_method_changed", of=subscription.id, before=before, after=after, now=now
    )
    intents = pay.retry_open(session, card=row, subscriptions=[subscription.id], by=by, now=now)
    return Changed(card=payment_methods.view(row), intents=intents, changed=True)


def record_added(session: Session, row: PaymentMethod, *, now: datetime) -> None:
    """Tell of a new card, and write it down."""
    after = {"customer": row.customer, "brand": row.brand, "last4": row.last4, "is_default": row.is_default}
    action_log.write(session, action="payment_method.added", of=row.id, before=None, after=after, now=now)
    outbox.record(session, PaymentMethodAdded(**_told(row)), at=now)


def _record_updated(session: Session, row: PaymentMethod, *, now: datetime) -> None:
    outbox.record(session, PaymentMethodUpdated(**_told(row)), at=now)


def _told(row: PaymentMethod) -> dict[str, Any]:
    return {
        "payment_method": row.id,
        "customer": row.customer,
        "brand": row.brand,
        "last4": row.last4,
        "exp_month": row.exp_month,
        "exp_year": row.exp_year,
        "is_default": row.is_default,
        "revision": row.revision,
    }


def _begin(session: Session, payment_method_id: str, *, by: Requester, now: datetime) -> PaymentMethod:
    """The card, with its customer locked: two changes to their cards come here one after the other."""
    consent.require_allowed(session, Action.UPDATE_PAYMENT_METHOD, by=by, now=now)
    customer = payment_methods.row(session, payment_method_id=payment_method_id).customer
    customers.held(session, customer)
    return payment_methods.row(session, payment_method_id=payment_method_id)


def _require_removable(session: Session, row: PaymentMethod) -> list[PaymentMethod]:
    """The customer's other cards in order. Raises LastPaymentMethod."""
    others = [each for each in payment_methods.kept(session, customer=row.customer) if each.id != row.id]
    running = session.scalar(
        select(Subscription.id)
        .where(
            Subscription.customer == row.customer,
            Subscription.status.in_(RUNNING),
            Subscription.collection == "automatic",
        )
        .limit(1)
    )
    method.require_removable(others=len(others), is_needed=running is not None)
    return others


def _subscription(session: Session, subscription_id: str, *, of: str, lock: bool = False) -> Subscription:
    """A subscription of the card's own customer. Raises NotFound."""
    statement = select(Subscription).where(Subscription.id == subscription_id, Subscription.customer == of)
    row = session.scalars(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound
    return row


def _shown(what: str, row: PaymentMethod, subscription_id: str | None, *, by: Requester) -> Shown:
    return consent.shown(what, of=row.id, by=by, facts=(row.last4, subscription_id))
