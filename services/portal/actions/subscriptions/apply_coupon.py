"""A coupon on a subscription: applied, looked ahead at, and taken off again. One at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.portal.actions import changes
from services.portal.actions.operations import action_log
from services.portal.actions.subscriptions import coupons
from services.portal.actions.subscriptions.foreseen import charge_after, copy_of
from services.portal.actions.subscriptions.loading import Loaded, load, require_allowed, touch
from services.portal.actions.subscriptions.preview import Preview
from services.portal.models import Customer, Entry
from services.portal.queries import agreements
from services.portal.queries.subscriptions import NextChargeView
from services.portal.rules import assurance
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
from shared.database import Begin
from shared.errors import Refusal

WRONG: Final = "coupon.refused"
REFUSED: Final = (CouponUnknown, CouponExpired, CouponUsedUp, CouponNotForPlan, CouponAlreadyUsed)


@dataclass(frozen=True, kw_only=True)
class Applied:
    """The discount, the code it replaces if there was one, and the next charge with it."""

    subscription: str
    discount: Discount
    replaced: str | None
    next_charge: NextChargeView | None


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
    check(loaded.row.revision)
    _require_may(loaded, by=by, now=now)
    replaced = _code_of(loaded)
    discount = coupons.redeem(session, loaded.row, code=code, now=now)
    touch(loaded.row, now=now)
    session.flush()
    return Applied(
        subscription=loaded.row.id,
        discount=discount,
        replaced=replaced,
        next_charge=charge_after(session, loaded.row, description=loaded.plan.name, now=now),
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
    """What applying `code` would do to the next charge."""
    answer = agreements.answer(
        Action.APPLY_COUPON,
        by=by,
        portal=loaded.portal,
        row=loaded.row,
        plan=loaded.plan,
        product=loaded.product,
        now=now,
    )
    made: dict[str, Any] = {
        "action": Action.APPLY_COUPON.value,
        "subscription": loaded.row.id,
        "decision": answer.decision,
    }
    if answer.decision is Decision.DENIED:
        return Preview(**made, reason=answer.reason and answer.reason.value, message=answer.message)
    discount = coupons.find(session, loaded.row, code=given.get("code") or "", now=now)
    copy = copy_of(loaded.row)
    copy.discount = coupon.stored(discount)
    return Preview(
        **made,
        effective_at=now,
        plan=loaded.row.plan,
        quantity=loaded.row.quantity,
        next_charge=charge_after(session, copy, description=loaded.plan.name, now=now),
    )


def remove_coupon(
    session: Session,
    *,
    subscription_id: str,
    by: Requester,
    check: changes.Check = changes.anything,
    now: datetime,
) -> bool:
    """Take the discount off; its use stays counted. Whether there was one. Raises as `apply_coupon` does."""
    loaded = load(session, subscription_id=subscription_id, by=by, lock=True)
    row = loaded.row
    check(row.revision)
    _require_may(loaded, by=by, now=now)
    if row.discount is None:
        return False
    before = {"coupon": row.coupon, "code": row.discount["code"]}
    row.coupon = row.discount = None
    touch(row, now=now)
    action_log.write(session, action="coupon.removed", of=row.id, before=before, after=None, now=now)
    return True


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


def _require_may(loaded: Loaded, *, by: Requester, now: datetime) -> None:
    require_allowed(Action.APPLY_COUPON, loaded, by=by, now=now)
    assurance.require(action=Action.APPLY_COUPON, by=by, now=now)


def _code_of(loaded: Loaded) -> str | None:
    return None if loaded.row.discount is None else str(loaded.row.discount["code"])
