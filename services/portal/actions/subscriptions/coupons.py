"""Using a coupon up, and giving the use back: the database itself counts, so that no race can use one too often."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.models import Coupon, Redemption, Subscription
from services.portal.rules.products import coupon
from services.portal.rules.products.coupon import CouponAlreadyUsed, CouponUsedUp, Discount, Terms
from services.portal.rules.sources import support
from shared import ids
from shared.bus import outbox
from shared.events import CouponApplied
from shared.logs import log


def find(session: Session, row: Subscription, *, code: str, now: datetime) -> Discount:
    """What `code` would give this subscription; nothing is used up. Raises the five refusals of coupons."""
    found = session.scalars(select(Coupon).where(Coupon.code == code.strip().upper(), _is_of(row.source))).one_or_none()
    return _discount(session, found, customer=row.customer, plan=row.plan, currency=row.currency, now=now)


def with_change(
    session: Session, row: Subscription, *, coupon_id: str | None, plan: str, currency: str, now: datetime
) -> dict[str, Any] | None:
    """What the coupon would give `row` once it is on `plan`, as rows keep it; None for the one that it has and keeps.

    Nothing is used up. Raises the five refusals of coupons.
    """
    if coupon_id is None or (row.coupon == coupon_id and keeps(session, row, plan=plan, currency=currency)):
        return None
    found = session.scalars(select(Coupon).where(Coupon.id == coupon_id, _is_of(row.source))).one_or_none()
    return coupon.stored(_discount(session, found, customer=row.customer, plan=plan, currency=currency, now=now))


def _is_of(source: str) -> ColumnElement[bool]:
    """Each source has coupons of its own."""
    return Coupon.source_id.is_not(None) if support.is_elsewhere(source) else Coupon.source_id.is_(None)


def keeps(session: Session, row: Subscription, *, plan: str, currency: str) -> bool:
    """Is the coupon that it has good for this plan too?"""
    if row.coupon is None:
        return True
    found = session.execute(select(Coupon.plans, Coupon.currency).where(Coupon.id == row.coupon)).one()
    return coupon.is_for(found.plans, found.currency, plan=plan, currency=currency)


def redeem(session: Session, row: Subscription, *, code: str, now: datetime) -> Discount:
    """Give the subscription the coupon's discount, and count the use. Raises the five refusals of coupons.

    The caller holds the row's lock, or has just made it.
    """
    discount = find(session, row, code=code, now=now)
    _count(session, discount)
    _once(session, row, discount, now=now)
    before = None if row.discount is None else {"coupon": row.coupon, "code": row.discount["code"]}
    row.coupon, row.discount = discount.coupon, coupon.stored(discount)
    _say(session, row, discount, before=before, now=now)
    return discount


def note_brought(session: Session, row: Subscription, discount: Discount, *, now: datetime) -> None:
    """The change that it came with took effect: its use counts.

    If it was used up since the change was agreed to, the subscriber gets what was shown all the same, uncounted.
    """
    try:
        with session.begin_nested():
            _count(session, discount)
            _once(session, row, discount, now=now)
    except (CouponUsedUp, CouponAlreadyUsed) as refusal:
        log.info("coupon.honored", coupon=discount.coupon, subscription=row.id, reason=refusal.code)
    _say(session, row, discount, before=None, now=now)


def _say(
    session: Session, row: Subscription, discount: Discount, *, before: dict[str, Any] | None, now: datetime
) -> None:
    after = {"coupon": discount.coupon, "code": discount.code}
    action_log.write(session, action="coupon.applied", of=row.id, before=before, after=after, now=now)
    outbox.record(
        session,
        CouponApplied(
            coupon=discount.coupon,
            code=discount.code,
            subscription=row.id,
            customer=row.customer,
            percent_off=discount.percent_off,
            amount_off=discount.amount_off,
            currency=discount.currency,
            periods=discount.periods_left,
        ),
        at=now,
    )


def give_back(session: Session, row: Subscription) -> None:
    """What it was used for never began: the use counts no more, and the customer may use the code again."""
    if row.coupon is None:
        return
    dropped = session.execute(
        delete(Redemption).where(Redemption.coupon == row.coupon, Redemption.subscription == row.id)
    )
    if cast("CursorResult[Any]", dropped).rowcount:
        session.execute(update(Coupon).where(Coupon.id == row.coupon).values(redeemed=Coupon.redeemed - 1))
    row.coupon = row.discount = None


def _discount(
    session: Session, found: Coupon | None, *, customer: str, plan: str, currency: str, now: datetime
) -> Discount:
    used = None if found is None else _redemption(session, found.id, customer)
    return coupon.decide(
        coupon=None if found is None else terms(found),
        plan=plan,
        currency=currency,
        is_used_by_customer=used is not None,
        now=now,
    )


def terms(row: Coupon) -> Terms:
    """A row as the rule takes it."""
    return Terms(
        id=row.id,
        code=row.code,
        percent_off=row.percent_off,
        amount_off=row.amount_off,
        currency=row.currency,
        duration=row.duration,
        periods=row.periods,
        plans=row.plans,
        starts_at=row.starts_at,
        expires_at=row.expires_at,
        max_redemptions=row.max_redemptions,
        redeemed=row.redeemed,
        is_archived=row.archived_at is not None,
    )


def _count(session: Session, discount: Discount) -> None:
    """One use more, if one is left: the update itself looks, so the last one is given once. Raises CouponUsedUp."""
    counted = session.execute(
        update(Coupon)
        .where(
            Coupon.id == discount.coupon,
            or_(Coupon.max_redemptions.is_(None), Coupon.redeemed < Coupon.max_redemptions),
        )
        .values(redeemed=Coupon.redeemed + 1)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", counted).rowcount == 0:
        raise CouponUsedUp


def _once(session: Session, row: Subscription, discount: Discount, *, now: datetime) -> None:
    """The customer's only use of it. Raises CouponAlreadyUsed, for the caller to roll everything back."""
    try:
        with session.begin_nested():
            session.add(
                Redemption(
                    id=ids.new("rdm"),
                    customer=row.customer,
                    coupon=discount.coupon,
                    subscription=row.id,
                    redeemed_at=now,
                )
            )
            session.flush()
    except IntegrityError:
        raise CouponAlreadyUsed from None


def _redemption(session: Session, coupon_id: str, customer: str) -> str | None:
    return session.scalar(select(Redemption.id).where(Redemption.coupon == coupon_id, Redemption.customer == customer))
