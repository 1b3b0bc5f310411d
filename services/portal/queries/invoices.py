"""The invoice history, from what the invoices service said: complete while that service is down.

Where the portal shows those of the subscription being viewed alone, nothing is listed before one is named.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache
from typing import Final

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import Session

from services.portal.models import Invoice, Payment
from services.portal.queries.portals import PortalView
from services.portal.queries.showing import hidden_products
from services.portal.rules.reasons import FeatureDisabled
from shared.errors import NotFound
from shared.money import EXPONENTS, Money

STATUSES: Final = ("paid", "open")
_NEWEST_FIRST: Final = (Invoice.dated_at.desc(), Invoice.id.desc())


@dataclass(frozen=True, kw_only=True)
class InvoiceRow:
    """One line of the invoice history. `dated_at` is when it was paid; when it was issued, while it is open."""

    id: str
    number: str
    order_number: str
    dated_at: datetime
    description: str
    status: str
    net: Money
    tax: Money
    total: Money
    subscription: str | None
    payment: str | None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which of them: dated in a year (UTC), in a state, of a subscription, with these words in number or text.

    `least` and `most` are totals in major units, of whatever currency.
    """

    year: int | None = None
    status: str | None = None
    subscription: str | None = None
    words: str = ""
    least: Decimal | None = None
    most: Decimal | None = None


ANY: Final = Wanted()


@dataclass(frozen=True, kw_only=True)
class InvoicePage:
    """A page of them, newest first. `next_cursor` is None on the last; `total` counts all pages."""

    rows: tuple[InvoiceRow, ...]
    next_cursor: str | None
    total: int


def history(
    session: Session,
    *,
    portal: PortalView,
    hidden: Collection[str] | None = None,
    cursor: str | None = None,
    limit: int = 25,
    wanted: Wanted = ANY,
) -> InvoicePage:
    """A page of what is in scope and shows here; nothing where the portal has no history.

    `hidden` are products that don't show; they are asked for when not given. Raises NotFound for a foreign cursor.
    """
    if not _has_any(portal, wanted):
        return InvoicePage(rows=(), next_cursor=None, total=0)
    unseen = hidden_products(session, portal=portal, is_gated=False) if hidden is None else hidden
    if cursor is None:
        counted = session.execute(_first(frozenset(unseen), wanted), {"most": limit + 1}).all()
        found, total = [row for row, _total in counted], counted[0][1] if counted else 0
    else:
        statement = _shown(unseen).where(*_conditions(wanted))
        newest = statement.order_by(*_NEWEST_FIRST).limit(limit + 1)
        found = list(session.scalars(newest.where(_is_before(session, cursor))))
        total = session.scalar(statement.with_only_columns(func.count(), maintain_column_froms=True)) or 0
    rows = tuple(view(row) for row in found[:limit])
    return InvoicePage(rows=rows, next_cursor=rows[-1].id if len(found) > limit else None, total=total)


def every(session: Session, *, portal: PortalView, wanted: Wanted) -> Iterator[InvoiceRow]:
    """All of those that are asked for, newest first, without pages. Raises FeatureDisabled."""
    require(portal)
    if not _has_any(portal, wanted):
        return iter(())
    statement = _shown(hidden_products(session, portal=portal, is_gated=False)).where(*_conditions(wanted))
    return map(view, session.scalars(statement.order_by(*_NEWEST_FIRST)))


def hidden_payments(session: Session, *, portal: PortalView, customer: str) -> tuple[str, ...]:
    """What a customer paid for products that this portal does not show."""
    hidden = hidden_products(session, portal=portal, is_gated=False)
    if not hidden:
        return ()
    return tuple(session.scalars(select(Payment.id).where(Payment.customer == customer, Payment.product.in_(hidden))))


def years(session: Session, *, portal: PortalView, subscription: str | None = None) -> tuple[int, ...]:
    """The years from which there are any, the last first. One statement."""
    if not portal.invoice_history or (is_narrow(portal) and subscription is None):
        return ()
    of = select(func.min(Invoice.dated_at), func.max(Invoice.dated_at))
    if subscription is not None:
        of = of.where(Invoice.subscription == subscription)
    first, last = session.execute(of).one()
    return () if first is None else tuple(range(last.year, first.year - 1, -1))


