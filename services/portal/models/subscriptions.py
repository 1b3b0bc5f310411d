"""What runs, and at which terms."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Enum, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.portal.models.base import Base, Currency, Id, owned, refers
from services.portal.rules.subscriptions.lifecycle import Status
from shared.database import CustomerScoped, UtcDateTime

_DUE = text("status = 'canceled'")


class Subscription(CustomerScoped, Base):
    """A customer's plan. Price, interval and tax are those it was agreed at, whatever became of the plan."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        owned(),
        refers("customer", "customers"),
        refers("plan", "plans"),
        refers("product", "products"),
        UniqueConstraint("vendor", "mode", "source_key"),
        CheckConstraint("status IN ('active', 'canceled', 'ended')", name="status"),
        CheckConstraint("quantity >= 1", name="quantity"),
        CheckConstraint("unit_amount >= 0", name="unit_amount"),
        CheckConstraint("interval_count >= 1", name="interval_count"),
        CheckConstraint("status <> 'canceled' OR ends_at IS NOT NULL", name="canceled_has_end"),
        CheckConstraint("status <> 'ended' OR ended_at IS NOT NULL", name="ended_has_moment"),
        Index("ix_subscriptions_vendor_mode_customer", "vendor", "mode", "customer"),
        Index("ix_subscriptions_vendor_mode_status", "vendor", "mode", "status"),
        Index("ix_subscriptions_ends_at", "ends_at", postgresql_where=_DUE, sqlite_where=_DUE),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    plan: Mapped[str] = mapped_column(Id)
    product: Mapped[str] = mapped_column(Id)
    order_number: Mapped[str] = mapped_column(String(10))
    status: Mapped[Status] = mapped_column(
        Enum(Status, native_enum=False, length=10, values_callable=lambda kind: [each.value for each in kind])
    )
    quantity: Mapped[int] = mapped_column(Integer)
    unit_amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Currency)
    interval: Mapped[str] = mapped_column(String(5))
    interval_count: Mapped[int] = mapped_column(Integer)
    tax_rate: Mapped[int] = mapped_column(Integer)
    tax_behavior: Mapped[str] = mapped_column(String(9))
    anchor: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    current_period_start: Mapped[datetime] = mapped_column(UtcDateTime)
    current_period_end: Mapped[datetime] = mapped_column(UtcDateTime)
    canceled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancellation_feedback: Mapped[str | None] = mapped_column(String(40))
    cancellation_comment: Mapped[str | None] = mapped_column(Text)
    cancel: Mapped[str] = mapped_column(String(14))
    cancel_message: Mapped[str | None] = mapped_column(Text)
    source_key: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)
