"""Add extra recipients of documents."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_recipients",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("customer", sa.String(40), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_recipients")),
    )
    op.create_index("ix_document_recipients_customer", "document_recipients", ["vendor", "mode", "customer"])
    op.add_column("portals", sa.Column("logo", sa.String(64), nullable=True))


def downgrade() -> None:
    op.drop_column("portals", "logo")
    op.drop_table("document_recipients")
