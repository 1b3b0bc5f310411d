"""Add add-ons to the catalog, and to subscriptions those that are on them: none yet."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "addons",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("product", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("unit_label", sa.String(80), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("unit_amount", sa.BigInteger(), nullable=False),
        sa.Column("interval", sa.String(5), nullable=False),
        sa.Column("interval_count", sa.Integer(), nullable=False),
        sa.Column("plans", sa.JSON(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("archived_at", UtcDateTime(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("unit_amount >= 0", name=op.f("ck_addons_unit_amount")),
        sa.CheckConstraint("interval_count >= 1", name=op.f("ck_addons_interval_count")),
        sa.CheckConstraint("\"interval\" IN ('day', 'week', 'month', 'year')", name=op.f("ck_addons_interval")),
        sa.CheckConstraint("minimum >= 1 AND minimum <= maximum", name=op.f("ck_addons_quantity")),
        sa.ForeignKeyConstraint(
            ["vendor", "mode", "product"],
            ["products.vendor", "products.mode", "products.id"],
            name=op.f("fk_addons_vendor_mode_product"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addons")),
        sa.UniqueConstraint("vendor", "mode", "id", name=op.f("uq_addons_vendor_mode_id")),
    )
    op.create_index("ix_addons_vendor_mode_product", "addons", ["vendor", "mode", "product"])
    op.add_column("subscriptions", sa.Column("addons", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("subscriptions", sa.Column("addons_amount", sa.BigInteger(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("subscriptions", "addons_amount")
    op.drop_column("subscriptions", "addons")
    op.drop_index("ix_addons_vendor_mode_product", "addons")
    op.drop_table("addons")
