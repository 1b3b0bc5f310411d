"""Keep billing details field by field: postal and shipping address, what is known of a tax id, a purchase order number.

Lines of addresses stay as they are; tax ids that are here count as unverified.
"""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TO_CHECK = sa.text("tax_id_check_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("customers", sa.Column("postal_address", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("customers", sa.Column("shipping", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("customers", sa.Column("po_number", sa.String(100), nullable=True))
    op.add_column("customers", sa.Column("tax_id_standing", sa.String(10), nullable=True))
    op.add_column("customers", sa.Column("tax_id_verified_at", UtcDateTime(), nullable=True))
    op.add_column("customers", sa.Column("tax_id_check_at", UtcDateTime(), nullable=True))
    op.execute("UPDATE customers SET tax_id_standing = 'unverified' WHERE tax_id IS NOT NULL")
    op.create_index(
        "ix_customers_tax_id_check_at",
        "customers",
        ["tax_id_check_at"],
        postgresql_where=_TO_CHECK,
        sqlite_where=_TO_CHECK,
    )


def downgrade() -> None:
    op.drop_index("ix_customers_tax_id_check_at", "customers")
    for column in (
        *("tax_id_check_at", "tax_id_verified_at", "tax_id_standing"),
        *("po_number", "shipping", "postal_address"),
    ):
        op.drop_column("customers", column)
