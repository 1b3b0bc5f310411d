"""What a subscription's last bill will come to: its waiting lines, with the customer's credit, to the rule."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy.orm import Session

from services.portal.models import Subscription
from services.portal.queries import customers, renewals
from services.portal.rules.payments.crediting import Kept
from services.portal.rules.subscriptions import closing
from services.portal.rules.subscriptions.closing import Closing
from shared.i18n import DEFAULT, text
from shared.totals import Line, TaxBehavior


def lines_of(row: Subscription, *, used_until: datetime | None = None) -> tuple[Line, ...]:
    """What would be asked for if it ended; only the part until `used_until` where unused time is given back."""
    return closing.bill([renewals.line_of(each) for each in row.pending_lines], used_until=used_until)


def ahead(
    session: Session, row: Subscription, *, used_until: datetime | None = None, more: Sequence[Kept] = ()
) -> Closing | None:
    """The last bill as it would be, with `more` credit besides what the customer has; None where there is none."""
    lines = lines_of(row, used_until=used_until)
    if not lines:
        return None
    known = renewals.credits_of(session, customer=row.customer, currency=row.currency, tax_behavior=row.tax_behavior)
    locale = customers.locale(session, row.customer) or DEFAULT
    return closing.calculate(
        lines,
        credit=[*known, *more],
        currency=row.currency,
        tax_behavior=cast("TaxBehavior", row.tax_behavior),
        description=text("portal.credit.kept", locale),
    )
