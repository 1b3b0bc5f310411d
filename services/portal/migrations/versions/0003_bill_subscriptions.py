"""Change products, plans, subscriptions and payments so that the engine can bill.

Rows that are there were billed elsewhere: their subscriptions are `external`, their payments `recorded`. In one step,
adding and requiring alike, for no release has 0001 alone.

Going back loses what the old tables have no place for, as little as can be: a subscription that is trialing, past due
or paused becomes active; a payment that never succeeded is deleted (an invoice of it stays, without it); what needs
approval is denied, so that nobody gets without asking what they had to ask for. Nobody charges the automatic ones then.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.database.base import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.String(40)
_MOMENT = UtcDateTime()
_SCOPE = ["vendor", "mode"]
_OPEN = "status IN ('pending', 'open', 'action_required', 'unknown')"
_PAYMENT_PERIOD = "uq_payments_vendor_mode_subscription_period_start_period_end_kind"

_PRODUCTS = {
    "adjustable_quantity": sa.JSON(),
    "access_links": sa.JSON(),
    "refund_window_days": sa.Integer(),
    "policies": sa.JSON(),
    "cancel_timing": sa.String(20),
}
_PLANS = {
    "plan_group": _ID,
    "trial_days": sa.Integer(),
    "refund_window_days": sa.Integer(),
    "policies": sa.JSON(),
    "cancel_timing": sa.String(20),
}
_SUBSCRIPTIONS = {
    "canceled_from": sa.String(10),
    "collection": sa.String(9),
    "payment_method": _ID,
    "due_at": _MOMENT,
    "trial_end": _MOMENT,
    "trial_notice_at": _MOMENT,
    "pauses_at": _MOMENT,
    "paused_at": _MOMENT,
    "resumes_at": _MOMENT,
    "resume_notice_at": _MOMENT,
    "scheduled_change": sa.JSON(),
    "pending_lines": sa.JSON(),
    "coupon": _ID,
    "discount": sa.JSON(),
    "resubscribed_from": _ID,
    "license_key": sa.String(200),
    "switches": sa.JSON(),
    "policies": sa.JSON(),
    "offered_at": _MOMENT,
    "cancel_timing": sa.String(20),
}
_PAYMENTS = {
    "kind": sa.String(10),
    "period_start": _MOMENT,
    "period_end": _MOMENT,
    "refunded": sa.BigInteger(),
    "payment_method": _ID,
    "decline_code": sa.String(40),
    "failed_at": _MOMENT,
    "attempts": sa.Integer(),
    "retry_at": _MOMENT,
    "action_url": sa.Text(),
    "after": sa.JSON(),
    "credited": sa.JSON(),
    "license_key": sa.String(200),
}


def upgrade() -> None:
    _extend_products()
    _extend_plans()
    _extend_subscriptions()
    _extend_payments()


def downgrade() -> None:
    _reduce_payments()
    _reduce_subscriptions()
    _reduce_plans()
    _reduce_products()


def _extend_products() -> None:
    _add("products", _PRODUCTS)
    op.execute("UPDATE products SET access_links = '[]', policies = '{}'")
    with op.batch_alter_table("products") as batch:
        _require(batch, _PRODUCTS, "access_links", "policies")
        _replace_check(batch, "products", "cancel", "cancel IN ('inherit', 'allow', 'needs_approval', 'deny')")


def _reduce_products() -> None:
    op.execute("UPDATE products SET cancel = 'deny' WHERE cancel = 'needs_approval'")
    with op.batch_alter_table("products") as batch:
        _replace_check(batch, "products", "cancel", "cancel IN ('inherit', 'allow', 'deny')")
        _drop(batch, _PRODUCTS)


def _extend_plans() -> None:
    _add("plans", _PLANS)
    op.execute("UPDATE plans SET trial_days = 0, policies = '{}'")
    with op.batch_alter_table("plans") as batch:
        _require(batch, _PLANS, "trial_days", "policies")
        _replace_check(batch, "plans", "cancel", "cancel IN ('inherit', 'allow', 'needs_approval', 'deny')")
        batch.create_check_constraint(op.f("ck_plans_trial_days"), "trial_days >= 0")
        _refer(batch, "plans", "plan_group", "plan_groups")


def _reduce_plans() -> None:
    op.execute("UPDATE plans SET cancel = 'deny' WHERE cancel = 'needs_approval'")
    with op.batch_alter_table("plans") as batch:
        batch.drop_constraint(op.f("fk_plans_vendor_mode_plan_group"), type_="foreignkey")
        batch.drop_constraint(op.f("ck_plans_trial_days"), type_="check")
        _replace_check(batch, "plans", "cancel", "cancel IN ('inherit', 'allow', 'deny')")
        _drop(batch, _PLANS)


def _extend_subscriptions() -> None:
    op.drop_index("ix_subscriptions_ends_at", "subscriptions")
    _add("subscriptions", _SUBSCRIPTIONS)
    op.execute(
        "UPDATE subscriptions SET collection = 'external', pending_lines = '[]', policies = '{}',"
        " due_at = CASE status WHEN 'active' THEN current_period_end WHEN 'canceled' THEN ends_at END,"
        " canceled_from = CASE status WHEN 'canceled' THEN 'active' END"
    )
    states = "status IN ('trialing', 'active', 'past_due', 'paused', 'canceled', 'ended')"
    with op.batch_alter_table("subscriptions") as batch:
        _require(batch, _SUBSCRIPTIONS, "collection", "pending_lines", "policies")
        _replace_check(batch, "subscriptions", "status", states)
        batch.create_check_constraint(op.f("ck_subscriptions_collection"), "collection IN ('automatic', 'external')")
        _refer(batch, "subscriptions", "payment_method", "payment_methods")
        _refer(batch, "subscriptions", "coupon", "coupons")
        _refer(batch, "subscriptions", "resubscribed_from", "subscriptions")
    _index_where("subscriptions", "due_at", "due_at IS NOT NULL", "due_at")


def _reduce_subscriptions() -> None:
    op.drop_index("ix_subscriptions_due_at", "subscriptions")
    op.execute("UPDATE subscriptions SET status = 'active' WHERE status IN ('trialing', 'past_due', 'paused')")
    op.execute("UPDATE subscriptions SET cancel = 'deny' WHERE cancel = 'needs_approval'")
    with op.batch_alter_table("subscriptions") as batch:
        for column in ("payment_method", "coupon", "resubscribed_from"):
            batch.drop_constraint(op.f(f"fk_subscriptions_vendor_mode_{column}"), type_="foreignkey")
        batch.drop_constraint(op.f("ck_subscriptions_collection"), type_="check")
        _replace_check(batch, "subscriptions", "status", "status IN ('active', 'canceled', 'ended')")
        _drop(batch, _SUBSCRIPTIONS)
    _index_where("subscriptions", "ends_at", "status = 'canceled'", "ends_at")


def _extend_payments() -> None:
    _add("payments", _PAYMENTS)
    op.execute("UPDATE payments SET kind = 'recorded', refunded = 0, attempts = 0")
    states = "status IN ('pending', 'succeeded', 'open', 'action_required', 'unknown', 'voided')"
    with op.batch_alter_table("payments") as batch:
        _require(batch, _PAYMENTS, "kind", "refunded", "attempts")
        batch.alter_column("paid_at", existing_type=_MOMENT, nullable=True)
        _replace_check(batch, "payments", "status", states)
        batch.create_check_constraint(op.f("ck_payments_refunded"), "refunded BETWEEN 0 AND total")
        batch.create_check_constraint(
            op.f("ck_payments_paid_has_moment"), "status <> 'succeeded' OR paid_at IS NOT NULL"
        )
        batch.create_unique_constraint(
            op.f(_PAYMENT_PERIOD), [*_SCOPE, "subscription", "period_start", "period_end", "kind"]
        )
        _refer(batch, "payments", "payment_method", "payment_methods")
    _index_where("payments", "open", _OPEN, *_SCOPE, "customer")
    _index_where("payments", "retry_at", "retry_at IS NOT NULL", "retry_at")


def _reduce_payments() -> None:
    op.drop_index("ix_payments_retry_at", "payments")
    op.drop_index("ix_payments_open", "payments")
    _forget_unpaid()
    with op.batch_alter_table("payments") as batch:
        batch.drop_constraint(op.f("fk_payments_vendor_mode_payment_method"), type_="foreignkey")
        batch.drop_constraint(op.f(_PAYMENT_PERIOD), type_="unique")
        batch.drop_constraint(op.f("ck_payments_paid_has_moment"), type_="check")
        batch.drop_constraint(op.f("ck_payments_refunded"), type_="check")
        _replace_check(batch, "payments", "status", "status IN ('succeeded')")
        batch.alter_column("paid_at", existing_type=_MOMENT, nullable=False)
        _drop(batch, _PAYMENTS)


def _forget_unpaid() -> None:
    """Whatever refers to a payment that never succeeded lets go of it, or goes with it."""
    unpaid = "payment IN (SELECT id FROM payments WHERE status <> 'succeeded')"
    op.execute(f"UPDATE invoices SET payment = NULL WHERE {unpaid}")
    op.execute(f"UPDATE tickets SET payment = NULL WHERE {unpaid}")
    op.execute(f"DELETE FROM refunds WHERE {unpaid}")
    op.execute(f"DELETE FROM payment_attempts WHERE {unpaid}")
    op.execute("DELETE FROM payments WHERE status <> 'succeeded'")


def _add(table: str, columns: dict[str, Any]) -> None:
    for name, kind in columns.items():
        op.add_column(table, sa.Column(name, kind, nullable=True))


def _require(batch: Any, columns: dict[str, Any], *names: str) -> None:
    for name in names:
        batch.alter_column(name, existing_type=columns[name], nullable=False)


def _drop(batch: Any, columns: dict[str, Any]) -> None:
    for name in columns:
        batch.drop_column(name)


def _refer(batch: Any, table: str, column: str, to: str) -> None:
    batch.create_foreign_key(op.f(f"fk_{table}_vendor_mode_{column}"), to, [*_SCOPE, column], [*_SCOPE, "id"])


def _replace_check(batch: Any, table: str, name: str, condition: str) -> None:
    batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
    batch.create_check_constraint(op.f(f"ck_{table}_{name}"), condition)


def _index_where(table: str, name: str, condition: str, *columns: str) -> None:
    where = sa.text(condition)
    op.create_index(f"ix_{table}_{name}", table, columns, postgresql_where=where, sqlite_where=where)
