"""The next invoice of a subscription, line by line: what the clock will charge as things stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import Plan, Subscription
from services.portal.queries import agreements
from shared.money import Money
from shared.totals import Line


@dataclass(frozen=True, kw_only=True)
class NextInvoice:
    """When it is charged and what stands on it. With `tax_is_within`, the lines have the tax in them."""

    at: datetime
    lines: Sequence[Line]
    tax: Money
    total: Money
    tax_is_within: bool


def next_invoice(session: Session, *, subscription_id: str, now: datetime) -> NextInvoice | None:
    """The one after this; None when nothing more will be charged."""
    found = session.execute(
        select(Subscription, Plan.name)
        .join(Plan, Plan.id == Subscription.plan)
        .where(Subscription.id == subscription_id)
    ).one_or_none()
    if found is None:
        return None
    row, name = found
    ahead = agreements.next_charge(row, description=name, now=now)
    if ahead is None:
        return None
    currency = ahead.terms.currency
    return NextInvoice(
        at=ahead.at,
        lines=ahead.lines,
        tax=Money(ahead.totals.tax, currency),
        total=Money(ahead.totals.total, currency),
        tax_is_within=ahead.terms.tax_behavior == "inclusive",
    )
