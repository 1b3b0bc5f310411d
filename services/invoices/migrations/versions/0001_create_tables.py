"""Create tables, and the triggers that keep issued invoices, their lines and documents as they are.

An issued invoice may only move from open to paid, void or uncollectible. A later migration that rebuilds one
of these tables on SQLite (batch mode) drops its triggers and must make them again.
"""

import sqlalchemy as sa
from alembic import op

from shared.database.base import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


MOVES = "OLD.status = 'open' AND NEW.status IN ('paid', 'void', 'uncollectible')"
ALL_BUT_STATUS = (
    "id, series, sequence, number, order_number, payment, subscription, currency, net, tax, total, taxes, tax_behavior, "
    "description, line_count, issued_at, paid_at, historical, locale, seller, buyer, method, customer, vendor, mode"
)

# On SQLite an INSERT OR REPLACE deletes rows without firing delete triggers, so inserting over a row is refused too.
FREEZE_SQLITE = [
    f"""CREATE TRIGGER {name} BEFORE {what} BEGIN SELECT RAISE(ABORT, '{why}'); END"""
    for name, what, why in (
        ("invoices_content", f"UPDATE OF {ALL_BUT_STATUS} ON invoices", "an issued invoice never changes"),
        ("invoices_status", f"UPDATE OF status ON invoices WHEN NOT ({MOVES})", "this move is not allowed"),
        ("invoices_delete", "DELETE ON invoices", "an issued invoice is never deleted"),
        (
            "invoices_replace",
            """INSERT ON invoices WHEN EXISTS (SELECT 1 FROM invoices WHERE id = NEW.id)
            OR EXISTS (SELECT 1 FROM invoices WHERE vendor = NEW.vendor AND mode = NEW.mode AND payment = NEW.payment)
            OR EXISTS (SELECT 1 FROM invoices WHERE vendor = NEW.vendor AND mode = NEW.mode AND series = NEW.series
            AND sequence = NEW.sequence)""",
            "there is an invoice for this payment, or of this number",
        ),
        ("invoice_lines_update", "UPDATE ON invoice_lines", "a line of an issued invoice never changes"),
        ("invoice_lines_delete", "DELETE ON invoice_lines", "a line of an issued invoice is never deleted"),
        (
            "invoice_lines_insert",
            """INSERT ON invoice_lines
            WHEN NEW.position NOT BETWEEN 1 AND (SELECT line_count FROM invoices WHERE id = NEW.invoice)
            OR EXISTS (SELECT 1 FROM invoice_lines WHERE invoice = NEW.invoice AND position = NEW.position)""",
            "an issued invoice gets no further line",
        ),
        ("documents_update", "UPDATE ON documents", "an issued document never changes"),
        ("documents_delete", "DELETE ON documents", "an issued document is never deleted"),
        (
            "documents_replace",
            """INSERT ON documents WHEN EXISTS (SELECT 1 FROM documents WHERE id = NEW.id
            OR (invoice = NEW.invoice AND kind = NEW.kind))""",
            "this document was issued before",
        ),
    )
]
THAW_SQLITE = [f"DROP TRIGGER {statement.split()[2]}" for statement in FREEZE_SQLITE]

