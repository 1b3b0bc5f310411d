"""Who bought."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, synonym

from services.portal.models.base import Base, Id, owned
from shared.database import CustomerScoped, UtcDateTime


class Customer(CustomerScoped, Base):
    """A customer. `email` as it was given, `email_key` as it is found; `reference` is the vendor's own id."""

    __tablename__ = "customers"
    __table_args__ = (
        owned(),
        UniqueConstraint("vendor", "mode", "reference"),
        Index("ix_customers_vendor_mode_email_key", "vendor", "mode", "email_key"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    customer = synonym("id")
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320))
    display_name: Mapped[str | None] = mapped_column(String(200))
    company: Mapped[str | None] = mapped_column(String(200))
    reference: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[list[Any]] = mapped_column(JSON)
    country: Mapped[str | None] = mapped_column(String(2))
    tax_id: Mapped[str | None] = mapped_column(String(80))
    phone: Mapped[str | None] = mapped_column(String(80))
    locale: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)
