"""Keep addresses that are not written to."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suppressions",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("key", sa.String(320), nullable=False),
        sa.Column("reason", sa.String(10), nullable=False),
        sa.Column("message", sa.String(40), nullable=True),
        sa.Column("detail", sa.String(500), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppressions")),
        sa.UniqueConstraint("vendor", "mode", "key", name=op.f("uq_suppressions_vendor_mode_key")),
    )
    op.create_index("ix_suppressions_list", "suppressions", ["vendor", "mode", "id"])


def downgrade() -> None:
    op.drop_table("suppressions")
