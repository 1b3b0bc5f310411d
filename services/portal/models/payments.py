"""Money: what is owed and was paid, how it was tried, what went back, and what is owed to the customer."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.portal.models.base import SOURCE_ID_LENGTH, Base, Currency, Id, from_source, owned, refers
from shared.database import CustomerScoped, UtcDateTime

_OPEN = text("status IN ('pending', 'open', 'action_required', 'unknown')")
_RETRIED = text("retry_at IS NOT NULL")
_UNSETTLED = text("settle_at IS NOT NULL")
_DETACHED = text("detach_at IS NOT NULL")
_DEFAULT = text("is_default AND removed_at IS NULL")


class Payment(CustomerScoped, Base):
    """What for (`lines`), how much (minor units), when. `source_key` is unique, so no file is recorded twice.

    `pending`: being tried; `open`: declined, owed and tried again at `retry_at`; `action_required`: waits for the
    customer at their bank; `unknown`: the processor has not answered; `voided`: no longer owed. `succeeded` ones have
    `paid_at`. One of a `kind` for each period of a subscription (IN-05). `refunded` counts refunds that are under way.
    `after` is what the action waiting for this money does once it is there (`change`, `resume`, `resubscribe`), and
    later `given_back`: what of it was credited or taken off another plan, so is not refundable any more.
    `credited` is what was taken off: `{"credit", "amount"}`, in minor units; null once it was given back.
    """

    __tablename__ = "payments"
    __table_args__ = (
        owned(),
        refers("customer", "customers"),
        refers("subscription", "subscriptions"),
        refers("product", "products"),
        refers("payment_method", "payment_methods"),
        UniqueConstraint("vendor", "mode", "source_key"),
        UniqueConstraint("vendor", "mode", "order_number"),
        from_source("payments"),
        UniqueConstraint("vendor", "mode", "subscription", "period_start", "period_end", "kind"),
        CheckConstraint("net + tax = total", name="adds_up"),
        CheckConstraint("total >= 0", name="total"),
        CheckConstraint("refunded BETWEEN 0 AND total", name="refunded"),
        CheckConstraint(
            "status IN ('pending', 'succeeded', 'open', 'action_required', 'unknown', 'voided')", name="status"
        ),
        CheckConstraint("status <> 'succeeded' OR paid_at IS NOT NULL", name="paid_has_moment"),
        Index("ix_payments_vendor_mode_customer_paid_at", "vendor", "mode", "customer", "paid_at"),
        Index("ix_payments_vendor_mode_subscription", "vendor", "mode", "subscription"),
        Index("ix_payments_open", "vendor", "mode", "customer", postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index("ix_payments_retry_at", "retry_at", postgresql_where=_RETRIED, sqlite_where=_RETRIED),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    subscription: Mapped[str | None] = mapped_column(Id)
    product: Mapped[str | None] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(10))  # recorded, start, renewal, change, resume, final, top_up
    period_start: Mapped[datetime | None] = mapped_column(UtcDateTime)
    period_end: Mapped[datetime | None] = mapped_column(UtcDateTime)
    description: Mapped[str] = mapped_column(String(500))
    lines: Mapped[list[Any]] = mapped_column(JSON)
    currency: Mapped[str] = mapped_column(Currency)
    tax_behavior: Mapped[str] = mapped_column(String(9))
    net: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    refunded: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(String(20))
    order_number: Mapped[str] = mapped_column(String(10))
    method: Mapped[str | None] = mapped_column(String(200))
    payment_method: Mapped[str | None] = mapped_column(Id)
    decline_code: Mapped[str | None] = mapped_column(String(40))
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer)
    retry_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    action_url: Mapped[str | None] = mapped_column(Text)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    credited: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    historical: Mapped[bool]
    license_key: Mapped[str | None] = mapped_column(String(200))
    source_key: Mapped[str | None] = mapped_column(String(64))
    source_id: Mapped[str | None] = mapped_column(String(SOURCE_ID_LENGTH))  # of the invoice at the billing source
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Attempt(CustomerScoped, Base):
    """One call of the processor, recorded before it is made. `key` is the processor's idempotency key, for ever.

    `settle_at` is when somebody else takes over an attempt that has no outcome yet; null once it has one.
    """

    __tablename__ = "payment_attempts"
    __table_args__ = (
        owned(),
        refers("customer", "customers"),
        refers("payment", "payments"),
        refers("payment_method", "payment_methods"),
        UniqueConstraint("key"),
        UniqueConstraint("payment", "number"),
        CheckConstraint("status IN ('pending', 'succeeded', 'declined', 'action_required', 'unknown')", name="status"),
        Index("ix_payment_attempts_settle_at", "settle_at", postgresql_where=_UNSETTLED, sqlite_where=_UNSETTLED),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    payment: Mapped[str] = mapped_column(Id)
    payment_method: Mapped[str] = mapped_column(Id)
    number: Mapped[int] = mapped_column(Integer)
    key: Mapped[str] = mapped_column(String(80))
    off_session: Mapped[bool]
    status: Mapped[str] = mapped_column(String(20))
    processor_ref: Mapped[str | None] = mapped_column(String(200))
    decline_code: Mapped[str | None] = mapped_column(String(40))
    settle_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PaymentMethod(CustomerScoped, Base):
    """A card kept at the processor: its `token` there, and what a customer knows it by. Never a number.

    `detach_at`: the processor is to forget it, from then on; null once it has, or while it may keep it.
    """

    __tablename__ = "payment_methods"
    __table_args__ = (
        owned(),
        refers("customer", "customers"),
        UniqueConstraint("processor", "token"),
        CheckConstraint("exp_month BETWEEN 1 AND 12", name="exp_month"),
        Index("ix_payment_methods_vendor_mode_customer", "vendor", "mode", "customer"),
        Index(
            "ix_payment_methods_default",
            "vendor",
            "mode",
            "customer",
            unique=True,
            postgresql_where=_DEFAULT,
            sqlite_where=_DEFAULT,
        ),
        Index("ix_payment_methods_detach_at", "detach_at", postgresql_where=_DETACHED, sqlite_where=_DETACHED),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    processor: Mapped[str] = mapped_column(String(10))
    token: Mapped[str] = mapped_column(String(80))
    brand: Mapped[str] = mapped_column(String(20))
    last4: Mapped[str] = mapped_column(String(4))
    exp_month: Mapped[int] = mapped_column(Integer)
    exp_year: Mapped[int] = mapped_column(Integer)
    is_default: Mapped[bool]
    position: Mapped[int] = mapped_column(Integer)
    noticed_days: Mapped[int | None] = mapped_column(Integer)  # the last warning: so many days before the last day
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    detach_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)


class Refund(CustomerScoped, Base):
    """Money that goes back, recorded before the processor is called; `key` is the processor's idempotency key."""

    __tablename__ = "refunds"
    __table_args__ = (
        owned(),
        refers("customer", "customers"),
        refers("payment", "payments"),
        refers("ticket", "tickets"),
        UniqueConstraint("key"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(
            "status IN ('requested', 'pending', 'succeeded', 'failed', 'denied', 'unknown')", name="status"
        ),
        Index("ix_refunds_vendor_mode_payment", "vendor", "mode", "payment"),
        Index("ix_refunds_settle_at", "settle_at", postgresql_where=_UNSETTLED, sqlite_where=_UNSETTLED),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    payment: Mapped[str] = mapped_column(Id)
    ticket: Mapped[str | None] = mapped_column(Id)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Currency)
    reason: Mapped[str | None] = mapped_column(String(40))
    comment: Mapped[str | None] = mapped_column(Text)
    cause: Mapped[str] = mapped_column(String(20))  # asked, unused_time
    status: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(80))
    processor_ref: Mapped[str | None] = mapped_column(String(200))
    settle_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)


