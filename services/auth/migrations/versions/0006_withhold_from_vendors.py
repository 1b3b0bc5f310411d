"""Remember what is withheld from a vendor. Nothing is."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("vendors", sa.Column("entitlements", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("vendors", "entitlements")
