"""Remember who was erased, whose data is wanted, and which vendors are suspended or closed. All are active."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcDateTime

revision = "0005"
down_revision = "0004"
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
    op.create_table(
        "errands",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("customer", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errands")),
    )
    op.create_index("ix_errands_due_at", "errands", ["due_at"])
    op.add_column("vendors", sa.Column("standing", sa.String(10), nullable=False, server_default="active"))



def downgrade() -> None:
    op.drop_column("vendors", "standing")
    op.drop_index("ix_errands_due_at", "errands")
    op.drop_table("errands")
    op.drop_index("ix_erased_customers_masked_at", "erased_customers")
    op.drop_table("erased_customers")
