"""Another billing source: how it is reached, what it was asked to do, what it told."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.portal.models.base import SOURCE_ID_LENGTH, Base, Id, owned, refers
from shared.database import CustomerScoped, UtcDateTime, VendorScoped

_UNSETTLED = text("settle_at IS NOT NULL")


class SourceConnection(VendorScoped, Base):
    """A vendor's way to its source in one mode. `sealed` holds the keys, encrypted; `reads` numbers the readings."""

    __tablename__ = "source_connections"
    __table_args__ = (UniqueConstraint("vendor", "mode"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(10))
    is_active: Mapped[bool]
    sealed: Mapped[str] = mapped_column(Text)
    reads: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)


class SourceCall(CustomerScoped, Base):
    """One thing that a source is to do to a subscription, recorded before it is asked. `key` is the idempotency key.

    `actor_kind`, `actor_id` and `request_id` are of whoever wanted it. `settle_at` is when somebody else takes over a
    call that has no outcome yet; null once it has one. `code` says why it was refused.
    """

    __tablename__ = "source_calls"
    __table_args__ = (
        owned(),
        refers("customer", "customers"),
        refers("subscription", "subscriptions"),
        UniqueConstraint("key"),
        CheckConstraint("status IN ('pending', 'succeeded', 'refused', 'unknown')", name="status"),
        Index("ix_source_calls_vendor_mode_subscription", "vendor", "mode", "subscription"),
        Index("ix_source_calls_settle_at", "settle_at", postgresql_where=_UNSETTLED, sqlite_where=_UNSETTLED),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    subscription: Mapped[str] = mapped_column(Id)
    action: Mapped[str] = mapped_column(String(20))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    key: Mapped[str] = mapped_column(String(80))
    status: Mapped[str] = mapped_column(String(10))
    code: Mapped[str | None] = mapped_column(String(40))
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[str] = mapped_column(String(80))
    request_id: Mapped[str] = mapped_column(String(80))
    attempts: Mapped[int] = mapped_column(Integer)
    settle_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SourceEvent(VendorScoped, Base):
    """Something a source told, by its id there, so that it is heard once."""

    __tablename__ = "source_events"
    __table_args__ = (
        UniqueConstraint("vendor", "mode", "source_id"),
        Index("ix_source_events_heard_at", "heard_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    source_id: Mapped[str] = mapped_column(String(SOURCE_ID_LENGTH))
    heard_at: Mapped[datetime] = mapped_column(UtcDateTime)
