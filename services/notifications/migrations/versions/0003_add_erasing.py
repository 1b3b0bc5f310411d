"""Remember who was erased, so that nothing brings them back."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erased_customers",
        sa.Column("customer", sa.String(40), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("erased_at", UtcDateTime(), nullable=False),
        sa.Column("masked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("customer", name=op.f("pk_erased_customers")),
    )
    op.create_index("ix_erased_customers_masked_at", "erased_customers", ["masked_at"])



def downgrade() -> None:
    op.drop_index("ix_erased_customers_masked_at", "erased_customers")
    op.drop_table("erased_customers")
