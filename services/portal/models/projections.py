"""What other services said: vendors (auth), invoices and credit notes (invoices)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from services.portal.models.base import Base, Currency, Id, owned, refers
from shared.database import CustomerScoped, UtcDateTime


class Vendor(Base):
    """A vendor, in both modes alike. `standing` is active, suspended or closed, as told with `standing_revision`;
    `entitlements` what is withheld, why, and whom to ask, null for nothing, as told with `entitlements_revision`."""

    __tablename__ = "vendors"
    __table_args__ = (Index("ix_vendors_slug", "slug"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(String(63))
    display_name: Mapped[str] = mapped_column(String(200))
    profile: Mapped[dict[str, Any]] = mapped_column(JSON)
    default_locale: Mapped[str] = mapped_column(String(80))
    standing: Mapped[str] = mapped_column(String(10), server_default="active", default="active")
    standing_revision: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    entitlements: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    entitlements_revision: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    revision: Mapped[int] = mapped_column(Integer)


class Delegate(CustomerScoped, Base):
    """One of a customer's own people, by the name that a record of what they did shows. Kept once access ended."""

    __tablename__ = "delegates"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(320))


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


class CreditNote(CustomerScoped, Base):
    """An issued credit note, as far as it is shown beside its invoice. Positive amounts."""

    __tablename__ = "credit_notes"
    __table_args__ = (
        owned(),
        refers("customer", "customers"),
        Index("ix_credit_notes_vendor_mode_invoice", "vendor", "mode", "invoice"),
        Index("ix_credit_notes_vendor_mode_refund", "vendor", "mode", "refund"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    invoice: Mapped[str] = mapped_column(Id)
    payment: Mapped[str] = mapped_column(Id)
    refund: Mapped[str] = mapped_column(Id)
    number: Mapped[str] = mapped_column(String(40))
    currency: Mapped[str] = mapped_column(Currency)
    net: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
