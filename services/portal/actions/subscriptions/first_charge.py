"""The charge with which a period begins now: a new subscription's first one, and the one after a pause."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.portal.actions.payments import bills
from services.portal.models import Plan, Subscription
from services.portal.queries import renewals
from services.portal.queries.subscriptions import NextChargeView
from services.portal.rules.products import coupon
from services.portal.rules.subscriptions import renewal
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.period import Period
from services.portal.rules.subscriptions.renewal import Ahead, NextCharge
from shared.money import Money

USES_DISCOUNT = "uses_discount"


def charge_now(session: Session, row: Subscription, *, description: str, now: datetime) -> NextCharge:
    """What a period that begins now costs: coupon, what was scheduled, what was left over, credit."""
    found = renewal.calculate(
        status=Status.PAUSED,
        terms=renewals.terms(session, row, description=description),
        running=Period(start=row.current_period_start, end=row.current_period_end),
        ahead=replace(renewals.ahead(session, row), trial_end=None, pauses_at=None, resumes_at=now),
    )
    assert found is not None, "a pause that ends now is always charged"
    return found


def open_first(
    session: Session, row: Subscription, plan: Plan, *, after: dict[str, Any], off_session: bool, now: datetime
) -> bills.Opened:
    """Record the first charge of a new subscription, whose row has its first period."""
    return _open(session, row, plan, kind="start", after=after, off_session=off_session, at=now, now=now)


def open_resume(
    session: Session,
    row: Subscription,
    plan: Plan,
    *,
    after: dict[str, Any],
    off_session: bool,
    at: datetime,
    now: datetime,
) -> bills.Opened:
    """Record the charge with which a paused subscription goes on from `at`."""
    return _open(session, row, plan, kind="resume", after=after, off_session=off_session, at=at, now=now)


def _open(
    session: Session,
    row: Subscription,
    plan: Plan,
    *,
    kind: str,
    after: dict[str, Any],
    off_session: bool,
    at: datetime,
    now: datetime,
) -> bills.Opened:
    charge = charge_now(session, row, description=plan.name, now=at)
    bill = bills.Bill(
        customer=row.customer,
        subscription=row.id,
        product=row.product,
        kind=kind,
        period=charge.period,
        lines=tuple(charge.bill),
        currency=row.currency,
        tax_behavior=charge.terms.tax_behavior,
        payment_method=row.payment_method,
        after={**after, USES_DISCOUNT: charge.uses_discount},
    )
    return bills.open_bill(session, bill, off_session=off_session, now=now)


def following(session: Session, row: Subscription, charge: NextCharge) -> NextChargeView | None:
    """The charge after `charge`: the same terms, with what is left of the coupon, without what is settled by then."""
    left = coupon.used(row.discount) if charge.uses_discount else row.discount
    after = renewal.calculate(
        status=Status.ACTIVE,
        terms=charge.terms,
        running=charge.period,
        ahead=Ahead(discount=left, zone=renewals.ahead(session, row).zone),
    )
    if after is None:
        return None
    totals = after.totals
    return NextChargeView(
        at=after.at,
        net=Money(totals.net, totals.currency),
        tax=Money(totals.tax, totals.currency),
        total=Money(totals.total, totals.currency),
        tax_rate=after.terms.tax_rate,
    )
