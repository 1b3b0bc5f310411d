"""Add what the console's pages ask for."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message_texts",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_texts")),
        sa.UniqueConstraint("vendor", "mode", "language", "key", name=op.f("uq_message_texts_vendor_mode_language_key")),
    )
    op.add_column("messages", sa.Column("headers", sa.JSON(), nullable=True))
    op.add_column("messages", sa.Column("deliveries", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
    op.add_column("messages", sa.Column("repeats", sa.String(40), nullable=True))
    op.create_index("ix_messages_repeats", "messages", ["vendor", "mode", "repeats"])

    op.add_column("document_recipients", sa.Column("statement_due", UtcDateTime(), nullable=True))
    op.create_index("ix_document_recipients_statement_due", "document_recipients", ["statement_due"])


def downgrade() -> None:
    op.drop_index("ix_document_recipients_statement_due", "document_recipients")
    op.drop_column("document_recipients", "statement_due")
    op.drop_index("ix_messages_repeats", "messages")
    op.drop_column("messages", "repeats")
    op.drop_column("messages", "deliveries")
    op.drop_column("messages", "headers")
    op.drop_table("message_texts")
