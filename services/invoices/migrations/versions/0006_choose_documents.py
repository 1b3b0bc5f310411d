"""Tell archives of documents that were chosen one by one from those of a period. All so far are of a period."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("archives", sa.Column("is_chosen", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("archives") as archives:
        archives.drop_column("is_chosen")
