"""Find who canceled lately, and what waits since when, without reading every row."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

LEFT = sa.text("canceled_at IS NOT NULL")
STATUS = "ix_tickets_vendor_mode_status"


def upgrade() -> None:
    op.create_index(
        "ix_subscriptions_vendor_mode_canceled_at",
        "subscriptions",
        ["vendor", "mode", "canceled_at"],
        postgresql_where=LEFT,
        sqlite_where=LEFT,
    )
    op.drop_index(STATUS, "tickets")
    op.create_index(STATUS, "tickets", ["vendor", "mode", "status", "due_at"])


def downgrade() -> None:
    op.drop_index(STATUS, "tickets")
    op.create_index(STATUS, "tickets", ["vendor", "mode", "status"])
    op.drop_index("ix_subscriptions_vendor_mode_canceled_at", "subscriptions")
