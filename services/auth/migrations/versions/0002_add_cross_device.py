"""Add what a portal's links do in another browser than the one that asked; those that were there: confirm."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With a default, so that the release before this one can go on writing rows.
    op.add_column("portals", sa.Column("cross_device", sa.String(10), nullable=False, server_default="confirm"))


def downgrade() -> None:
    op.drop_column("portals", "cross_device")
