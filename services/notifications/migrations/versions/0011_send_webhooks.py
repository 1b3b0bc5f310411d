"""Send events to programs of the vendor's own."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_DUE = sa.text("due_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "webhook_endpoints",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("url", sa.String(2048), nullable=False),
        sa.Column("description", sa.String(200), nullable=True),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("contact", sa.String(320), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("sealed_before", sa.Text(), nullable=True),
        sa.Column("before_until", UtcDateTime(), nullable=True),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("off_reason", sa.String(10), nullable=True),
        sa.Column("off_at", UtcDateTime(), nullable=True),
        sa.Column("failing_since", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoints")),
    )
    op.create_index("ix_webhook_endpoints_list", "webhook_endpoints", ["vendor", "mode", "id"])
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("endpoint", sa.String(40), nullable=False),
        sa.Column("event", sa.String(40), nullable=True),
        sa.Column("type", sa.String(60), nullable=False),
        sa.Column("customer", sa.String(40), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("fault", sa.String(12), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["endpoint"],
            ["webhook_endpoints.id"],
            name=op.f("fk_webhook_deliveries_endpoint"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
        sa.UniqueConstraint("endpoint", "event", name=op.f("uq_webhook_deliveries_endpoint_event")),
    )
    op.create_index(
        "ix_webhook_deliveries_due", "webhook_deliveries", ["due_at"], postgresql_where=_DUE, sqlite_where=_DUE
    )
    op.create_index("ix_webhook_deliveries_list", "webhook_deliveries", ["vendor", "mode", "id"])
    op.create_index("ix_webhook_deliveries_endpoint", "webhook_deliveries", ["endpoint", "id"])
    op.create_index("ix_webhook_deliveries_state", "webhook_deliveries", ["vendor", "mode", "state", "id"])
    op.create_index("ix_webhook_deliveries_customer", "webhook_deliveries", ["customer"])
    op.create_index("ix_webhook_deliveries_created_at", "webhook_deliveries", ["created_at"])


def downgrade() -> None:
    op.drop_table("webhook_deliveries")
    op.drop_table("webhook_endpoints")