class Credit(CustomerScoped, Base):
    """What a customer has to their credit: `remaining` of `amount` (both positive, minor units, as in a line) is taken
    off the next charges in that currency.

    `source`: `unused` time that was given back, at the tax rate it was charged at; `granted` by the vendor, which
    is taken off as a discount at the rate of what it is taken off, so it has neither rate nor way of showing tax;
    `topped_up` by the customer with `payment`. `withdrawn` is what the vendor took back of a grant, or what of a
    top-up went back as money, the last time at `withdrawn_at`.
    """

    __tablename__ = "credits"
    __table_args__ = (
        owned(),
        refers("customer", "customers"),
        refers("subscription", "subscriptions"),
        refers("payment", "payments"),
        UniqueConstraint("payment"),
        CheckConstraint("remaining BETWEEN 0 AND amount", name="remaining"),
        CheckConstraint("source IN ('unused', 'granted', 'topped_up')", name="source"),
        CheckConstraint("withdrawn >= 0 AND remaining + withdrawn <= amount", name="withdrawn"),
        Index("ix_credits_vendor_mode_customer", "vendor", "mode", "customer"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(10), server_default="unused", default="unused")
    subscription: Mapped[str | None] = mapped_column(Id)
    payment: Mapped[str | None] = mapped_column(Id)
    description: Mapped[str] = mapped_column(String(500))
    currency: Mapped[str] = mapped_column(Currency)
    tax_rate: Mapped[int | None] = mapped_column(Integer)
    tax_behavior: Mapped[str | None] = mapped_column(String(9))
    amount: Mapped[int] = mapped_column(BigInteger)
    remaining: Mapped[int] = mapped_column(BigInteger)
    withdrawn: Mapped[int] = mapped_column(BigInteger, server_default="0", default=0)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
