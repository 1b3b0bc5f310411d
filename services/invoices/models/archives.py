"""Documents of a period that somebody asked for: what they want, how far it is, and until when it can be fetched."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, Index, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from services.invoices.models.base import Base
from shared.database import CustomerScoped, UtcDateTime
from shared.database.base import ID_LENGTH


class Archive(CustomerScoped, Base):
    """An archive, or a statement, which is one of a kind of its own. Nobody's in particular: all customers' (null).

    `documents` says what is in it, fixed when it was asked for: `[["invoice" or "credit_note", id], …]` in the order of
    their numbers; `is_chosen` where somebody chose each of them, so that the period is merely that of their days.
    `done` of them are made. A ZIP is put together from them while it is fetched; anything else is
    `content`. `due_at` is when the clock looks at it next: to go on, or to drop it once `expires_at` is past.
    """

    __tablename__ = "archives"
    __table_args__ = (
        CheckConstraint("kind IN ('archive', 'statement')", name="kind"),
        CheckConstraint("status IN ('pending', 'ready', 'failed', 'expired')", name="status"),
        Index(None, "vendor", "mode", "kind", "id"),
        Index(None, "vendor", "mode", "customer", "id"),
        Index(None, "due_at"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    customer: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    kind: Mapped[str] = mapped_column(String(10))
    format: Mapped[str] = mapped_column(String(4))
    period: Mapped[str] = mapped_column(String(40))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    subscription: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    locale: Mapped[str] = mapped_column(String(35))
    is_chosen: Mapped[bool] = mapped_column(server_default=false(), default=False)
    status: Mapped[str] = mapped_column(String(10))
    documents: Mapped[list[Any] | None] = mapped_column(JSON, deferred=True)
    total: Mapped[int]
    done: Mapped[int]
    attempts: Mapped[int]
    size: Mapped[int | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
