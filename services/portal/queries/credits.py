"""Credits, one by one: where each came from, and what is left of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.portal.models import Credit, Payment, Subscription
from services.portal.rules.payments import granting
from shared.errors import NotFound
from shared.money import Money


@dataclass(frozen=True, kw_only=True)
class CreditView:
    """A credit as the API shows it. Amounts in minor units; `tax_rate` None: at that of what it is taken off."""

    id: str
    customer: str
    source: str
    subscription: str | None
    payment: str | None
    description: str
    currency: str
    tax_rate: int | None
    tax_behavior: str | None
    amount: int
    remaining: int
    withdrawn: int
    withdrawn_at: datetime | None
    created_at: datetime

    @property
    def left(self) -> Money:
        return Money(self.remaining, self.currency)

    @property
    def is_withdrawable(self) -> bool:
        """Granted by the vendor, with something left of it."""
        return self.source == granting.GRANTED and self.remaining > 0


def credit(session: Session, *, credit_id: str) -> CreditView:
    """One of them. Raises NotFound."""
    row = session.scalars(select(Credit).where(Credit.id == credit_id)).one_or_none()
    if row is None:
        raise NotFound
    return view(row)


def listing(*, customer: str | None, source: str | None) -> Select[Credit]:
    """Those of a customer, or from a source; None means any."""
    wanted = {Credit.customer: customer, Credit.source: source}
    return select(Credit).where(*(column == value for column, value in wanted.items() if value is not None))


def left(session: Session, *, customer: str) -> tuple[CreditView, ...]:
    """Those with something left, in the order in which they will be used."""
    statement = select(Credit).where(Credit.customer == customer, Credit.remaining > 0)
    return tuple(view(row) for row in session.scalars(statement.order_by(Credit.created_at, Credit.id)))


def usual_currency(session: Session, *, customer: str) -> str | None:
    """What the customer pays in: the currency of the newest payment, else of the newest subscription."""
    for table in (Payment, Subscription):
        newest = select(table.currency).where(table.customer == customer).order_by(table.id.desc()).limit(1)
        found = session.scalar(newest)
        if found is not None:
            return str(found)
    return None


def view(row: Credit) -> CreditView:
    """A row as a view."""
    return CreditView(
        id=row.id,
        customer=row.customer,
        source=row.source,
        subscription=row.subscription,
        payment=row.payment,
        description=row.description,
        currency=row.currency,
        tax_rate=row.tax_rate,
        tax_behavior=row.tax_behavior,
        amount=row.amount,
        remaining=row.remaining,
        withdrawn=row.withdrawn,
        withdrawn_at=row.withdrawn_at,
        created_at=row.created_at,
    )
