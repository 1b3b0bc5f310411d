"""Add how long a session lasts, unused and in all; those that were there: as long as every session did."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With defaults, so that the release before this one can go on writing rows.
    op.add_column("portal_sessions", sa.Column("idle_minutes", sa.Integer(), nullable=False, server_default="30"))
    op.add_column("portal_sessions", sa.Column("hours", sa.Integer(), nullable=False, server_default="12"))


def downgrade() -> None:
    with op.batch_alter_table("portal_sessions") as batch_op:
        batch_op.drop_column("hours")
        batch_op.drop_column("idle_minutes")
