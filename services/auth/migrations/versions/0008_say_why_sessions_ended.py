"""Keep why a session was ended before its time. Of those that ended before, nobody knows."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("portal_sessions", sa.Column("ended_for", sa.String(20), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("portal_sessions") as portal_sessions:
        portal_sessions.drop_column("ended_for")
