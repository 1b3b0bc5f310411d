"""What is sold: campaigns hold products, products have plans."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.portal.models.base import Base, Currency, Id, owned, refers
from shared.database import UtcDateTime, VendorScoped


class Campaign(VendorScoped, Base):
    """A group of products that a portal may be limited to."""

    __tablename__ = "campaigns"
    __table_args__ = (owned(),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)


class Product(VendorScoped, Base):
    """Something a customer can buy. `tax_rate` in basis points; `cancel` inherit, allow or deny."""

    __tablename__ = "products"
    __table_args__ = (
        owned(),
        refers("campaign", "campaigns"),
        CheckConstraint("tax_rate BETWEEN 0 AND 10000", name="tax_rate"),
        CheckConstraint("cancel IN ('inherit', 'allow', 'deny')", name="cancel"),
        CheckConstraint("tax_behavior IN ('inclusive', 'exclusive')", name="tax_behavior"),
        Index("ix_products_vendor_mode_campaign", "vendor", "mode", "campaign"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    campaign: Mapped[str | None] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    tax_rate: Mapped[int] = mapped_column(Integer)
    tax_behavior: Mapped[str] = mapped_column(String(9))
    unit_label: Mapped[str | None] = mapped_column(String(80))
    show_in_portal: Mapped[bool]
    cancel: Mapped[str] = mapped_column(String(14))
    cancel_message: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)


class Plan(VendorScoped, Base):
    """A price of a product: `unit_amount` minor units of `currency` every `interval_count` intervals."""

    __tablename__ = "plans"
    __table_args__ = (
        owned(),
        refers("product", "products"),
        CheckConstraint("unit_amount >= 0", name="unit_amount"),
        CheckConstraint("interval_count >= 1", name="interval_count"),
        CheckConstraint("\"interval\" IN ('day', 'week', 'month', 'year')", name="interval"),
        CheckConstraint("cancel IN ('inherit', 'allow', 'deny')", name="cancel"),
        Index("ix_plans_vendor_mode_product", "vendor", "mode", "product"),
        Index("ix_plans_vendor_mode_name", "vendor", "mode", "name"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    product: Mapped[str] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(200))
    currency: Mapped[str] = mapped_column(Currency)
    unit_amount: Mapped[int] = mapped_column(BigInteger)
    interval: Mapped[str] = mapped_column(String(5))
    interval_count: Mapped[int] = mapped_column(Integer)
    cancel: Mapped[str] = mapped_column(String(14))
    cancel_message: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)
