"""Add what more of the console's pages ask for."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NAMES = (
    "(coalesce(display_name, ''::character varying)::text || ' '::text)"
    " || coalesce(company, ''::character varying)::text"
)
WORDS = {"tickets": "subject::text", "ticket_messages": "body", "customers": NAMES}


def upgrade() -> None:
    _add_saved_replies()
    _add_import_files()
    op.add_column("helpdesks", sa.Column("answer_hours", sa.Integer(), nullable=True))
    op.add_column("tickets", sa.Column("due_at", UtcDateTime(), nullable=True))
    op.create_index("ix_tickets_vendor_mode_due_at", "tickets", ["vendor", "mode", "due_at"])
    _index_words()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in WORDS:
            op.drop_index(f"ix_{table}_words", table_name=table)
    op.drop_index("ix_tickets_vendor_mode_due_at", table_name="tickets")
    op.drop_column("tickets", "due_at")
    op.drop_column("helpdesks", "answer_hours")
    op.drop_table("import_files")
    op.drop_table("saved_replies")


def _add_saved_replies() -> None:
    op.create_table(
        "saved_replies",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_replies")),
        sa.UniqueConstraint("vendor", "mode", "name", name=op.f("uq_saved_replies_vendor_mode_name")),
    )


def _add_import_files() -> None:
    op.create_table(
        "import_files",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("actor_kind", sa.String(10), nullable=False),
        sa.Column("actor_id", sa.String(80), nullable=False),
        sa.Column("request_id", sa.String(80), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_files")),
        sa.ForeignKeyConstraint(
            ["vendor", "mode", "id"],
            ["imports.vendor", "imports.mode", "imports.id"],
            name=op.f("fk_import_files_vendor_mode_id"),
        ),
    )
    op.create_index("ix_import_files_due_at", "import_files", ["due_at"])


def _index_words() -> None:
    """SQLite has no such index, and reads the texts."""
    if op.get_bind().dialect.name == "postgresql":
        for table, of in WORDS.items():
            words = sa.text(f"to_tsvector('simple'::regconfig, {of})")
            op.create_index(f"ix_{table}_words", table, [words], postgresql_using="gin")
