"""Add what the console's pages ask for, and the logos that documents print."""

import sqlalchemy as sa
from alembic import op

from shared import clock
from shared.database import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    logos = op.create_table(
        "logos",
        sa.Column("vendor", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("vendor", "sha256", name=op.f("pk_logos")),
    )
    op.create_index(op.f("ix_logos_due_at"), "logos", ["due_at"])
    sellers = sa.table("sellers", sa.column("vendor", sa.String), sa.column("profile", sa.JSON))
    known = op.get_bind().execute(sa.select(sellers.c.vendor, sellers.c.profile)).all()
    wanted = [
        {"vendor": row.vendor, "sha256": row.profile["logo"], "attempts": 0, "due_at": clock.now()}
        for row in known
        if row.profile.get("logo")
    ]
    if wanted:
        op.bulk_insert(logos, wanted)


def downgrade() -> None:
    op.drop_index(op.f("ix_logos_due_at"), table_name="logos")
    op.drop_table("logos")
