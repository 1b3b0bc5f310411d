"""Let a vendor style a portal with rules of its own: as it wrote them, as they are served, and their address."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("portal_configurations", sa.Column("custom_css", sa.Text(), nullable=True))
    op.add_column("portal_configurations", sa.Column("served_css", sa.Text(), nullable=True))
    op.add_column("portal_configurations", sa.Column("css_digest", sa.String(64), nullable=True))


def downgrade() -> None:
    for column in ("css_digest", "served_css", "custom_css"):
        op.drop_column("portal_configurations", column)
