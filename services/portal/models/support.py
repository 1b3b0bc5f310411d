"""Helpdesks, their tickets, and replies that are saved for them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.portal.models.base import Base, Id, owned, refers
from shared.database import CustomerScoped, UtcDateTime, VendorScoped

_WAITING = text("status IN ('open', 'answered') AND subject_key IS NOT NULL")


def _words(table: str, expression: str) -> Index:
    """PostgreSQL's index of the words of a text, none of which is left out or cut to its stem."""
    index = Index(f"ix_{table}_words", text(f"to_tsvector('simple'::regconfig, {expression})"), postgresql_using="gin")
    return index.ddl_if(dialect="postgresql")


class Helpdesk(VendorScoped, Base):
    """Where tickets go: an intake address and, when the work is done elsewhere, that desk's address."""

    __tablename__ = "helpdesks"
    __table_args__ = (owned(),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(320))
    url: Mapped[str | None] = mapped_column(Text)
    departments: Mapped[list[Any]] = mapped_column(JSON)
    answer_hours: Mapped[int | None] = mapped_column(Integer)  # within which customers are to be answered
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)


class Ticket(CustomerScoped, Base):
    """One conversation. `kind` question, cancel, refund or another action; `request` is what approval carries out.

    `subject_key` names what is asked for, so that asking twice finds the open ticket instead of opening another.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        owned(),
        refers("customer", "customers"),
        refers("helpdesk", "helpdesks"),
        refers("subscription", "subscriptions"),
        refers("payment", "payments"),
        CheckConstraint("status IN ('open', 'answered', 'approved', 'declined', 'closed')", name="status"),
        Index("ix_tickets_vendor_mode_customer", "vendor", "mode", "customer"),
        Index("ix_tickets_vendor_mode_status", "vendor", "mode", "status", "due_at"),
        _words("tickets", "subject::text"),
        Index("ix_tickets_vendor_mode_due_at", "vendor", "mode", "due_at"),
        Index(
            "ix_tickets_waiting",
            "vendor",
            "mode",
            "subject_key",
            unique=True,
            postgresql_where=_WAITING,
            sqlite_where=_WAITING,
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    helpdesk: Mapped[str | None] = mapped_column(Id)
    department: Mapped[str | None] = mapped_column(String(80))
    subscription: Mapped[str | None] = mapped_column(Id)
    payment: Mapped[str | None] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(200))
    subject_key: Mapped[str | None] = mapped_column(String(120))
    request: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    status: Mapped[str] = mapped_column(String(10))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by when staff are to answer (`rules.support.due`)
    revision: Mapped[int] = mapped_column(Integer)


class TicketMessage(CustomerScoped, Base):
    """One message of a ticket, by the customer, by staff or by the system, in the order of `number`."""

    __tablename__ = "ticket_messages"
    __table_args__ = (
        owned(),
        refers("customer", "customers"),
        refers("ticket", "tickets"),
        UniqueConstraint("ticket", "number"),
        _words("ticket_messages", "body"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    ticket: Mapped[str] = mapped_column(Id)
    number: Mapped[int] = mapped_column(Integer)
    author_kind: Mapped[str] = mapped_column(String(10))
    author_id: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SavedReply(VendorScoped, Base):
    """A reply that staff give often. `text` has places such as `{customer}`; see `rules.support.saved_reply`."""

    __tablename__ = "saved_replies"
    __table_args__ = (UniqueConstraint("vendor", "mode", "name"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)
