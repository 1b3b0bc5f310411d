"""What was done, by whom; what was brought in from files."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from services.portal.models.base import Base, Id, owned
from shared.database import UtcDateTime, VendorScoped


class Entry(VendorScoped, Base):
    """One line of the action log. The database refuses to change or delete it."""

    __tablename__ = "action_log"
    __table_args__ = (owned(), Index("ix_action_log_vendor_mode_object", "vendor", "mode", "object"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(80))
    object: Mapped[str] = mapped_column(Id)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    request_id: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Import(VendorScoped, Base):
    """One file that was brought in: what it held, what became of it."""

    __tablename__ = "imports"
    __table_args__ = (owned(),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(200))
    all_or_nothing: Mapped[bool]
    status: Mapped[str] = mapped_column(String(30))
    rows: Mapped[int] = mapped_column(Integer)
    added: Mapped[int] = mapped_column(Integer)
    customers_added: Mapped[int] = mapped_column(Integer)
    unchanged: Mapped[int] = mapped_column(Integer)
    refused: Mapped[int] = mapped_column(Integer)
    errors: Mapped[list[Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
