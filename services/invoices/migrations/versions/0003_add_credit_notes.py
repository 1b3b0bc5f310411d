"""Add credit notes, e-invoices, receipts and archives.

Triggers keep a credit note and its documents as they were issued, and all credit notes of an invoice within it:
whoever adds one waits for the row of the invoice, so that two at once cannot both see the other missing.
"""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


NOT_OF_ITS_INVOICE = """NOT EXISTS (SELECT 1 FROM invoices WHERE id = NEW.invoice AND vendor = NEW.vendor
    AND mode = NEW.mode AND customer = NEW.customer AND currency = NEW.currency)"""
TOO_MUCH = """(SELECT COALESCE(SUM(total), 0) FROM credit_notes WHERE invoice = NEW.invoice) + NEW.total
    > (SELECT total FROM invoices WHERE id = NEW.invoice)"""

# On SQLite an INSERT OR REPLACE deletes rows without firing delete triggers, so inserting over a row is refused too.
FREEZE_SQLITE = [
    f"""CREATE TRIGGER {name} BEFORE {what} BEGIN SELECT RAISE(ABORT, '{why}'); END"""
    for name, what, why in (
        ("credit_notes_update", "UPDATE ON credit_notes", "an issued credit note never changes"),
        ("credit_notes_delete", "DELETE ON credit_notes", "an issued credit note is never deleted"),
        (
            "credit_notes_replace",
            """INSERT ON credit_notes WHEN EXISTS (SELECT 1 FROM credit_notes WHERE id = NEW.id)
            OR EXISTS (SELECT 1 FROM credit_notes WHERE vendor = NEW.vendor AND mode = NEW.mode AND refund = NEW.refund)
            OR EXISTS (SELECT 1 FROM credit_notes WHERE vendor = NEW.vendor AND mode = NEW.mode AND series = NEW.series
            AND sequence = NEW.sequence)""",
            "there is a credit note for this refund, or of this number",
        ),
        ("credit_notes_owner", f"INSERT ON credit_notes WHEN {NOT_OF_ITS_INVOICE}", "this is not its invoice"),
        ("credit_notes_sum", f"INSERT ON credit_notes WHEN {TOO_MUCH}", "credit notes never exceed their invoice"),
        ("credit_note_documents_update", "UPDATE ON credit_note_documents", "an issued document never changes"),
        ("credit_note_documents_delete", "DELETE ON credit_note_documents", "an issued document is never deleted"),
        (
            "credit_note_documents_replace",
            """INSERT ON credit_note_documents WHEN EXISTS (SELECT 1 FROM credit_note_documents WHERE id = NEW.id
            OR (credit_note = NEW.credit_note AND kind = NEW.kind))""",
            "this document was issued before",
        ),
    )
]
FREEZE_POSTGRESQL = [
    f"""CREATE FUNCTION keep_credit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM 1 FROM invoices WHERE id = NEW.invoice FOR UPDATE;
      IF {NOT_OF_ITS_INVOICE} THEN
        RAISE EXCEPTION 'this is not its invoice' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      IF {TOO_MUCH} THEN
        RAISE EXCEPTION 'credit notes never exceed their invoice' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$""",
    "CREATE TRIGGER credit_notes_insert BEFORE INSERT ON credit_notes FOR EACH ROW EXECUTE FUNCTION keep_credit()",
    *(
        f"CREATE TRIGGER {table}_{name} BEFORE {what} ON {table} FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        for table in ("credit_notes", "credit_note_documents")
        for name, what, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT"))
    ),
]


def upgrade() -> None:
    _add_archives()
    _add_credit_notes()
    for statement in FREEZE_SQLITE if op.get_bind().dialect.name == "sqlite" else FREEZE_POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("archives")
    op.drop_table("credit_note_documents")  # and its triggers
    op.drop_table("credit_notes")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION keep_credit()")


def _add_credit_notes() -> None:
    op.create_table(
        "credit_notes",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("series", sa.String(40), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("invoice", sa.String(40), nullable=False),
        sa.Column("refund", sa.String(40), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("taxes", sa.JSON(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("refunded_at", UtcDateTime(), nullable=False),
        sa.Column("locale", sa.String(35), nullable=False),
        sa.Column("customer", sa.String(40), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.CheckConstraint("net + tax = total", name=op.f("ck_credit_notes_adds_up")),
        sa.CheckConstraint("total > 0", name=op.f("ck_credit_notes_total")),
        sa.CheckConstraint("sequence > 0", name=op.f("ck_credit_notes_sequence")),
        sa.ForeignKeyConstraint(["series"], ["series.id"], name=op.f("fk_credit_notes_series")),
        sa.ForeignKeyConstraint(["invoice"], ["invoices.id"], name=op.f("fk_credit_notes_invoice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_notes")),
        sa.UniqueConstraint("vendor", "mode", "refund", name=op.f("uq_credit_notes_vendor_mode_refund")),
        sa.UniqueConstraint(
            "vendor", "mode", "series", "sequence", name=op.f("uq_credit_notes_vendor_mode_series_sequence")
        ),
    )
    op.create_index(op.f("ix_credit_notes_vendor_mode_id"), "credit_notes", ["vendor", "mode", "id"])
    op.create_index(
        op.f("ix_credit_notes_vendor_mode_customer_id"), "credit_notes", ["vendor", "mode", "customer", "id"]
    )
    op.create_index(op.f("ix_credit_notes_invoice"), "credit_notes", ["invoice"])
    op.create_table(
        "credit_note_documents",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("credit_note", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("template_version", sa.String(20), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.ForeignKeyConstraint(
            ["credit_note"], ["credit_notes.id"], name=op.f("fk_credit_note_documents_credit_note")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_note_documents")),
        sa.UniqueConstraint("credit_note", "kind", name=op.f("uq_credit_note_documents_credit_note_kind")),
    )


def _add_archives() -> None:
    op.create_table(
        "archives",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("customer", sa.String(40), nullable=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("format", sa.String(4), nullable=False),
        sa.Column("period", sa.String(40), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("subscription", sa.String(40), nullable=True),
        sa.Column("locale", sa.String(35), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("ready_at", UtcDateTime(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.CheckConstraint("kind IN ('archive', 'statement')", name=op.f("ck_archives_kind")),
        sa.CheckConstraint("status IN ('pending', 'ready', 'failed', 'expired')", name=op.f("ck_archives_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archives")),
    )
    op.create_index(op.f("ix_archives_vendor_mode_kind_id"), "archives", ["vendor", "mode", "kind", "id"])
    op.create_index(op.f("ix_archives_vendor_mode_customer_id"), "archives", ["vendor", "mode", "customer", "id"])
    op.create_index(op.f("ix_archives_due_at"), "archives", ["due_at"])
