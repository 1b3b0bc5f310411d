"""Do the books balance: every payment that succeeded has exactly one invoice, of the same amount and customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from services.portal.models import Invoice, Payment
from shared.money import Money

MOST_PROBLEMS: Final = 100


@dataclass(frozen=True, kw_only=True)
class Balance:
    """Of one vendor, mode and currency: what was paid and what was invoiced, each with its number."""

    vendor: str
    mode: str
    paid: Money
    payments: int
    invoiced: Money
    invoices: int


@dataclass(frozen=True, kw_only=True)
class Mismatch:
    """A payment whose invoice is missing, doubled or different. `invoiced` is None for a missing one."""

    vendor: str
    mode: str
    customer: str
    payment: str
    paid: Money
    invoices: int
    invoiced: int | None


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """The books. `mismatches` are the first hundred of `mismatch_count`."""

    balances: Sequence[Balance]
    mismatches: Sequence[Mismatch]
    mismatch_count: int

    @property
    def is_balanced(self) -> bool:
        return not self.mismatch_count and all(each.paid == each.invoiced for each in self.balances)


def verify(session: Session, *, vendor: str | None = None) -> Ledger:
    """The books of everybody, or of one vendor. Runs on the platform's side of the scope."""
    found = session.execute(_wrong(vendor)).all()
    return Ledger(
        balances=_balances(session, vendor),
        mismatches=[
            Mismatch(
                vendor=row.vendor,
                mode=row.mode,
                customer=row.customer,
                payment=row.id,
                paid=Money(row.total, row.currency),
                invoices=number or 0,
                invoiced=None if total is None else int(total),
            )
            for row, number, total, _all in found
        ],
        mismatch_count=found[0][3] if found else 0,
    )


def _wrong(vendor: str | None) -> Select[Payment, int, int, int]:
    """Payments without exactly one invoice of their amount, currency and customer, with what they have instead."""
    billed = (
        select(
            Invoice.payment.label("payment"),
            func.count().label("number"),
            func.sum(Invoice.total).label("total"),
            func.min(Invoice.currency).label("currency"),
            func.min(Invoice.customer).label("customer"),
        )
        .where(Invoice.payment.is_not(None))
        .group_by(Invoice.payment)
        .subquery()
    )
    differs = or_(
        billed.c.payment.is_(None),
        billed.c.number != 1,
        billed.c.total != Payment.total,
        billed.c.currency != Payment.currency,
        billed.c.customer != Payment.customer,
    )
    wrong = (
        select(Payment, billed.c.number, billed.c.total, func.count().over())
        .outerjoin(billed, billed.c.payment == Payment.id)
        .where(Payment.status == "succeeded", differs)
        .order_by(Payment.id)
        .limit(MOST_PROBLEMS)
    )
    return wrong if vendor is None else wrong.where(Payment.vendor == vendor)


def _balances(session: Session, vendor: str | None) -> list[Balance]:
    sums: dict[tuple[str, str, str], list[int]] = {}
    tables: tuple[type[Payment | Invoice], ...] = (Payment, Invoice)
    for position, table in enumerate(tables):
        statement = select(table.vendor, table.mode, table.currency, func.count(), func.sum(table.total)).group_by(
            table.vendor, table.mode, table.currency
        )
        if table is Payment:
            statement = statement.where(Payment.status == "succeeded")
        if vendor is not None:
            statement = statement.where(table.vendor == vendor)
        for of_vendor, mode, currency, number, total in session.execute(statement):
            both = sums.setdefault((of_vendor, mode, currency), [0, 0, 0, 0])
            both[2 * position : 2 * position + 2] = [number, int(total)]
    return [
        Balance(
            vendor=of_vendor,
            mode=mode,
            paid=Money(paid, currency),
            payments=payments,
            invoiced=Money(invoiced, currency),
            invoices=invoices,
        )
        for (of_vendor, mode, currency), (payments, paid, invoices, invoiced) in sorted(sums.items())
    ]
