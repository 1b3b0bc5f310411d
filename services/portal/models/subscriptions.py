"""What runs, and at which terms."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Enum,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria

from services.portal.models.base import Base, Currency, FromSource, Id, from_source, owned, refers
from services.portal.rules.subscriptions.lifecycle import Status
from shared.database import CustomerScoped, UtcDateTime
from shared.database.narrowing import narrowed

_DUE = text("due_at IS NOT NULL")
_LEFT = text("canceled_at IS NOT NULL")
WITH_DELETED: Final = "with_deleted"
"""Execution option of the few statements that see deleted subscriptions too."""


class Subscription(CustomerScoped, FromSource, Base):
    """A customer's plan. Price, interval and tax are those it was agreed at, whatever became of the plan.

    `due_at` is the next moment at which the clock has something to do (`rules.subscriptions.due`). `collection`:
    `automatic` ones are charged by the engine, `external` ones by the vendor, who records the payments.
    `canceled_from` is the state that undoing a cancel restores. `scheduled_change` (plan, quantity, unit_amount and
    terms) takes effect at the end of the period; `pending_lines` are charged with the next renewal, with a change that
    is charged at once, or with a last bill. `addons` are those agreed to (`rules/subscriptions/addons.py`), and
    `addons_amount` what they come to each period to come. `discount` holds coupon, code, percent_off or amount_off,
    currency, and `periods_left` (null: for ever). A row with `deleted_at` is no subscription any more: it is kept for
    what its payments refer to, and no query sees it (`_hide_deleted`).

    `source` is who bills it: `native`, the engine here, or another one (`rules/sources/support.py`), of which this row
    is a copy: `source_state` has the `item` it is changed by there, and how many `items` it has.
    """

    __tablename__ = "subscriptions"
    __table_args__ = (
        owned(),
        refers("customer", "customers"),
        refers("plan", "plans"),
        refers("product", "products"),
        UniqueConstraint("vendor", "mode", "source_key"),
        from_source("subscriptions"),
        refers("payment_method", "payment_methods"),
        refers("coupon", "coupons"),
        refers("resubscribed_from", "subscriptions"),
        CheckConstraint("status IN ('trialing', 'active', 'past_due', 'paused', 'canceled', 'ended')", name="status"),
        CheckConstraint("collection IN ('automatic', 'external')", name="collection"),
        CheckConstraint("quantity >= 1", name="quantity"),
        CheckConstraint("unit_amount >= 0", name="unit_amount"),
        CheckConstraint("interval_count >= 1", name="interval_count"),
        CheckConstraint("status <> 'canceled' OR ends_at IS NOT NULL", name="canceled_has_end"),
        CheckConstraint("status <> 'ended' OR ended_at IS NOT NULL", name="ended_has_moment"),
        Index("ix_subscriptions_vendor_mode_customer", "vendor", "mode", "customer"),
        Index("ix_subscriptions_vendor_mode_status", "vendor", "mode", "status"),
        Index("ix_subscriptions_vendor_mode_plan", "vendor", "mode", "plan", "status"),
        Index("ix_subscriptions_vendor_mode_order_number", "vendor", "mode", "order_number"),
        Index(
            "ix_subscriptions_vendor_mode_canceled_at",
            "vendor",
            "mode",
            "canceled_at",
            postgresql_where=_LEFT,
            sqlite_where=_LEFT,
        ),
        Index("ix_subscriptions_due_at", "due_at", postgresql_where=_DUE, sqlite_where=_DUE),
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
    canceled_from: Mapped[str | None] = mapped_column(String(10))
    collection: Mapped[str] = mapped_column(String(9))
    payment_method: Mapped[str | None] = mapped_column(Id)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trial_end: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trial_notice_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pauses_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resumes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resume_notice_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    scheduled_change: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    pending_lines: Mapped[list[Any]] = mapped_column(JSON)
    addons: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    addons_amount: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    coupon: Mapped[str | None] = mapped_column(Id)
    discount: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    resubscribed_from: Mapped[str | None] = mapped_column(Id)
    license_key: Mapped[str | None] = mapped_column(String(200))
    switches: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    policies: Mapped[dict[str, Any]] = mapped_column(JSON)
    offered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel: Mapped[str] = mapped_column(String(14))
    cancel_timing: Mapped[str | None] = mapped_column(String(20))
    cancel_message: Mapped[str | None] = mapped_column(Text)
    po_number: Mapped[str | None] = mapped_column(String(100))
    source_key: Mapped[str | None] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(10), server_default="native", default="native")
    source_state: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)


_LIVING: Final = with_loader_criteria(Subscription, Subscription.deleted_at.is_(None), include_aliases=True)


@event.listens_for(Session, "do_orm_execute")
def _hide_deleted(state: ORMExecuteState) -> None:
    """Here, once, because each list, page, job and rule would have to remember it."""
    if state.is_column_load or state.is_relationship_load or state.execution_options.get(WITH_DELETED):
        return
    state.statement = narrowed(state.statement, _LIVING)
