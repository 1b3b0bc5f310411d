"""Saved replies, and what one of them says in a ticket."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from services.portal.models import Customer, Plan, SavedReply, Subscription, Ticket, Vendor
from services.portal.rules.support import saved_reply as rule
from services.portal.rules.support.saved_reply import Filled
from shared.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class SavedReplyView:
    """A saved reply, its places not filled."""

    id: str
    name: str
    text: str
    created_at: datetime
    revision: int


def saved_reply(session: Session, *, reply_id: str) -> SavedReplyView:
    """One of them. Raises NotFound."""
    row = session.scalars(select(SavedReply).where(SavedReply.id == reply_id)).one_or_none()
    if row is None:
        raise NotFound
    return view(row)


def listing() -> Select[SavedReply]:
    """All of them."""
    return select(SavedReply)


def count(session: Session) -> int:
    """How many there are."""
    return session.scalar(select(func.count()).select_from(SavedReply)) or 0


def choices(session: Session) -> tuple[tuple[str, str], ...]:
    """Id and name of each, by name."""
    found = session.execute(select(SavedReply.id, SavedReply.name).order_by(SavedReply.name, SavedReply.id))
    return tuple((row.id, row.name) for row in found)


def filled(session: Session, *, reply_id: str, ticket_id: str) -> Filled:
    """What it says in this ticket. Raises NotFound for either of the two."""
    text = saved_reply(session, reply_id=reply_id).text
    found = session.execute(
        select(Customer.display_name, Customer.company, Customer.email, Vendor.display_name, Plan.name)
        .select_from(Ticket)
        .join(Customer, Customer.id == Ticket.customer)
        .join(Vendor, Vendor.id == Ticket.vendor)
        .outerjoin(Subscription, Subscription.id == Ticket.subscription)
        .outerjoin(Plan, Plan.id == Subscription.plan)
        .where(Ticket.id == ticket_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    name, company, email, vendor, plan = found
    return rule.calculate(text, {"customer": name or company or email, "vendor": vendor, "subscription": plan})


def view(row: SavedReply) -> SavedReplyView:
    """A row as a view."""
    return SavedReplyView(id=row.id, name=row.name, text=row.text, created_at=row.created_at, revision=row.revision)
