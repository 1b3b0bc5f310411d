"""Further addresses that a customer's documents go to."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.portal.models.base import Base, Id, owned, refers
from shared.database import CustomerScoped, UtcDateTime

_PRESENT = text("status <> 'removed'")


class DocumentRecipient(CustomerScoped, Base):
    """An address and the kinds of `documents` that go there, once its owner has confirmed it.

    `asked` are the moments of the last day at which a mail asked for that (ISO 8601). `ended_at` is when its owner
    said no, or the customer removed it; what was removed is kept for a while, so that limits hold.
    """

    __tablename__ = "document_recipients"
    __table_args__ = (
        owned(),
        refers("customer", "customers"),
        Index(
            "ix_document_recipients_present",
            "vendor",
            "mode",
            "customer",
            "email_key",
            unique=True,
            postgresql_where=_PRESENT,
            sqlite_where=_PRESENT,
        ),
        Index("ix_document_recipients_ended_at", "ended_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320))
    documents: Mapped[list[Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(12))  # pending, confirmed, unsubscribed or removed
    asked: Mapped[list[Any]] = mapped_column(JSON)
    said_no_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)
