"""Webhooks: where a vendor's own programs hear of events, and each event on its way there."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.models.base import Base
from shared.database.base import ID_LENGTH, UtcDateTime, VendorScoped

_DUE = text("due_at IS NOT NULL")


class WebhookEndpoint(VendorScoped, Base):
    """An address of the vendor's. `events` are types of the catalog, or `*` for all there are and will be.

    `sealed` holds the secret it signs with; until `before_until` the one before, `sealed_before`, signs too. `contact`
    is mailed when it is switched off. `failing_since` is the first failure after the last delivery.
    """

    __tablename__ = "webhook_endpoints"
    __table_args__ = (Index("ix_webhook_endpoints_list", "vendor", "mode", "id"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    url: Mapped[str] = mapped_column(String(2048))
    description: Mapped[str | None] = mapped_column(String(200))
    events: Mapped[list[str]] = mapped_column(JSON)
    contact: Mapped[str | None] = mapped_column(String(320))
    sealed: Mapped[str] = mapped_column(Text)
    sealed_before: Mapped[str | None] = mapped_column(Text)
    before_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_on: Mapped[bool]
    off_reason: Mapped[str | None] = mapped_column(String(10))
    off_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WebhookDelivery(VendorScoped, Base):
    """One event to one endpoint, however often it is tried; without an `event` it is a test.

    `due_at` is when a worker may take it: the next attempt, or the end of the lease of the worker who holds it; null
    when nothing is left to do. `attempts` counts takings, and is the fence: who recorded under an older number is
    refused. `tries` counts those since it was last sent anew. `status`, `fault` and `milliseconds` are of the last
    attempt, `answers` what became of each, as objects of `attempt`, `at`, `status`, `fault`, `milliseconds` and
    `answer`. `customer` is whom the event is about: erasing them clears the answers.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("endpoint", "event"),
        Index("ix_webhook_deliveries_due", "due_at", postgresql_where=_DUE, sqlite_where=_DUE),
        Index("ix_webhook_deliveries_list", "vendor", "mode", "id"),
        Index("ix_webhook_deliveries_endpoint", "endpoint", "id"),
        Index("ix_webhook_deliveries_state", "vendor", "mode", "state", "id"),
        Index("ix_webhook_deliveries_customer", "customer"),
        Index("ix_webhook_deliveries_created_at", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    endpoint: Mapped[str] = mapped_column(ForeignKey("webhook_endpoints.id", ondelete="CASCADE"))
    event: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    type: Mapped[str] = mapped_column(String(60))
    customer: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    state: Mapped[str] = mapped_column(String(10))
    tries: Mapped[int]
    attempts: Mapped[int]
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[int | None]
    fault: Mapped[str | None] = mapped_column(String(12))
    milliseconds: Mapped[int | None]
    answers: Mapped[list[dict[str, Any]]] = mapped_column(JSON, deferred=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
