"""Let credit be granted by the vendor and topped up by the customer, and be withdrawn or paid back.

What is there is unused time that was given back, of which nothing was withdrawn. Going back is possible while all
credit has a rate of its own.
"""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ALONE = {"resolve_fks": False}
"""What SQLite copies is this table alone: of those it refers to, an index may be one that can't be read back."""


def upgrade() -> None:
    with op.batch_alter_table("credits", reflect_kwargs=_ALONE) as batch:
        batch.add_column(sa.Column("source", sa.String(10), nullable=False, server_default="unused"))
        batch.add_column(sa.Column("payment", sa.String(40), nullable=True))
        batch.add_column(sa.Column("withdrawn", sa.BigInteger(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("withdrawn_at", UtcDateTime(), nullable=True))
        batch.alter_column("tax_rate", existing_type=sa.Integer(), nullable=True)
        batch.alter_column("tax_behavior", existing_type=sa.String(9), nullable=True)
        batch.create_check_constraint(op.f("ck_credits_source"), "source IN ('unused', 'granted', 'topped_up')")
        batch.create_check_constraint(
            op.f("ck_credits_withdrawn"), "withdrawn >= 0 AND remaining + withdrawn <= amount"
        )
        batch.create_foreign_key(
            op.f("fk_credits_vendor_mode_payment"),
            "payments",
            ["vendor", "mode", "payment"],
            ["vendor", "mode", "id"],
        )
        batch.create_unique_constraint(op.f("uq_credits_payment"), ["payment"])


def downgrade() -> None:
    with op.batch_alter_table("credits", reflect_kwargs=_ALONE) as batch:
        batch.drop_constraint(op.f("uq_credits_payment"), type_="unique")
        batch.drop_constraint(op.f("fk_credits_vendor_mode_payment"), type_="foreignkey")
        batch.drop_constraint(op.f("ck_credits_withdrawn"), type_="check")
        batch.drop_constraint(op.f("ck_credits_source"), type_="check")
        batch.alter_column("tax_behavior", existing_type=sa.String(9), nullable=False)
        batch.alter_column("tax_rate", existing_type=sa.Integer(), nullable=False)
        for column in ("withdrawn_at", "withdrawn", "payment", "source"):
            batch.drop_column(column)
