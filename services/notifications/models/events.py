"""What happened, as it was published, for a while."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.models.base import Base
from shared.database.base import ID_LENGTH, UtcDateTime, VendorScoped


class KeptEvent(VendorScoped, Base):
    """One event of the catalog. `type` is its name, `data` its fields as they traveled.

    `customer` is whom it is about, where that is one: then erasing them clears `data`. Of several, `data` holds
    nothing of a person.
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_type", "vendor", "mode", "type", "id"),
        Index("ix_events_customer", "customer", "id"),
        Index("ix_events_list", "vendor", "mode", "id"),
        Index("ix_events_actor", "vendor", "mode", "actor_kind", "id"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    type: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    customer: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[str] = mapped_column(String(80))
    request_id: Mapped[str] = mapped_column(String(80))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
