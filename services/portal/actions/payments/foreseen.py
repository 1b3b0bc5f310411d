"""What a bill would come to with the customer's credit, as `bills.open_bill` will make it. Saves and locks nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from services.portal.actions.payments.bills import Bill
from services.portal.queries import customers, renewals
from services.portal.rules.payments import crediting
from services.portal.rules.payments.crediting import Kept
from shared.i18n import DEFAULT, text
from shared.totals import Line
from shared.totals import calculate as totals_of


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """The lines that would be charged, and the customer's credit after that."""

    lines: tuple[Line, ...]
    credits: tuple[Kept, ...]


def of(session: Session, bill: Bill) -> Foreseen:
    """The bill less the customer's credit; what would come to less than nothing is credit instead."""
    known = renewals.credits_of(session, customer=bill.customer, currency=bill.currency, tax_behavior=bill.tax_behavior)
    if totals_of(bill.lines, bill.currency, bill.tax_behavior).total < 0:
        return _with_excess(session, bill, known)
    used = crediting.calculate(lines=bill.lines, kept=known, currency=bill.currency, tax_behavior=bill.tax_behavior)
    taken = Counter[str]()
    for each in used:
        taken[each.id] += each.amount
    left = (replace(each, remaining=each.remaining - taken[each.id]) for each in known)
    return Foreseen(
        lines=(*bill.lines, *(each.line for each in used)), credits=tuple(each for each in left if each.remaining)
    )


def _with_excess(session: Session, bill: Bill, known: Sequence[Kept]) -> Foreseen:
    locale = customers.locale(session, bill.customer) or DEFAULT
    excess = crediting.excess(lines=bill.lines, currency=bill.currency, tax_behavior=bill.tax_behavior)
    kept, used = text("portal.credit.kept", locale), text("portal.credit.used", locale)
    lines = (
        Line(description=kept, quantity=1, unit_amount=amount, amount=amount, tax_rate=rate)
        for rate, amount in excess.items()
    )
    more = (
        Kept(id=f"new {rate}", description=used, remaining=amount, tax_rate=rate) for rate, amount in excess.items()
    )
    return Foreseen(lines=(*bill.lines, *lines), credits=(*known, *more))
