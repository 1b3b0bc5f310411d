"""What a subscription will be charged next: its row, with the vendor's zone and the customer's credit, to the rule."""

from collections.abc import Collection
from dataclasses import fields
from typing import Any, Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import Credit, PaymentMethod, Subscription
from services.portal.queries import billing
from services.portal.rules.payments import method
from services.portal.rules.payments.crediting import Kept
from services.portal.rules.subscriptions import agreed, renewal
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.period import Interval, Period
from services.portal.rules.subscriptions.renewal import Ahead, NextCharge, Terms
from shared.totals import Line, TaxBehavior

_CREDITS: Final = "portal.renewals.credits"
_LINE: Final = frozenset(each.name for each in fields(Line))


def next_charge(
    session: Session, row: Subscription, *, description: str, status: Status | None = None
) -> NextCharge | None:
    """What the clock will charge next, to the cent, as the row stands; None when nothing."""
    return renewal.calculate(
        status=status or row.status,
        terms=terms(row, description=description),
        running=Period(start=row.current_period_start, end=row.current_period_end),
        ahead=ahead(session, row),
    )


def terms(row: Subscription, *, description: str) -> Terms:
    """What it was agreed at."""
    return Terms(
        description=description,
        quantity=row.quantity,
        unit_amount=row.unit_amount,
        currency=row.currency,
        tax_rate=row.tax_rate,
        tax_behavior=cast("TaxBehavior", row.tax_behavior),
        interval=Interval(row.interval),
        interval_count=row.interval_count,
        anchor=row.anchor,
    )


def ahead(session: Session, row: Subscription) -> Ahead:
    """What lies ahead of it."""
    target = agreed.of(row.scheduled_change)
    keeps = target is None or target.keeps_discount
    is_charged = row.collection == "automatic"
    return Ahead(
        trial_end=row.trial_end,
        pauses_at=row.pauses_at,
        resumes_at=row.resumes_at,
        scheduled=None if target is None else agreed.terms(target, anchor=row.anchor),
        pending=[line_of(each) for each in row.pending_lines],
        credits=_credits(session, row) if is_charged else (),
        discount=row.discount if keeps else None,
        zone=billing.settings(session).zone,
    )


def line_of(stored: dict[str, Any]) -> Line:
    """As a row keeps it, to what rules take."""
    return Line(**{name: value for name, value in stored.items() if name in _LINE})


def prepare(session: Session, customers: Collection[str]) -> None:
    """Fetch the credit of all of them in one statement; for lists."""
    known: dict[str, list[Credit]] = session.info.setdefault(_CREDITS, {})
    wanted = set(customers) - known.keys()
    if not wanted:
        return
    known.update({customer: [] for customer in wanted})
    rows = session.scalars(
        select(Credit).where(Credit.customer.in_(wanted), Credit.remaining > 0).order_by(Credit.created_at, Credit.id)
    )
    for row in rows:
        known[row.customer].append(row)


def forget(session: Session) -> None:
    """Credit was given or used in this transaction: ask again."""
    session.info.pop(_CREDITS, None)


def has_credit(session: Session, customer: str) -> bool:
    """Is anything left to be taken off?"""
    prepare(session, [customer])
    return bool(session.info[_CREDITS][customer])


def has_method(session: Session, row: Subscription) -> bool:
    """Is there a card to charge?"""
    found = session.execute(
        select(PaymentMethod.id, PaymentMethod.is_default).where(
            PaymentMethod.customer == row.customer, PaymentMethod.removed_at.is_(None)
        )
    ).all()
    default = next((each.id for each in found if each.is_default), None)
    return method.charged(own=row.payment_method, default=default, kept=[each.id for each in found]) is not None


def credits_of(session: Session, *, customer: str, currency: str, tax_behavior: str) -> list[Kept]:
    """What is left of the customer's credit in this currency and way of showing tax, oldest first."""
    prepare(session, [customer])
    return [
        Kept(id=each.id, description=each.description, remaining=each.remaining, tax_rate=each.tax_rate)
        for each in session.info[_CREDITS][customer]
        if (each.currency, each.tax_behavior) == (currency, tax_behavior)
    ]


def _credits(session: Session, row: Subscription) -> list[Kept]:
    return credits_of(session, customer=row.customer, currency=row.currency, tax_behavior=row.tax_behavior)