def _has_any(portal: PortalView, wanted: Wanted) -> bool:
    """Whether anything is listed here: where each is listed with its subscription, once one is named."""
    return portal.invoice_history and not (is_narrow(portal) and wanted.subscription is None)


def is_narrow(portal: PortalView) -> bool:
    """Whether only those of the subscription being viewed show."""
    return portal.features.invoices_of_subscription_only


def require(portal: PortalView) -> None:
    """Raises FeatureDisabled where the portal has no history."""
    if not portal.invoice_history:
        raise FeatureDisabled(action="invoices", message=None)


def invoice(session: Session, *, invoice_id: str, portal: PortalView) -> InvoiceRow:
    """One of them. Raises FeatureDisabled, and NotFound, also for what this portal does not show."""
    require(portal)
    found = session.execute(
        select(Invoice, Payment.product)
        .outerjoin(Payment, Payment.id == Invoice.payment)
        .where(Invoice.id == invoice_id)
    ).one_or_none()
    if found is None or found[1] in hidden_products(session, portal=portal, is_gated=False):
        raise NotFound
    if is_narrow(portal) and found[0].subscription is None:
        raise NotFound
    return view(found[0])


def view(row: Invoice) -> InvoiceRow:
    """A row as a view."""
    return InvoiceRow(
        id=row.id,
        number=row.number,
        order_number=row.order_number,
        dated_at=row.dated_at,
        description=row.description,
        status=row.status,
        net=Money(row.net, row.currency),
        tax=Money(row.tax, row.currency),
        total=Money(row.total, row.currency),
        subscription=row.subscription,
        payment=row.payment,
    )


@lru_cache(maxsize=64)
def _first(unseen: frozenset[str], wanted: Wanted) -> Select[Invoice, int]:
    """The first `most` of them, and how many there are. Kept, as most pages ask for the same."""
    statement = _shown(unseen).where(*_conditions(wanted)).add_columns(func.count().over())
    return statement.order_by(*_NEWEST_FIRST).limit(bindparam("most", type_=Integer()))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.subscription is not None:
        found.append(Invoice.subscription == wanted.subscription)
    if wanted.status is not None:
        found.append(Invoice.status == wanted.status)
    if wanted.year is not None:
        begins, ends = (datetime(year, 1, 1, tzinfo=UTC) for year in (wanted.year, wanted.year + 1))
        found += [Invoice.dated_at >= begins, Invoice.dated_at < ends]
    if wanted.words:
        columns = (Invoice.number, Invoice.order_number, Invoice.description)
        found.append(or_(*(column.icontains(wanted.words, autoescape=True) for column in columns)))
    if wanted.least is not None or wanted.most is not None:
        found.append(_within(wanted.least, wanted.most))
    return found


def _within(least: Decimal | None, most: Decimal | None) -> ColumnElement[bool]:
    """Totals between the two, both included; what that is in minor units depends on the currency of each."""
    bounds = []
    for digits in sorted(set(EXPONENTS.values())):
        here: list[ColumnElement[bool]] = [
            Invoice.currency.in_([code for code, decimals in EXPONENTS.items() if decimals == digits])
        ]
        if least is not None:
            here.append(Invoice.total >= int(least.scaleb(digits).to_integral_value(ROUND_CEILING)))
        if most is not None:
            here.append(Invoice.total <= int(most.scaleb(digits).to_integral_value(ROUND_FLOOR)))
        bounds.append(and_(*here))
    return or_(*bounds)


def _is_before(session: Session, cursor: str) -> ColumnElement[bool]:
    """What comes after this one in the list, being older. Raises NotFound."""
    last = session.execute(select(Invoice.dated_at, Invoice.id).where(Invoice.id == cursor)).one_or_none()
    if last is None:
        raise NotFound
    return tuple_(Invoice.dated_at, Invoice.id) < tuple_(*last)


def _shown(hidden: Collection[str]) -> Select[Invoice]:
    """Invoices in scope without those of hidden products."""
    if not hidden:
        return select(Invoice)
    of_hidden = select(Payment.id).where(Payment.product.in_(hidden))
    return select(Invoice).where(Invoice.payment.is_(None) | Invoice.payment.not_in(of_hidden))
