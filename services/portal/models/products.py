"""What is sold: campaigns hold products, products have plans."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.portal.models.base import Base, Currency, FromSource, Id, from_source, owned, refers
from shared.database import CustomerScoped, UtcDateTime, VendorScoped


class Campaign(VendorScoped, Base):
    """A group of products that a portal may be limited to."""

    __tablename__ = "campaigns"
    __table_args__ = (owned(),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)


class Product(VendorScoped, FromSource, Base):
    """Something a customer can buy. `tax_rate` in basis points; `cancel` inherit, allow, needs_approval or deny.

    `policies` says the same of other actions: `{"pause": {"setting": "deny", "message": …}}`. `access_links` are
    `{"label", "url"}`; `refund_window_days` null leaves it to the portal.
    """

    __tablename__ = "products"
    __table_args__ = (
        owned(),
        refers("campaign", "campaigns"),
        CheckConstraint("tax_rate BETWEEN 0 AND 10000", name="tax_rate"),
        CheckConstraint("cancel IN ('inherit', 'allow', 'needs_approval', 'deny')", name="cancel"),
        CheckConstraint("tax_behavior IN ('inclusive', 'exclusive')", name="tax_behavior"),
        Index("ix_products_vendor_mode_campaign", "vendor", "mode", "campaign"),
        from_source("products"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    campaign: Mapped[str | None] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    tax_rate: Mapped[int] = mapped_column(Integer)
    tax_behavior: Mapped[str] = mapped_column(String(9))
    unit_label: Mapped[str | None] = mapped_column(String(80))
    unit_label_plural: Mapped[str | None] = mapped_column(String(80))
    show_in_portal: Mapped[bool]
    adjustable_quantity: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    access_links: Mapped[list[Any]] = mapped_column(JSON)
    refund_window_days: Mapped[int | None] = mapped_column(Integer)
    policies: Mapped[dict[str, Any]] = mapped_column(JSON)
    cancel: Mapped[str] = mapped_column(String(14))
    cancel_timing: Mapped[str | None] = mapped_column(String(20))
    cancel_message: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)


class Plan(VendorScoped, FromSource, Base):
    """A price of a product: `unit_amount` minor units of `currency` every `interval_count` intervals.

    `features` is what it includes, in the vendor's words (`rules/products/benefits.py`); `usage` are the meters that it
    shows, and how much of each a period includes (null: without limit): `{"meter", "included"}`.
    """

    __tablename__ = "plans"
    __table_args__ = (
        owned(),
        refers("product", "products"),
        refers("plan_group", "plan_groups"),
        CheckConstraint("unit_amount >= 0", name="unit_amount"),
        CheckConstraint("trial_days >= 0", name="trial_days"),
        CheckConstraint("interval_count >= 1", name="interval_count"),
        CheckConstraint("\"interval\" IN ('day', 'week', 'month', 'year')", name="interval"),
        CheckConstraint("cancel IN ('inherit', 'allow', 'needs_approval', 'deny')", name="cancel"),
        Index("ix_plans_vendor_mode_product", "vendor", "mode", "product"),
        Index("ix_plans_vendor_mode_name", "vendor", "mode", "name"),
        from_source("plans"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    product: Mapped[str] = mapped_column(Id)
    plan_group: Mapped[str | None] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(200))
    currency: Mapped[str] = mapped_column(Currency)
    unit_amount: Mapped[int] = mapped_column(BigInteger)
    interval: Mapped[str] = mapped_column(String(5))
    interval_count: Mapped[int] = mapped_column(Integer)
    trial_days: Mapped[int] = mapped_column(Integer)
    features: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    usage: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    refund_window_days: Mapped[int | None] = mapped_column(Integer)
    policies: Mapped[dict[str, Any]] = mapped_column(JSON)
    cancel: Mapped[str] = mapped_column(String(14))
    cancel_timing: Mapped[str | None] = mapped_column(String(20))
    cancel_message: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)


class Addon(VendorScoped, Base):
    """What subscribers may have besides a plan of the product: `unit_amount` minor units for one, as often as the plan.

    `plans` empty: any plan of the product with this currency and interval. Those who have it keep what they agreed to.
    """

    __tablename__ = "addons"
    __table_args__ = (
        owned(),
        refers("product", "products"),
        CheckConstraint("unit_amount >= 0", name="unit_amount"),
        CheckConstraint("interval_count >= 1", name="interval_count"),
        CheckConstraint("\"interval\" IN ('day', 'week', 'month', 'year')", name="interval"),
        CheckConstraint("minimum >= 1 AND minimum <= maximum", name="quantity"),
        Index("ix_addons_vendor_mode_product", "vendor", "mode", "product"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    product: Mapped[str] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    unit_label: Mapped[str | None] = mapped_column(String(80))
    currency: Mapped[str] = mapped_column(Currency)
    unit_amount: Mapped[int] = mapped_column(BigInteger)
    interval: Mapped[str] = mapped_column(String(5))
    interval_count: Mapped[int] = mapped_column(Integer)
    plans: Mapped[list[Any]] = mapped_column(JSON)
    minimum: Mapped[int] = mapped_column(Integer)
    maximum: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)


class PlanGroup(VendorScoped, Base):
    """Plans that subscribers may move among. `switches` is a table of exceptions, from plan to plan:
    `{"from", "to", "decision", "timing", "minimum", "maximum"}`; null stands for any plan or "as the portal says"."""

    __tablename__ = "plan_groups"
    __table_args__ = (owned(),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    switches: Mapped[list[Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)


class Coupon(VendorScoped, FromSource, Base):
    """A discount: `percent_off` in basis points or `amount_off` in minor units of `currency`, of which one is null.

    `duration` once, repeating (`periods` of them) or forever. `plans` empty: all plans. `redeemed` counts uses.
    """

    __tablename__ = "coupons"
    __table_args__ = (
        owned(),
        UniqueConstraint("vendor", "mode", "code"),
        from_source("coupons"),
        CheckConstraint("(percent_off IS NULL) <> (amount_off IS NULL)", name="one_kind"),
        CheckConstraint("percent_off IS NULL OR percent_off BETWEEN 1 AND 10000", name="percent_off"),
        CheckConstraint("amount_off IS NULL OR amount_off > 0", name="amount_off"),
        CheckConstraint("duration IN ('once', 'repeating', 'forever')", name="duration"),
        CheckConstraint("max_redemptions IS NULL OR redeemed <= max_redemptions", name="redeemed"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40))  # in capitals
    name: Mapped[str] = mapped_column(String(200))
    percent_off: Mapped[int | None] = mapped_column(Integer)
    amount_off: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(Currency)
    duration: Mapped[str] = mapped_column(String(10))
    periods: Mapped[int | None] = mapped_column(Integer)
    plans: Mapped[list[Any]] = mapped_column(JSON)
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    max_redemptions: Mapped[int | None] = mapped_column(Integer)
    redeemed: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)


class Redemption(CustomerScoped, Base):
    """A coupon used by a customer: once each, which the database itself sees to (PC-10)."""

    __tablename__ = "coupon_redemptions"
    __table_args__ = (
        owned(),
        refers("customer", "customers"),
        refers("coupon", "coupons"),
        refers("subscription", "subscriptions"),
        UniqueConstraint("vendor", "mode", "coupon", "customer"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    coupon: Mapped[str] = mapped_column(Id)
    subscription: Mapped[str] = mapped_column(Id)
    redeemed_at: Mapped[datetime] = mapped_column(UtcDateTime)
