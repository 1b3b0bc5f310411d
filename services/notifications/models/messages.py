"""Messages: every mail, from the moment it is owed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.models.base import Base
from shared.database.base import ID_LENGTH, UtcDateTime, VendorScoped

_WAITING = text("due_at IS NOT NULL")
_NONE_YET = text("'[]'")


class Message(VendorScoped, Base):
    """One mail to one address.

    `due_at` is when a worker may take it: the next attempt, or the end of the lease of the worker who holds it;
    null when nothing is left to do. `attempts` counts takings, and is the fence: who recorded under an older
    number is refused. What it says is in `facts`, or in `sealed` (wiped when done) where that is a secret.
    `subject`, `html` and `text` are the mail as it was last handed over, without its secrets.
    `headers` are those a reader sees, `deliveries` what became of each attempt, as objects of `attempt`, `at`, `answer`
    and `detail`. `repeats` is the message that staff sent again as this one.
    `about` and `about_revision` name the thing it tells of, so that an older fact never follows a newer one.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("vendor", "mode", "dedup_key"),
        Index("ix_messages_due", "urgent", "due_at", postgresql_where=_WAITING, sqlite_where=_WAITING),
        Index("ix_messages_list", "vendor", "mode", "id"),
        Index("ix_messages_customer", "vendor", "mode", "customer", "id"),
        Index("ix_messages_about", "vendor", "mode", "about"),
        Index("ix_messages_created_at", "created_at"),
        Index("ix_messages_repeats", "vendor", "mode", "repeats"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    urgent: Mapped[bool]
    customer: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    address: Mapped[str] = mapped_column(String(320))
    locale: Mapped[str] = mapped_column(String(35))
    dedup_key: Mapped[str] = mapped_column(String(100))
    about: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    about_revision: Mapped[int | None] = mapped_column(BigInteger)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    sealed: Mapped[str | None] = mapped_column(Text)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int]
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    message_id: Mapped[str | None] = mapped_column(String(200))
    subject: Mapped[str | None] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text, deferred=True, deferred_group="body")
    text: Mapped[str | None] = mapped_column(Text, deferred=True, deferred_group="body")
    headers: Mapped[dict[str, str] | None] = mapped_column(JSON, deferred=True, deferred_group="body")
    deliveries: Mapped[list[dict[str, Any]]] = mapped_column(JSON, server_default=_NONE_YET, default=list)
    repeats: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    last_error: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
