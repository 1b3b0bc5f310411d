"""Add the tables of billing: cards, attempts, refunds, credits, coupons, plan groups, tickets, clocks, the sandbox.

Nothing old is touched here; 0003 changes the tables that were there, 0004 the action log. Going back drops these
tables with all that is in them.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.database.base import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.String(40)
_MOMENT = UtcDateTime()
_SCOPE = ["vendor", "mode"]
_CREATED = (  # in this order; dropped in the opposite one
    "plan_groups coupons coupon_redemptions payment_methods payment_attempts credits helpdesks tickets ticket_messages "
    "refunds test_clocks billing_settings sandbox_setups sandbox_cards sandbox_charges sandbox_refunds"
).split()


def upgrade() -> None:
    _create_plan_groups_and_coupons()
    _create_payment_methods_and_attempts()
    _create_credits()
    _create_tickets()
    _create_refunds()
    _create_clocks_and_settings()
    _create_sandbox_cards()
    _create_sandbox_charges_and_refunds()


def downgrade() -> None:
    for table in reversed(_CREATED):
        op.drop_table(table)


def _create_plan_groups_and_coupons() -> None:
    op.create_table(
        "plan_groups",
        *_owned("plan_groups"),
        *_needed(sa.String(200), "name"),
        *_needed(sa.JSON(), "switches"),
        *_needed(_MOMENT, "created_at"),
        *_optional(_MOMENT, "archived_at"),
        *_needed(sa.Integer(), "revision"),
    )
    op.create_table(
        "coupons",
        *_owned("coupons"),
        *_needed(sa.String(40), "code"),
        *_needed(sa.String(200), "name"),
        *_optional(sa.Integer(), "percent_off", "periods", "max_redemptions"),
        *_optional(sa.BigInteger(), "amount_off"),
        *_optional(sa.String(3), "currency"),
        *_needed(sa.String(10), "duration"),
        *_needed(sa.JSON(), "plans"),
        *_optional(_MOMENT, "starts_at", "expires_at", "archived_at"),
        *_needed(sa.Integer(), "redeemed", "revision"),
        *_needed(_MOMENT, "created_at"),
        _unique("coupons", *_SCOPE, "code"),
        _check("coupons", "one_kind", "(percent_off IS NULL) <> (amount_off IS NULL)"),
        _check("coupons", "percent_off", "percent_off IS NULL OR percent_off BETWEEN 1 AND 10000"),
        _check("coupons", "amount_off", "amount_off IS NULL OR amount_off > 0"),
        _check("coupons", "duration", "duration IN ('once', 'repeating', 'forever')"),
        _check("coupons", "redeemed", "max_redemptions IS NULL OR redeemed <= max_redemptions"),
    )
    op.create_table(
        "coupon_redemptions",
        *_owned("coupon_redemptions"),
        *_refers("coupon_redemptions", customer="customers", coupon="coupons", subscription="subscriptions"),
        *_needed(_MOMENT, "redeemed_at"),
        _unique("coupon_redemptions", *_SCOPE, "coupon", "customer"),
    )


def _create_payment_methods_and_attempts() -> None:
    op.create_table(
        "payment_methods",
        *_owned("payment_methods"),
        *_refers("payment_methods", customer="customers"),
        *_needed(sa.String(10), "processor"),
        *_needed(sa.String(80), "token"),
        *_needed(sa.String(20), "brand"),
        *_needed(sa.String(4), "last4"),
        *_needed(sa.Integer(), "exp_month", "exp_year", "position", "revision"),
        *_needed(sa.Boolean(), "is_default"),
        *_optional(sa.Integer(), "noticed_days"),
        *_needed(_MOMENT, "created_at"),
        *_optional(_MOMENT, "removed_at"),
        _unique("payment_methods", "processor", "token"),
        _check("payment_methods", "exp_month", "exp_month BETWEEN 1 AND 12"),
    )
    _index("payment_methods", *_SCOPE, "customer")
    _index_where("payment_methods", "default", "is_default AND removed_at IS NULL", *_SCOPE, "customer", unique=True)
    op.create_table(
        "payment_attempts",
        *_owned("payment_attempts"),
        *_refers("payment_attempts", customer="customers", payment="payments", payment_method="payment_methods"),
        *_needed(sa.Integer(), "number"),
        *_needed(sa.String(80), "key"),
        *_needed(sa.Boolean(), "off_session"),
        *_needed(sa.String(20), "status"),
        *_optional(sa.String(200), "processor_ref"),
        *_optional(sa.String(40), "decline_code"),
        *_needed(_MOMENT, "created_at"),
        *_optional(_MOMENT, "settle_at", "settled_at"),
        _unique("payment_attempts", "key"),
        _unique("payment_attempts", "payment", "number"),
        _check(
            "payment_attempts",
            "status",
            "status IN ('pending', 'succeeded', 'declined', 'action_required', 'unknown')",
        ),
    )
    _index_where("payment_attempts", "settle_at", "settle_at IS NOT NULL", "settle_at")


def _create_credits() -> None:
    op.create_table(
        "credits",
        *_owned("credits"),
        *_refers("credits", customer="customers"),
        *_may_refer("credits", subscription="subscriptions"),
        *_needed(sa.String(500), "description"),
        *_needed(sa.String(3), "currency"),
        *_needed(sa.Integer(), "tax_rate"),
        *_needed(sa.String(9), "tax_behavior"),
        *_needed(sa.BigInteger(), "amount", "remaining"),
        *_needed(_MOMENT, "created_at"),
        _check("credits", "remaining", "remaining BETWEEN 0 AND amount"),
    )
    _index("credits", *_SCOPE, "customer")


def _create_tickets() -> None:
    op.create_table(
        "helpdesks",
        *_owned("helpdesks"),
        *_needed(sa.String(200), "name"),
        *_optional(sa.String(320), "email"),
        *_optional(sa.Text(), "url"),
        *_needed(sa.JSON(), "departments"),
        *_needed(_MOMENT, "created_at"),
        *_optional(_MOMENT, "archived_at"),
        *_needed(sa.Integer(), "revision"),
    )
    op.create_table(
        "tickets",
        *_owned("tickets"),
        *_refers("tickets", customer="customers"),
        *_may_refer("tickets", helpdesk="helpdesks", subscription="subscriptions", payment="payments"),
        *_optional(sa.String(80), "department"),
        *_needed(sa.String(20), "kind"),
        *_needed(sa.String(200), "subject"),
        *_optional(sa.String(120), "subject_key"),
        *_optional(sa.JSON(), "request"),
        *_needed(sa.String(10), "status"),
        *_needed(_MOMENT, "opened_at", "changed_at"),
        *_optional(_MOMENT, "resolved_at"),
        *_needed(sa.Integer(), "revision"),
        _check("tickets", "status", "status IN ('open', 'answered', 'approved', 'declined', 'closed')"),
    )
    _index("tickets", *_SCOPE, "customer")
    _index("tickets", *_SCOPE, "status")
    waiting = "status IN ('open', 'answered') AND subject_key IS NOT NULL"
    _index_where("tickets", "waiting", waiting, *_SCOPE, "subject_key", unique=True)
    op.create_table(
        "ticket_messages",
        *_owned("ticket_messages"),
        *_refers("ticket_messages", customer="customers", ticket="tickets"),
        *_needed(sa.Integer(), "number"),
        *_needed(sa.String(10), "author_kind"),
        *_needed(sa.String(80), "author_id"),
        *_needed(sa.Text(), "body"),
        *_needed(_MOMENT, "at"),
        _unique("ticket_messages", "ticket", "number"),
    )


def _create_refunds() -> None:
    op.create_table(
        "refunds",
        *_owned("refunds"),
        *_refers("refunds", customer="customers", payment="payments"),
        *_may_refer("refunds", ticket="tickets"),
        *_needed(sa.BigInteger(), "amount"),
        *_needed(sa.String(3), "currency"),
        *_optional(sa.String(40), "reason"),
        *_optional(sa.Text(), "comment"),
        *_needed(sa.String(20), "cause", "status"),
        *_needed(sa.String(80), "key"),
        *_optional(sa.String(200), "processor_ref"),
        *_needed(_MOMENT, "created_at"),
        *_optional(_MOMENT, "settle_at", "settled_at"),
        *_needed(sa.Integer(), "revision"),
        _unique("refunds", "key"),
        _check("refunds", "amount", "amount > 0"),
        _check("refunds", "status", "status IN ('requested', 'pending', 'succeeded', 'failed', 'denied', 'unknown')"),
    )
    _index("refunds", *_SCOPE, "payment")
    _index_where("refunds", "settle_at", "settle_at IS NOT NULL", "settle_at")


def _create_clocks_and_settings() -> None:
    op.create_table(
        "test_clocks",
        *_scoped("test_clocks"),
        *_needed(sa.BigInteger(), "offset_seconds"),
        *_optional(_MOMENT, "advancing_to"),
        *_needed(_MOMENT, "changed_at"),
        *_needed(sa.Integer(), "revision"),
        _unique("test_clocks", *_SCOPE),
        _check("test_clocks", "test_only", "mode = 'test'"),
    )
    op.create_table(
        "billing_settings",
        *_scoped("billing_settings"),
        *_needed(sa.JSON(), "settings"),
        *_needed(_MOMENT, "created_at"),
        *_needed(sa.Integer(), "revision"),
        _unique("billing_settings", *_SCOPE),
    )


def _create_sandbox_cards() -> None:
    op.create_table(
        "sandbox_setups",
        *_keyed("sandbox_setups", "id"),
        *_needed(sa.String(200), "reference"),
        *_needed(sa.Text(), "return_url"),
        *_needed(sa.String(12), "status"),
        *_optional(_ID, "card"),
        *_needed(_MOMENT, "expires_at"),
    )
    op.create_index("ix_sandbox_setups_expires_at", "sandbox_setups", ["expires_at"])
    op.create_table(
        "sandbox_cards",
        *_keyed("sandbox_cards", "id"),
        *_needed(sa.String(40), "behavior"),
        *_needed(sa.String(20), "brand"),
        *_needed(sa.String(4), "last4"),
        *_needed(sa.Integer(), "exp_month", "exp_year"),
        *_needed(_MOMENT, "created_at"),
    )


def _create_sandbox_charges_and_refunds() -> None:
    op.create_table(
        "sandbox_charges",
        *_keyed("sandbox_charges", "key"),
        *_needed(_ID, "id", "card"),
        *_needed(sa.String(64), "fingerprint"),
        *_needed(sa.BigInteger(), "amount", "refunded"),
        *_needed(sa.String(3), "currency"),
        *_needed(sa.String(20), "status"),
        *_optional(sa.String(40), "decline_code"),
        *_optional(sa.Text(), "return_url"),
        *_needed(_MOMENT, "created_at"),
        _unique("sandbox_charges", "id"),
    )
    op.create_table(
        "sandbox_refunds",
        *_keyed("sandbox_refunds", "key"),
        *_needed(_ID, "id", "charge"),
        *_needed(sa.BigInteger(), "amount"),
        *_needed(sa.String(20), "status"),
        *_needed(_MOMENT, "created_at"),
        _unique("sandbox_refunds", "id"),
    )


def _needed(kind: Any, *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name in names]


def _optional(kind: Any, *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=True) for name in names]


def _keyed(table: str, column: str) -> list[Any]:
    return [
        *_needed(_ID if column == "id" else sa.String(80), column),
        sa.PrimaryKeyConstraint(column, name=op.f(f"pk_{table}")),
    ]


def _scoped(table: str) -> list[Any]:
    return [*_keyed(table, "id"), *_needed(_ID, "vendor"), *_needed(sa.String(4), "mode")]


def _owned(table: str) -> list[Any]:
    """A row of a vendor, which others of the same vendor and mode may refer to."""
    return [*_scoped(table), _unique(table, *_SCOPE, "id")]


def _refers(table: str, **targets: str) -> list[Any]:
    return [*_needed(_ID, *targets), *(_foreign(table, *each) for each in targets.items())]


def _may_refer(table: str, **targets: str) -> list[Any]:
    return [*_optional(_ID, *targets), *(_foreign(table, *each) for each in targets.items())]


def _foreign(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    targets = [f"{to}.{each}" for each in (*_SCOPE, "id")]
    return sa.ForeignKeyConstraint([*_SCOPE, column], targets, name=op.f(f"fk_{table}_vendor_mode_{column}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def _index_where(table: str, name: str, condition: str, *columns: str, unique: bool = False) -> None:
    where = sa.text(condition)
    op.create_index(f"ix_{table}_{name}", table, columns, unique=unique, postgresql_where=where, sqlite_where=where)
