"""One offer to somebody who is about to cancel, shown once; taking it keeps the subscription."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import confirmations, proof
from services.portal.actions.operations import action_log
from services.portal.actions.subscriptions import coupons
from services.portal.actions.subscriptions.loading import Loaded, load, touch
from services.portal.actions.subscriptions.pause import offer_of, pause
from services.portal.models import Coupon, Plan
from services.portal.queries import agreements, renewals
from services.portal.rules.assurance import Requester
from services.portal.rules.confirmation import ConfirmationInvalid, Shown
from services.portal.rules.policy import Action, Decision
from services.portal.rules.reasons import Reason
from services.portal.rules.sources import support
from services.portal.rules.subscriptions import retention
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.retention import Kind, Offer
from shared.errors import Refusal

_ACTION = "retention"
_OVER = (Status.CANCELED, Status.ENDED)


@dataclass(frozen=True, kw_only=True)
class OfferView:
    """What is offered instead of canceling, and the confirmation that taking it wants.

    `percent_off` in basis points or `amount_off` in minor units for a coupon; `plan_name` for another plan.
    """

    kind: Kind
    coupon: str | None
    plan: str | None
    plan_name: str | None
    percent_off: int | None
    amount_off: int | None
    currency: str | None
    periods: int | None
    interval: str | None
    interval_count: int | None
    confirmation: str


def offer(
    session: Session,
    *,
    subscription_id: str,
    reason: str | None,
    own_coupon: str | None = None,
    form: str | None = None,
    by: Requester,
    key: str,
    now: datetime,
) -> OfferView | None:
    """The offer for this reason, marked as shown; None: go on canceling. Raises NotFound.

    `form` is the confirmation of the form that was sent: sent again, it leads to the same offer.
    `own_coupon` is the id of the one that the visit's own flow offers, in place of what the portal has.
    """
    loaded = load(session, subscription_id=subscription_id, by=by, lock=True)
    row = loaded.row
    if loaded.portal is None or agreements.status_at(row, now=now) in _OVER:
        return None
    offers = _offers(loaded, own_coupon)
    possible = [each for each in offers if _is_possible(session, loaded, each, by=by, now=now)]
    asked_at = confirmations.shown_at(form, key=key)
    found = retention.decide(
        offers=offers, reason=reason, possible=possible, offered_at=row.offered_at, asked_at=asked_at, now=now
    )
    if found is None:
        return None
    if not retention.is_again(row.offered_at, asked_at):
        row.offered_at = now
        row.revision += 1
        after = {"kind": found.kind.value, "reason": reason}
        action_log.write(session, action="subscription.offer_shown", of=row.id, before=None, after=after, now=now)
    confirmation = confirmations.issue(_shown(loaded, found, by=by), key=key, now=now)
    return _view(session, loaded, found, confirmation, now=now)


def accept(
    session: Session,
    *,
    subscription_id: str,
    kind: str,
    by: Requester,
    key: str,
    confirmation: str | None,
    own_coupon: str | None = None,
    now: datetime,
) -> Kind:
    """Take what was offered: a coupon or a pause is applied, the others lead elsewhere. Twice is once.

    Raises NotFound, ConfirmationInvalid, PreviewOutdated, and what the coupon or the pause refuses with.
    """
    loaded = load(session, subscription_id=subscription_id, by=by, lock=True)
    proof.require(Action.APPLY_COUPON, by=by, portal=loaded.portal, now=now)
    taken = next(
        (
            each
            for each in _offers(loaded, own_coupon)
            if each.kind == kind and _is_of(loaded, each, confirmation, key, by)
        ),
        None,
    )
    if taken is None or agreements.status_at(loaded.row, now=now) in _OVER:
        raise ConfirmationInvalid  # nothing is kept by it any more
    confirmations.use(session, confirmation, expected=_shown(loaded, taken, by=by), key=key, now=now)
    if taken.kind is Kind.COUPON and taken.coupon is not None:
        coupons.redeem(session, loaded.row, code=_code(session, taken.coupon), now=now)
        touch(loaded.row, now=now)
        proof.tell(session, Action.APPLY_COUPON, by=by, done_to=loaded.row.id, customer=loaded.row.customer, now=now)
    elif taken.kind is Kind.PAUSE:
        first = next(iter(offer_of(loaded).lengths), None)
        pause(
            session,
            subscription_id=subscription_id,
            by=by,
            interval=None if first is None else first.interval.value,
            interval_count=None if first is None else first.count,
            now=now,
        )
    after = {"kind": taken.kind.value}
    action_log.write(session, action="subscription.offer_taken", of=loaded.row.id, before=None, after=after, now=now)
    return taken.kind


def _offers(loaded: Loaded, own_coupon: str | None) -> list[Offer]:
    if loaded.portal is None:
        return []
    if own_coupon is not None:
        return [Offer(reasons=(), kind=Kind.COUPON, coupon=own_coupon)]
    return [
        Offer(reasons=each.reasons, kind=Kind(each.kind), coupon=each.coupon, plan=each.plan)
        for each in loaded.portal.features.cancel.offers
    ]


def _is_possible(session: Session, loaded: Loaded, offer: Offer, *, by: Requester, now: datetime) -> bool:
    """Would policy, and what is offered itself, let this customer have it?"""
    if offer.kind is Kind.CONTACT:
        return True
    if offer.kind is Kind.COUPON:
        may = _may(Action.APPLY_COUPON, loaded, by=by, now=now, even_if_off=True)
        return may and offer.coupon is not None and _fits(session, loaded, offer.coupon, now=now)
    if offer.kind is Kind.PLAN:
        return _may(Action.CHANGE_PLAN, loaded, by=by, now=now) and _is_other_plan(session, loaded, offer.plan)
    row = loaded.row
    can_pause = row.pauses_at is None and (row.collection == "external" or renewals.has_method(session, row))
    return can_pause and _may(Action.PAUSE, loaded, by=by, now=now)


def _may(action: Action, loaded: Loaded, *, by: Requester, now: datetime, even_if_off: bool = False) -> bool:
    """`even_if_off`: an offer of the vendor's own needs no feature switched on."""
    answer = agreements.answer(
        action, by=by, portal=loaded.portal, row=loaded.row, plan=loaded.plan, product=loaded.product, now=now
    )
    is_only_off = even_if_off and answer.reason is Reason.FEATURE_DISABLED
    return answer.decision is Decision.ALLOWED or is_only_off


