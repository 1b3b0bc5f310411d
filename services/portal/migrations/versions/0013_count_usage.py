"""Count what customers use: meters, what is reported of them, and which of them a plan shows. No plan shows any yet."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plans", sa.Column("usage", sa.JSON(), server_default="[]", nullable=False))
    op.create_table(
        "meters",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("unit_label", sa.String(40), nullable=True),
        sa.Column("aggregation", sa.String(4), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("archived_at", UtcDateTime(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.CheckConstraint("aggregation IN ('sum', 'max', 'last')", name=op.f("ck_meters_aggregation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meters")),
        sa.UniqueConstraint("vendor", "mode", "id", name=op.f("uq_meters_vendor_mode_id")),
    )
    op.create_table(
        "usage_records",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("subscription", sa.String(40), nullable=False),
        sa.Column("meter", sa.String(40), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("identifier", sa.String(200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("customer", sa.String(40), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["vendor", "mode", column],
                [f"{table}.vendor", f"{table}.mode", f"{table}.id"],
                name=op.f(f"fk_usage_records_vendor_mode_{column}"),
            )
            for column, table in (
                ("customer", "customers"),
                ("subscription", "subscriptions"),
                ("meter", "meters"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_records")),
        sa.UniqueConstraint("vendor", "mode", "id", name=op.f("uq_usage_records_vendor_mode_id")),
        sa.UniqueConstraint(
            "vendor", "mode", "meter", "identifier", name=op.f("uq_usage_records_vendor_mode_meter_identifier")
        ),
    )
    op.create_index(
        "ix_usage_records_counted", "usage_records", ["subscription", "meter", "at", "id", "quantity"]
    )
    op.create_index("ix_usage_records_vendor_mode_customer", "usage_records", ["vendor", "mode", "customer"])


def downgrade() -> None:
    op.drop_table("usage_records")
    op.drop_table("meters")
    with op.batch_alter_table("plans") as plans:
        plans.drop_column("usage")
