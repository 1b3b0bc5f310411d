"""Issued invoices and their lines. Triggers of the first migration keep both as they were issued."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.invoices.models.base import Base
from shared.database import CustomerScoped, UtcDateTime, VendorScoped
from shared.database.base import ID_LENGTH


class Invoice(CustomerScoped, Base):
    """Amounts in minor units of `currency`. `seller` and `buyer` are what they were called at issue.

    `taxes` is a list of `{"rate": basis points, "net": …, "tax": …}`. `line_count` says how many lines
    there are, so that the database can refuse one more.
    """

    __tablename__ = "invoices"
    __table_args__ = (
        UniqueConstraint("vendor", "mode", "payment"),
        UniqueConstraint("vendor", "mode", "series", "sequence"),
        CheckConstraint("net + tax = total", name="adds_up"),
        CheckConstraint("status IN ('paid', 'open', 'void', 'uncollectible')", name="status"),
        CheckConstraint("sequence > 0", name="sequence"),
        Index(None, "vendor", "mode", "id"),
        Index(None, "vendor", "mode", "customer", "id"),
        Index(None, "vendor", "mode", "subscription", "id"),
        Index(None, "vendor", "mode", "number"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    series: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("series.id"))
    sequence: Mapped[int]
    number: Mapped[str] = mapped_column(String(40))
    order_number: Mapped[str] = mapped_column(String(40))
    payment: Mapped[str] = mapped_column(String(ID_LENGTH))
    subscription: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    status: Mapped[str] = mapped_column(String(16))
    currency: Mapped[str] = mapped_column(String(3))
    net: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    taxes: Mapped[list[dict[str, int]]] = mapped_column(JSON)
    tax_behavior: Mapped[str] = mapped_column(String(10))
    description: Mapped[str] = mapped_column(Text)
    line_count: Mapped[int]
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paid_at: Mapped[datetime] = mapped_column(UtcDateTime)
    historical: Mapped[bool]
    locale: Mapped[str] = mapped_column(String(35))
    seller: Mapped[dict[str, Any]] = mapped_column(JSON)
    buyer: Mapped[dict[str, Any]] = mapped_column(JSON)
    method: Mapped[str | None] = mapped_column(Text)


class InvoiceLine(VendorScoped, Base):
    """One line, `position` from 1. `unit_amount` is null where the amount does not divide (imported history)."""

    __tablename__ = "invoice_lines"

    invoice: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("invoices.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    description: Mapped[str] = mapped_column(Text)
    quantity: Mapped[int] = mapped_column(BigInteger)
    unit_amount: Mapped[int | None] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
    tax_rate: Mapped[int]
    period_start: Mapped[datetime | None] = mapped_column(UtcDateTime)
    period_end: Mapped[datetime | None] = mapped_column(UtcDateTime)
