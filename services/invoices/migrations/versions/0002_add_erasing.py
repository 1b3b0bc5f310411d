"""Remember who was erased, and for how long their invoices must be kept."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcDateTime

revision = "0002"
down_revision = "0001"
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
        "retentions",
        sa.Column("invoice", sa.String(40), nullable=False),
        sa.Column("ground", sa.String(20), nullable=False),
        sa.Column("delete_after", sa.Date(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("customer", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["invoice"], ["invoices.id"], name=op.f("fk_retentions_invoice")),
        sa.PrimaryKeyConstraint("invoice", name=op.f("pk_retentions")),
    )
    op.create_index("ix_retentions_delete_after", "retentions", ["delete_after"])



def downgrade() -> None:
    op.drop_index("ix_retentions_delete_after", "retentions")
    op.drop_table("retentions")
    op.drop_index("ix_erased_customers_masked_at", "erased_customers")
    op.drop_table("erased_customers")
