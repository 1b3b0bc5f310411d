"""Money that arrived."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.portal.models.base import Base, Currency, Id, owned, refers
from shared.database import CustomerScoped, UtcDateTime


class Payment(CustomerScoped, Base):
    """What for (`lines`), how much (minor units), when. `source_key` is unique, so no file is recorded twice."""

    __tablename__ = "payments"
    __table_args__ = (
        owned(),
        refers("customer", "customers"),
        refers("subscription", "subscriptions"),
        refers("product", "products"),
        UniqueConstraint("vendor", "mode", "source_key"),
        UniqueConstraint("vendor", "mode", "order_number"),
        CheckConstraint("net + tax = total", name="adds_up"),
        CheckConstraint("total >= 0", name="total"),
        CheckConstraint("status IN ('succeeded')", name="status"),
        Index("ix_payments_vendor_mode_customer_paid_at", "vendor", "mode", "customer", "paid_at"),
        Index("ix_payments_vendor_mode_subscription", "vendor", "mode", "subscription"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    subscription: Mapped[str | None] = mapped_column(Id)
    product: Mapped[str | None] = mapped_column(Id)
    description: Mapped[str] = mapped_column(String(500))
    lines: Mapped[list[Any]] = mapped_column(JSON)
    currency: Mapped[str] = mapped_column(Currency)
    tax_behavior: Mapped[str] = mapped_column(String(9))
    net: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(String(20))
    order_number: Mapped[str] = mapped_column(String(10))
    method: Mapped[str | None] = mapped_column(String(200))
    historical: Mapped[bool]
    source_key: Mapped[str | None] = mapped_column(String(64))
    paid_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
