"""Add a portal's privacy policy and terms, which stand at the foot of mails; known with the portal's next news."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("portals", sa.Column("privacy_url", sa.String(1000), nullable=True))
    op.add_column("portals", sa.Column("terms_url", sa.String(1000), nullable=True))


def downgrade() -> None:
    op.drop_column("portals", "terms_url")
    op.drop_column("portals", "privacy_url")