def _fits(session: Session, loaded: Loaded, coupon_id: str, *, now: datetime) -> bool:
    found = session.scalars(select(Coupon).where(Coupon.id == coupon_id)).one_or_none()
    if found is None or loaded.row.discount is not None or support.is_elsewhere(loaded.row.source):
        return False
    try:
        coupons.find(session, loaded.row, code=found.code, now=now)
    except Refusal:
        return False
    return True


def _is_other_plan(session: Session, loaded: Loaded, plan_id: str | None) -> bool:
    if plan_id is None or plan_id == loaded.plan.id or loaded.plan.plan_group is None:
        return False
    found = session.scalars(select(Plan).where(Plan.id == plan_id, Plan.archived_at.is_(None))).one_or_none()
    return found is not None and found.plan_group == loaded.plan.plan_group


def _shown(loaded: Loaded, found: Offer, *, by: Requester) -> Shown:
    return Shown(
        session=by.session or "",
        action=_ACTION,
        object=loaded.row.id,
        fingerprint=confirmations.fingerprint(*asdict(found).values()),
    )


def _is_of(loaded: Loaded, offer: Offer, confirmation: str | None, key: str, by: Requester) -> bool:
    return confirmations.is_of(confirmation, _shown(loaded, offer, by=by), key=key)


def _view(session: Session, loaded: Loaded, found: Offer, confirmation: str, *, now: datetime) -> OfferView:
    code = None if found.coupon is None else _code(session, found.coupon)
    terms = None if code is None else coupons.find(session, loaded.row, code=code, now=now)
    plan_name = session.scalar(select(Plan.name).where(Plan.id == found.plan)) if found.plan else None
    first = next(iter(offer_of(loaded).lengths), None) if found.kind is Kind.PAUSE else None
    return OfferView(
        kind=found.kind,
        coupon=code,
        plan=found.plan,
        plan_name=plan_name,
        percent_off=terms.percent_off if terms else None,
        amount_off=terms.amount_off if terms else None,
        currency=terms.currency if terms else None,
        periods=terms.periods_left if terms else None,
        interval=None if first is None else first.interval.value,
        interval_count=None if first is None else first.count,
        confirmation=confirmation,
    )


def _code(session: Session, coupon_id: str) -> str:
    return session.scalar(select(Coupon.code).where(Coupon.id == coupon_id)) or ""