FREEZE_POSTGRESQL = [
    """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '% on %: what was issued never changes', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"""CREATE FUNCTION keep_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF to_jsonb(OLD) - 'status' IS DISTINCT FROM to_jsonb(NEW) - 'status' OR NOT ({MOVES}) THEN
        RAISE EXCEPTION 'an issued invoice only moves from open to paid, void or uncollectible'
        USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE FUNCTION keep_lines() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.position NOT BETWEEN 1 AND (SELECT line_count FROM invoices WHERE id = NEW.invoice) THEN
        RAISE EXCEPTION 'an issued invoice gets no further line' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$""",
    "CREATE TRIGGER invoices_update BEFORE UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION keep_invoice()",
    "CREATE TRIGGER invoice_lines_insert BEFORE INSERT ON invoice_lines FOR EACH ROW EXECUTE FUNCTION keep_lines()",
    *(
        f"CREATE TRIGGER {table}_{name} BEFORE {what} ON {table} FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        for table, name, what, each in (
            ("invoices", "delete", "DELETE", "ROW"),
            ("invoice_lines", "change", "UPDATE OR DELETE", "ROW"),
            ("documents", "change", "UPDATE OR DELETE", "ROW"),
            ("invoices", "truncate", "TRUNCATE", "STATEMENT"),
            ("invoice_lines", "truncate", "TRUNCATE", "STATEMENT"),
            ("documents", "truncate", "TRUNCATE", "STATEMENT"),
        )
    ),
]
THAW_POSTGRESQL = [
    "DROP FUNCTION keep_lines() CASCADE",
    "DROP FUNCTION keep_invoice() CASCADE",
    "DROP FUNCTION refuse_change() CASCADE",
]


def upgrade() -> None:
    op.create_table('sellers',
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('display_name', sa.String(length=500), nullable=False),
    sa.Column('profile', sa.JSON(), nullable=False),
    sa.Column('default_locale', sa.String(length=35), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('vendor', name=op.f('pk_sellers'))
    )
    op.create_table('series',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('prefix', sa.String(length=20), nullable=False),
    sa.Column('next_sequence', sa.Integer(), nullable=False),
    sa.Column('last_issued_at', UtcDateTime(), nullable=True),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series')),
    sa.UniqueConstraint('vendor', 'mode', 'name', name=op.f('uq_series_vendor_mode_name'))
    )
    op.create_table('invoices',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('series', sa.String(length=40), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('order_number', sa.String(length=40), nullable=False),
    sa.Column('payment', sa.String(length=40), nullable=False),
    sa.Column('subscription', sa.String(length=40), nullable=True),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('net', sa.BigInteger(), nullable=False),
    sa.Column('tax', sa.BigInteger(), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('taxes', sa.JSON(), nullable=False),
    sa.Column('tax_behavior', sa.String(length=10), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('line_count', sa.Integer(), nullable=False),
    sa.Column('issued_at', UtcDateTime(), nullable=False),
    sa.Column('paid_at', UtcDateTime(), nullable=False),
    sa.Column('historical', sa.Boolean(), nullable=False),
    sa.Column('locale', sa.String(length=35), nullable=False),
    sa.Column('seller', sa.JSON(), nullable=False),
    sa.Column('buyer', sa.JSON(), nullable=False),
    sa.Column('method', sa.Text(), nullable=True),
    sa.Column('customer', sa.String(length=40), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.CheckConstraint("status IN ('paid', 'open', 'void', 'uncollectible')", name=op.f('ck_invoices_status')),
    sa.CheckConstraint('net + tax = total', name=op.f('ck_invoices_adds_up')),
    sa.CheckConstraint('sequence > 0', name=op.f('ck_invoices_sequence')),
    sa.ForeignKeyConstraint(['series'], ['series.id'], name=op.f('fk_invoices_series')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoices')),
    sa.UniqueConstraint('vendor', 'mode', 'payment', name=op.f('uq_invoices_vendor_mode_payment')),
    sa.UniqueConstraint('vendor', 'mode', 'series', 'sequence', name=op.f('uq_invoices_vendor_mode_series_sequence'))
    )
    op.create_index(op.f('ix_invoices_vendor_mode_customer_id'), 'invoices', ['vendor', 'mode', 'customer', 'id'], unique=False)
    op.create_index(op.f('ix_invoices_vendor_mode_id'), 'invoices', ['vendor', 'mode', 'id'], unique=False)
    op.create_index(op.f('ix_invoices_vendor_mode_number'), 'invoices', ['vendor', 'mode', 'number'], unique=False)
    op.create_index(op.f('ix_invoices_vendor_mode_subscription_id'), 'invoices', ['vendor', 'mode', 'subscription', 'id'], unique=False)
    op.create_table('documents',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('invoice', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('template_version', sa.String(length=20), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.ForeignKeyConstraint(['invoice'], ['invoices.id'], name=op.f('fk_documents_invoice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_documents')),
    sa.UniqueConstraint('invoice', 'kind', name=op.f('uq_documents_invoice_kind'))
    )
    op.create_table('due_documents',
    sa.Column('invoice', sa.String(length=40), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.ForeignKeyConstraint(['invoice'], ['invoices.id'], name=op.f('fk_due_documents_invoice')),
    sa.PrimaryKeyConstraint('invoice', name=op.f('pk_due_documents'))
    )
    op.create_index(op.f('ix_due_documents_due_at'), 'due_documents', ['due_at'], unique=False)
    op.create_table('invoice_lines',
    sa.Column('invoice', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('unit_amount', sa.BigInteger(), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('tax_rate', sa.Integer(), nullable=False),
    sa.Column('period_start', UtcDateTime(), nullable=True),
    sa.Column('period_end', UtcDateTime(), nullable=True),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.ForeignKeyConstraint(['invoice'], ['invoices.id'], name=op.f('fk_invoice_lines_invoice')),
    sa.PrimaryKeyConstraint('invoice', 'position', name=op.f('pk_invoice_lines'))
    )
    op.create_table('idempotency_keys',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.Column('actor', sa.String(length=40), nullable=False),
    sa.Column('method', sa.String(length=8), nullable=False),
    sa.Column('path', sa.String(length=500), nullable=False),
    sa.Column('key', sa.String(length=255), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('headers', sa.JSON(), nullable=True),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_idempotency_keys')),
    sa.UniqueConstraint('vendor', 'mode', 'actor', 'method', 'path', 'key', name='uq_idempotency_keys_request')
    )
    op.create_index('ix_idempotency_keys_created_at', 'idempotency_keys', ['created_at'], unique=False)
    op.create_table('inbox',
    sa.Column('event_id', sa.String(length=40), nullable=False),
    sa.Column('handled_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_inbox'))
    )
    op.create_index('ix_inbox_handled_at', 'inbox', ['handled_at'], unique=False)
    op.create_table('jobs',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('lease_until', UtcDateTime(), nullable=True),
    sa.Column('token', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_jobs'))
    )
    op.create_table('outbox',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('recorded_at', UtcDateTime(), nullable=False),
    sa.Column('published_at', UtcDateTime(), nullable=True),
    sa.Column('parked_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox'))
    )
    op.create_index('ix_outbox_parked', 'outbox', ['key', 'id'], unique=False, postgresql_where=sa.text('published_at IS NULL AND parked_at IS NOT NULL'), sqlite_where=sa.text('published_at IS NULL AND parked_at IS NOT NULL'))
    op.create_index('ix_outbox_pending', 'outbox', ['id'], unique=False, postgresql_where=sa.text('published_at IS NULL AND parked_at IS NULL'), sqlite_where=sa.text('published_at IS NULL AND parked_at IS NULL'))
    op.create_index('ix_outbox_published_at', 'outbox', ['published_at'], unique=False)
    for statement in FREEZE_SQLITE if op.get_bind().dialect.name == "sqlite" else FREEZE_POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    for statement in THAW_SQLITE if op.get_bind().dialect.name == "sqlite" else THAW_POSTGRESQL:
        op.execute(statement)
    op.drop_index('ix_outbox_published_at', table_name='outbox')
    op.drop_index('ix_outbox_pending', table_name='outbox', postgresql_where=sa.text('published_at IS NULL AND parked_at IS NULL'), sqlite_where=sa.text('published_at IS NULL AND parked_at IS NULL'))
    op.drop_index('ix_outbox_parked', table_name='outbox', postgresql_where=sa.text('published_at IS NULL AND parked_at IS NOT NULL'), sqlite_where=sa.text('published_at IS NULL AND parked_at IS NOT NULL'))
    op.drop_table('outbox')
    op.drop_table('jobs')
    op.drop_index('ix_inbox_handled_at', table_name='inbox')
    op.drop_table('inbox')
    op.drop_index('ix_idempotency_keys_created_at', table_name='idempotency_keys')
    op.drop_table('idempotency_keys')
    op.drop_table('invoice_lines')
    op.drop_index(op.f('ix_due_documents_due_at'), table_name='due_documents')
    op.drop_table('due_documents')
    op.drop_table('documents')
    op.drop_index(op.f('ix_invoices_vendor_mode_subscription_id'), table_name='invoices')
    op.drop_index(op.f('ix_invoices_vendor_mode_number'), table_name='invoices')
    op.drop_index(op.f('ix_invoices_vendor_mode_id'), table_name='invoices')
    op.drop_index(op.f('ix_invoices_vendor_mode_customer_id'), table_name='invoices')
    op.drop_table('invoices')
    op.drop_table('series')
    op.drop_table('sellers')
