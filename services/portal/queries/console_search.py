"""What staff look for by a word, whatever it is: a customer, what they bought, a ticket, a plan, a portal.

An id and the number of an order are exact; of names, e-mail addresses and references the beginning is enough, in any
case. Each is looked up by an index, or among the few plans and portals that one vendor has.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from services.portal.models import Customer, Payment, Plan, PortalConfiguration, Subscription, Ticket
from services.portal.queries import customer_search
from services.portal.queries.customer_search import Wanted

MOST: Final = 6
"""Of each kind; who wants more looks at the list of that kind."""

SHORTEST: Final = 2
"""Characters: fewer would find a bit of everything."""

Kind = Literal["customer", "subscription", "payment", "ticket", "plan", "portal"]


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One thing. `note` tells it from others of its name; `customer` is whose it is."""

    kind: Kind
    id: str
    name: str
    note: str
    customer: str | None = None


def find(session: Session, words: str, *, now: datetime) -> tuple[Hit, ...]:
    """The best few of each kind, customers first; nothing for less than `SHORTEST` characters."""
    words = words.strip()
    if len(words) < SHORTEST or not words.isprintable():  # a database takes no NUL
        return ()
    return (
        *_customers(session, words, now=now),
        *_subscriptions(session, words),
        *_payments(session, words),
        *_tickets(session, words),
        *_plans(session, words),
        *_portals(session, words),
    )


def _customers(session: Session, words: str, *, now: datetime) -> list[Hit]:
    wanted = customer_search.listing(session, Wanted(search=words), now=now).where(Customer.erased_at.is_(None))
    rows = session.scalars(wanted.order_by(customer_search.Found.id.desc()).limit(MOST))
    return [
        Hit(
            kind="customer",
            id=row.id,
            name=row.display_name or row.email,
            note=row.email if row.display_name else row.company or "",
            customer=row.id,
        )
        for row in rows
    ]


def _subscriptions(session: Session, words: str) -> list[Hit]:
    rows = session.execute(
        select(Subscription.id, Subscription.customer, Subscription.order_number, Plan.name)
        .join(Plan, Plan.id == Subscription.plan)
        .where(or_(Subscription.id == words, Subscription.order_number == _order_number(words)))
        .limit(MOST)
    )
    return [
        Hit(kind="subscription", id=row.id, name=row.name, note=row.order_number, customer=row.customer) for row in rows
    ]


def _payments(session: Session, words: str) -> list[Hit]:
    rows = session.execute(
        select(Payment.id, Payment.customer, Payment.order_number, Payment.description)
        .where(or_(Payment.id == words, Payment.order_number == _order_number(words)))
        .limit(MOST)
    )
    return [
        Hit(kind="payment", id=row.id, name=row.description, note=row.order_number, customer=row.customer)
        for row in rows
    ]


def _tickets(session: Session, words: str) -> list[Hit]:
    rows = session.execute(select(Ticket.id, Ticket.subject, Ticket.customer).where(Ticket.id == words))
    return [Hit(kind="ticket", id=row.id, name=row.subject, note=row.id, customer=row.customer) for row in rows]


def _plans(session: Session, words: str) -> list[Hit]:
    rows = session.execute(
        select(Plan.id, Plan.name)
        .where(or_(Plan.id == words, _begins(Plan.name, words)))
        .order_by(Plan.archived_at.is_not(None), Plan.name, Plan.id)
        .limit(MOST)
    )
    return [Hit(kind="plan", id=row.id, name=row.name, note=row.id) for row in rows]


def _portals(session: Session, words: str) -> list[Hit]:
    is_it = or_(
        PortalConfiguration.id == words,
        _begins(PortalConfiguration.slug, words),
        _begins(PortalConfiguration.display_name, words),
    )
    rows = session.execute(
        select(PortalConfiguration.id, PortalConfiguration.display_name, PortalConfiguration.slug)
        .where(is_it)
        .order_by(PortalConfiguration.id)
        .limit(MOST)
    )
    return [Hit(kind="portal", id=row.id, name=row.display_name, note=row.slug) for row in rows]


def _begins(column: InstrumentedAttribute[str], words: str) -> ColumnElement[Any]:
    return func.lower(column).startswith(words.lower(), autoescape=True)


def _order_number(words: str) -> str:
    """Letter case, blanks and dashes in it don't matter."""
    return "".join(words.split()).replace("-", "").upper()
