"""Add a portal's own address and the name its mails come in; those that were there come in the vendor's."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("portals", sa.Column("is_default", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("portals", sa.Column("host", sa.String(253), nullable=True))
    op.add_column("portals", sa.Column("path", sa.String(200), nullable=True))
    op.add_column("portals", sa.Column("sender_name", sa.String(100), nullable=True))
    op.add_column("portals", sa.Column("reply_to", sa.String(320), nullable=True))


def downgrade() -> None:
    for column in ("reply_to", "sender_name", "path", "host", "is_default"):
        op.drop_column("portals", column)
