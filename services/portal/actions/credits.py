"""Credit that the vendor grants, and what is left of it taken back."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.models import Credit, Customer
from services.portal.queries import credits as queries
from services.portal.queries import customers, renewals
from services.portal.queries.credits import CreditView
from services.portal.rules.payments import granting
from shared import ids
from shared.errors import FieldError, Invalid, NotFound
from shared.money import Money

DESCRIPTION_LENGTH = 200


def grant(
    session: Session, *, customer: str, amount: Money, description: str, credit_id: str | None = None, now: datetime
) -> CreditView:
    """Put `amount` to a customer's credit; it comes off their next charges in its currency, as a discount.

    `credit_id` names it beforehand, so that a form sent twice grants once. Raises NotFound, CustomerErased, Invalid.
    """
    session.execute(select(Customer.id).where(Customer.id == customer).with_for_update())
    customers.require_living(session, customer)
    made = None if credit_id is None else session.scalars(select(Credit).where(Credit.id == credit_id)).one_or_none()
    if made is not None:
        if made.customer != customer:
            raise NotFound
        return queries.view(made)
    if amount.amount <= 0:
        raise Invalid(FieldError.of("amount", "not_positive"))
    row = Credit(
        id=credit_id or ids.new("cr"),
        source=granting.GRANTED,
        customer=customer,
        description=description,
        currency=amount.currency,
        amount=amount.amount,
        remaining=amount.amount,
        withdrawn=0,
        created_at=now,
    )
    session.add(row)
    session.flush()
    renewals.forget(session)
    after = {"customer": customer, "amount": row.amount, "currency": row.currency, "description": description}
    action_log.write(session, action="credit.granted", of=row.id, before=None, after=after, now=now)
    return queries.view(row)


def withdraw(session: Session, *, credit_id: str, now: datetime) -> CreditView:
    """Take back what is left of a grant. Raises NotFound, CreditNotWithdrawable."""
    session.flush()
    statement = select(Credit).where(Credit.id == credit_id).with_for_update()
    row = session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()
    if row is None:
        raise NotFound
    amount = granting.decide(source=row.source, remaining=row.remaining)
    before = {"remaining": row.remaining, "withdrawn": row.withdrawn}
    row.remaining -= amount
    row.withdrawn += amount
    row.withdrawn_at = now
    session.flush()
    renewals.forget(session)
    after = {"remaining": row.remaining, "withdrawn": row.withdrawn, "currency": row.currency}
    action_log.write(
        session, action="credit.withdrawn", of=row.id, before=before, after=after, customer=row.customer, now=now
    )
    return queries.view(row)
