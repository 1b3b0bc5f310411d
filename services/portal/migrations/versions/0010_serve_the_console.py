"""Add what the console's pages ask for."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BEGINNINGS = {"email": "email_key", "name": "lower(display_name)", "company": "lower(company)"} | {
    "reference": "lower(reference)"
}


def upgrade() -> None:
    op.add_column("vendors", sa.Column("entitlements", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("vendors", sa.Column("entitlements_revision", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_action_log_vendor_mode_action", "action_log", ["vendor", "mode", "action", "id"])
    op.create_index("ix_action_log_vendor_mode_actor", "action_log", ["vendor", "mode", "actor_id", "id"])
    op.create_index("ix_subscriptions_vendor_mode_plan", "subscriptions", ["vendor", "mode", "plan", "status"])
    op.create_index("ix_subscriptions_vendor_mode_order_number", "subscriptions", ["vendor", "mode", "order_number"])
    kind = " text_pattern_ops" if op.get_bind().dialect.name == "postgresql" else ""
    for name, of in BEGINNINGS.items():
        op.create_index(f"ix_customers_{name}_begins", "customers", ["vendor", "mode", sa.text(f"{of}{kind}")])


def downgrade() -> None:
    op.drop_column("vendors", "entitlements_revision")
    op.drop_column("vendors", "entitlements")
    for name in BEGINNINGS:
        op.drop_index(f"ix_customers_{name}_begins", table_name="customers")
    op.drop_index("ix_subscriptions_vendor_mode_order_number", table_name="subscriptions")
    op.drop_index("ix_action_log_vendor_mode_actor", table_name="action_log")
    op.drop_index("ix_action_log_vendor_mode_action", table_name="action_log")
    op.drop_index("ix_subscriptions_vendor_mode_plan", table_name="subscriptions")
