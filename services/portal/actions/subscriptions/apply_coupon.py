"""A coupon on a subscription: looked ahead at, and applied. One at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.portal.actions import changes, proof
from services.portal.actions.operations import action_log
from services.portal.actions.sources import asking
from services.portal.actions.subscriptions import coupons
from services.portal.actions.subscriptions.foreseen import charge_after, copy_of
from services.portal.actions.subscriptions.loading import Loaded, load, permission, touch
from services.portal.actions.subscriptions.preview import Preview
from services.portal.actions.support import requests
from services.portal.models import Coupon, Customer, Entry
from services.portal.queries.subscriptions import NextChargeView
from services.portal.queries.tickets import TicketView
from services.portal.rules.assurance import Requester
from services.portal.rules.policy import Action, Decision
from services.portal.rules.products import coupon
from services.portal.rules.products.coupon import (
    CouponAlreadyUsed,
    CouponExpired,
    CouponNotForPlan,
    CouponUnknown,
    CouponUsedUp,
    Discount,
    TooManyCodes,
)
from services.portal.rules.sources import support
from shared.database import Begin
from shared.errors import Refusal

NAME: Final = Action.APPLY_COUPON.value
WRONG: Final = "coupon.refused"
REFUSED: Final = (CouponUnknown, CouponExpired, CouponUsedUp, CouponNotForPlan, CouponAlreadyUsed)


@dataclass(frozen=True, kw_only=True)
class Applied:
    """The discount, the code it replaces if there was one, and the next charge with it.

    `ticket`: a person decides first, and the subscription is as it was. `sources`: the call to carry out, where it is
    billed elsewhere.
    """

    subscription: str
    discount: Discount
    replaced: str | None
    next_charge: NextChargeView | None
    ticket: TicketView | None = None
    sources: tuple[str, ...] = ()


def apply_coupon(
    session: Session,
    *,
    subscription_id: str,
    code: str,
    by: Requester,
    check: changes.Check = changes.anything,
    now: datetime,
) -> Applied:
    """Apply it; a coupon that was there is replaced. Raises NotFound, InvalidState, StepUpRequired, the five refusals
    of coupons, and what the policy refuses with."""
    loaded = load(session, subscription_id=subscription_id, by=by, lock=True)
    row = loaded.row
    check(row.revision)
    replaced, ticket = _code_of(loaded), None
    sources: tuple[str, ...] = ()
    if is_manual(loaded, by=by, now=now):
        replaced, discount = None, coupons.find(session, row, code=code, now=now)
        ticket = asked(session, loaded, kind=NAME, request={"code": discount.code}, by=by, now=now)
    elif support.is_elsewhere(row.source):
        discount = coupons.find(session, row, code=code, now=now)
        there = session.scalar(select(Coupon.source_id).where(Coupon.id == discount.coupon))
        sources = (asking.ask(session, row, action=NAME, params={"coupon": there}, now=now),)
        proof.tell(session, Action.APPLY_COUPON, by=by, done_to=row.id, customer=row.customer, now=now)
    else:
        discount = coupons.redeem(session, row, code=code, now=now)
        touch(row, now=now)
        session.flush()
        proof.tell(session, Action.APPLY_COUPON, by=by, done_to=row.id, customer=row.customer, now=now)
    return Applied(
        subscription=row.id,
        discount=discount,
        replaced=replaced,
        next_charge=charge_after(session, row, description=loaded.plan.name, now=now),
        ticket=ticket,
        sources=sources,
    )


def try_coupon(begin: Begin, *, subscription_id: str, code: str, by: Requester, now: datetime) -> Applied:
    """As `apply_coupon`, for customers: ten wrong codes within an hour and no more are listened to.

    The wrong guess is written down in the same transaction, under a lock on the customer, so that many guesses at
    once count as many. Raises TooManyCodes too.
    """
    with begin() as session:
        outcome = _guess(session, subscription_id=subscription_id, code=code, by=by, now=now)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def preview_coupon(
    session: Session, loaded: Loaded, *, given: Mapping[str, Any], by: Requester, now: datetime
) -> Preview:
    """What applying `code` would do to the next charge. Raises what `apply_coupon` raises."""
    answer = permission(Action.APPLY_COUPON, loaded, by=by, now=now)
    discount = coupons.find(session, loaded.row, code=given.get("code") or "", now=now)
    copy = copy_of(loaded.row)
    copy.discount = coupon.stored(discount)
    return Preview(
        action=NAME,
        subscription=loaded.row.id,
        decision=answer.decision,
        message=answer.message,
        effective_at=now,
        plan=loaded.row.plan,
        quantity=loaded.row.quantity,
        next_charge=charge_after(session, copy, description=loaded.plan.name, now=now),
    )


def _guess(session: Session, *, subscription_id: str, code: str, by: Requester, now: datetime) -> Applied | Refusal:
    loaded = load(session, subscription_id=subscription_id, by=by, lock=False)
    customer = loaded.row.customer
    session.execute(select(Customer.id).where(Customer.id == customer).with_for_update())
    since = now - timedelta(seconds=coupon.WRONG_WITHIN_SECONDS)
    wrong = session.scalar(
        select(func.count()).select_from(Entry).where(Entry.object == customer, Entry.action == WRONG, Entry.at > since)
    )
    if (wrong or 0) >= coupon.MOST_WRONG:
        return TooManyCodes(retry_after=coupon.WRONG_WITHIN_SECONDS)
    try:
        with session.begin_nested():
            return apply_coupon(session, subscription_id=subscription_id, code=code, by=by, now=now)
    except REFUSED as refusal:
        said = {"subscription": subscription_id, "reason": refusal.code}
        action_log.write(session, action=WRONG, of=customer, before=None, after=said, now=now)
        return refusal


def is_manual(loaded: Loaded, *, by: Requester, now: datetime) -> bool:
    """They may; does a person decide? Raises StepUpRequired, and what the policy refuses with."""
    answer = permission(Action.APPLY_COUPON, loaded, by=by, now=now)
    proof.require(Action.APPLY_COUPON, by=by, portal=loaded.portal, now=now)
    return answer.decision is Decision.NEEDS_APPROVAL


def asked(
    session: Session, loaded: Loaded, *, kind: str, request: Mapping[str, Any], by: Requester, now: datetime
) -> TicketView:
    """Nothing changes; staff decide about the ticket."""
    feature = None if loaded.portal is None else loaded.portal.features.update
    return requests.open_request(
        session, kind=kind, loaded_or_payment=loaded, request=request, by=by, portal_feature=feature, now=now
    )


def _code_of(loaded: Loaded) -> str | None:
    return None if loaded.row.discount is None else str(loaded.row.discount["code"])
