"""What customers use of what they bought: meters say what is counted, records what was reported. Nothing is charged."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.portal.models.base import Base, Id, owned, refers
from shared.database import CustomerScoped, UtcDateTime, VendorScoped


class Meter(VendorScoped, Base):
    """Something that is counted. `aggregation` says what becomes of a period's records: sum, max or last."""

    __tablename__ = "meters"
    __table_args__ = (owned(), CheckConstraint("aggregation IN ('sum', 'max', 'last')", name="aggregation"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    unit_label: Mapped[str | None] = mapped_column(String(40))
    aggregation: Mapped[str] = mapped_column(String(4))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)


class UsageRecord(CustomerScoped, Base):
    """So much was used at a moment. `identifier` is the vendor's own name for it: reported twice, it counts once."""

    __tablename__ = "usage_records"
    __table_args__ = (
        owned(),
        refers("customer", "customers"),
        refers("subscription", "subscriptions"),
        refers("meter", "meters"),
        UniqueConstraint("vendor", "mode", "meter", "identifier"),
        Index("ix_usage_records_counted", "subscription", "meter", "at", "id", "quantity"),
        Index("ix_usage_records_vendor_mode_customer", "vendor", "mode", "customer"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    subscription: Mapped[str] = mapped_column(Id)
    meter: Mapped[str] = mapped_column(Id)
    quantity: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    identifier: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
