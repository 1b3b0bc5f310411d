"""A subscription as it would be: a copy of its row that no transaction knows, and its next charge."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from services.portal.models import Subscription
from services.portal.queries import agreements, renewals
from services.portal.queries.subscriptions import NextChargeView
from services.portal.rules.payments.crediting import Kept
from services.portal.rules.subscriptions import renewal
from services.portal.rules.subscriptions.period import Period
from shared.money import Money


def copy_of(row: Subscription) -> Subscription:
    """A copy to try things on; it is never saved."""
    columns = inspect(Subscription).column_attrs
    return Subscription(**{each.key: getattr(row, each.key) for each in columns})


def charge_after(
    session: Session,
    row: Subscription,
    *,
    description: str,
    credit: Sequence[Kept] | None = None,
    now: datetime,
) -> NextChargeView | None:
    """The next charge of `row`, a copy or not; with the customer's `credits` as they would be by then."""
    ahead = renewals.ahead(session, row)
    if credit is not None and row.collection == "automatic":
        ahead = replace(ahead, credits=tuple(credit))
    charge = renewal.calculate(
        status=agreements.status_at(row, now=now),
        terms=renewals.terms(session, row, description=description),
        running=Period(start=row.current_period_start, end=row.current_period_end),
        ahead=ahead,
    )
    if charge is None:
        return None
    totals = charge.totals
    return NextChargeView(
        at=charge.at,
        net=Money(totals.net, totals.currency),
        tax=Money(totals.tax, totals.currency),
        total=Money(totals.total, totals.currency),
        tax_rate=charge.terms.tax_rate,
    )
