"""What other services said: vendors (auth) and invoices (invoices)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from services.portal.models.base import Base, Currency, Id, owned, refers
from shared.database import CustomerScoped, UtcDateTime


class Vendor(Base):
    """A vendor, in both modes alike."""

    __tablename__ = "vendors"
    __table_args__ = (Index("ix_vendors_slug", "slug"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(String(63))
    display_name: Mapped[str] = mapped_column(String(200))
    profile: Mapped[dict[str, Any]] = mapped_column(JSON)
    default_locale: Mapped[str] = mapped_column(String(80))
    revision: Mapped[int] = mapped_column(Integer)


class Invoice(CustomerScoped, Base):
    """An issued invoice, as far as a list of them shows it."""

    __tablename__ = "invoices"
    __table_args__ = (
        owned(),
        refers("customer", "customers"),
        refers("payment", "payments"),
        Index("ix_invoices_vendor_mode_customer_dated_at", "vendor", "mode", "customer", "dated_at", "id"),
        Index("ix_invoices_vendor_mode_payment", "vendor", "mode", "payment"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    subscription: Mapped[str | None] = mapped_column(Id)
    payment: Mapped[str | None] = mapped_column(Id)
    number: Mapped[str] = mapped_column(String(40))
    order_number: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(20))
    currency: Mapped[str] = mapped_column(Currency)
    net: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    description: Mapped[str] = mapped_column(String(500))
    dated_at: Mapped[datetime] = mapped_column(UtcDateTime)  # of the payment; of the issue where none was made yet
    historical: Mapped[bool]
