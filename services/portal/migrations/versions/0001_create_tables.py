"""Create portal's tables, and keep the action log from being changed."""

import sqlalchemy as sa
from alembic import op

from shared.database.base import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_REFUSE_SQLITE = """
CREATE TRIGGER action_log_no_{verb} BEFORE {verb} ON action_log
BEGIN SELECT RAISE(ABORT, 'the action log is append-only'); END
"""
_REFUSE_POSTGRESQL = """
CREATE FUNCTION action_log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the action log is append-only'; END $$
"""


def _protect_action_log() -> None:
    """GD-07: what the application itself can't change or delete, a mistake in it can't either."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(_REFUSE_SQLITE.format(verb=verb))
        return
    op.execute(_REFUSE_POSTGRESQL)
    op.execute(
        "CREATE TRIGGER action_log_no_change BEFORE UPDATE OR DELETE ON action_log "
        "FOR EACH ROW EXECUTE FUNCTION action_log_refuse()"
    )
    op.execute(
        "CREATE TRIGGER action_log_no_truncate BEFORE TRUNCATE ON action_log "
        "FOR EACH STATEMENT EXECUTE FUNCTION action_log_refuse()"
    )


def _unprotect_action_log() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(f"DROP TRIGGER action_log_no_{verb}")
        return
    op.execute("DROP TRIGGER action_log_no_change ON action_log")
    op.execute("DROP TRIGGER action_log_no_truncate ON action_log")
    op.execute("DROP FUNCTION action_log_refuse()")



def upgrade() -> None:
    op.create_table('action_log',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('actor_kind', sa.String(length=10), nullable=False),
    sa.Column('actor_id', sa.String(length=80), nullable=False),
    sa.Column('action', sa.String(length=80), nullable=False),
    sa.Column('object', sa.String(length=40), nullable=False),
    sa.Column('before', sa.JSON(), nullable=True),
    sa.Column('after', sa.JSON(), nullable=True),
    sa.Column('request_id', sa.String(length=80), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action_log')),
    sa.UniqueConstraint('vendor', 'mode', 'id', name=op.f('uq_action_log_vendor_mode_id'))
    )
    op.create_index('ix_action_log_vendor_mode_object', 'action_log', ['vendor', 'mode', 'object'], unique=False)
    op.create_table('campaigns',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('archived_at', UtcDateTime(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns')),
    sa.UniqueConstraint('vendor', 'mode', 'id', name=op.f('uq_campaigns_vendor_mode_id'))
    )
    op.create_table('confirmations',
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('session', sa.String(length=80), nullable=False),
    sa.Column('action', sa.String(length=40), nullable=False),
    sa.Column('object', sa.String(length=40), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.Column('used_at', UtcDateTime(), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_confirmations'))
    )
    op.create_index('ix_confirmations_expires_at', 'confirmations', ['expires_at'], unique=False)
    op.create_table('customers',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('email_key', sa.String(length=320), nullable=False),
    sa.Column('display_name', sa.String(length=200), nullable=True),
    sa.Column('company', sa.String(length=200), nullable=True),
    sa.Column('reference', sa.String(length=200), nullable=True),
    sa.Column('address', sa.JSON(), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('tax_id', sa.String(length=80), nullable=True),
    sa.Column('phone', sa.String(length=80), nullable=True),
    sa.Column('locale', sa.String(length=80), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customers')),
    sa.UniqueConstraint('vendor', 'mode', 'id', name=op.f('uq_customers_vendor_mode_id')),
    sa.UniqueConstraint('vendor', 'mode', 'reference', name=op.f('uq_customers_vendor_mode_reference'))
    )
    op.create_index('ix_customers_vendor_mode_email_key', 'customers', ['vendor', 'mode', 'email_key'], unique=False)
    op.create_table('imports',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('all_or_nothing', sa.Boolean(), nullable=False),
    sa.Column('status', sa.String(length=30), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('added', sa.Integer(), nullable=False),
    sa.Column('customers_added', sa.Integer(), nullable=False),
    sa.Column('unchanged', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Integer(), nullable=False),
    sa.Column('errors', sa.JSON(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('finished_at', UtcDateTime(), nullable=True),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_imports')),
    sa.UniqueConstraint('vendor', 'mode', 'id', name=op.f('uq_imports_vendor_mode_id'))
    )
    op.create_table('portal_configurations',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('slug', sa.String(length=63), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('display_name', sa.String(length=200), nullable=False),
    sa.Column('is_default', sa.Boolean(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('features', sa.JSON(), nullable=False),
    sa.Column('sign_in', sa.JSON(), nullable=False),
    sa.Column('appearance', sa.JSON(), nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('links', sa.JSON(), nullable=False),
    sa.Column('scope', sa.JSON(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_portal_configurations')),
    sa.UniqueConstraint('slug', name=op.f('uq_portal_configurations_slug')),
    sa.UniqueConstraint('vendor', 'mode', 'id', name=op.f('uq_portal_configurations_vendor_mode_id'))
    )
    op.create_table('vendors',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('slug', sa.String(length=63), nullable=False),
    sa.Column('display_name', sa.String(length=200), nullable=False),
    sa.Column('profile', sa.JSON(), nullable=False),
    sa.Column('default_locale', sa.String(length=80), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vendors'))
    )
    op.create_index('ix_vendors_slug', 'vendors', ['slug'], unique=False)
    op.create_table('products',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('campaign', sa.String(length=40), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('tax_rate', sa.Integer(), nullable=False),
    sa.Column('tax_behavior', sa.String(length=9), nullable=False),
    sa.Column('unit_label', sa.String(length=80), nullable=True),
    sa.Column('show_in_portal', sa.Boolean(), nullable=False),
    sa.Column('cancel', sa.String(length=14), nullable=False),
    sa.Column('cancel_message', sa.Text(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('archived_at', UtcDateTime(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.CheckConstraint("cancel IN ('inherit', 'allow', 'deny')", name=op.f('ck_products_cancel')),
    sa.CheckConstraint("tax_behavior IN ('inclusive', 'exclusive')", name=op.f('ck_products_tax_behavior')),
    sa.CheckConstraint('tax_rate BETWEEN 0 AND 10000', name=op.f('ck_products_tax_rate')),
    sa.ForeignKeyConstraint(['vendor', 'mode', 'campaign'], ['campaigns.vendor', 'campaigns.mode', 'campaigns.id'], name=op.f('fk_products_vendor_mode_campaign')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_products')),
    sa.UniqueConstraint('vendor', 'mode', 'id', name=op.f('uq_products_vendor_mode_id'))
    )
    op.create_index('ix_products_vendor_mode_campaign', 'products', ['vendor', 'mode', 'campaign'], unique=False)
    op.create_table('plans',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('product', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('unit_amount', sa.BigInteger(), nullable=False),
    sa.Column('interval', sa.String(length=5), nullable=False),
    sa.Column('interval_count', sa.Integer(), nullable=False),
    sa.Column('cancel', sa.String(length=14), nullable=False),
    sa.Column('cancel_message', sa.Text(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('archived_at', UtcDateTime(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.CheckConstraint("cancel IN ('inherit', 'allow', 'deny')", name=op.f('ck_plans_cancel')),
    sa.CheckConstraint('"interval" IN (\'day\', \'week\', \'month\', \'year\')', name=op.f('ck_plans_interval')),
    sa.CheckConstraint('interval_count >= 1', name=op.f('ck_plans_interval_count')),
    sa.CheckConstraint('unit_amount >= 0', name=op.f('ck_plans_unit_amount')),
    sa.ForeignKeyConstraint(['vendor', 'mode', 'product'], ['products.vendor', 'products.mode', 'products.id'], name=op.f('fk_plans_vendor_mode_product')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plans')),
    sa.UniqueConstraint('vendor', 'mode', 'id', name=op.f('uq_plans_vendor_mode_id'))
    )
    op.create_index('ix_plans_vendor_mode_name', 'plans', ['vendor', 'mode', 'name'], unique=False)
    op.create_index('ix_plans_vendor_mode_product', 'plans', ['vendor', 'mode', 'product'], unique=False)
    op.create_table('subscriptions',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('plan', sa.String(length=40), nullable=False),
    sa.Column('product', sa.String(length=40), nullable=False),
    sa.Column('order_number', sa.String(length=10), nullable=False),
    sa.Column('status', sa.Enum('active', 'canceled', 'ended', name='status', native_enum=False, length=10), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('unit_amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('interval', sa.String(length=5), nullable=False),
    sa.Column('interval_count', sa.Integer(), nullable=False),
    sa.Column('tax_rate', sa.Integer(), nullable=False),
    sa.Column('tax_behavior', sa.String(length=9), nullable=False),
    sa.Column('anchor', UtcDateTime(), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.Column('current_period_start', UtcDateTime(), nullable=False),
    sa.Column('current_period_end', UtcDateTime(), nullable=False),
    sa.Column('canceled_at', UtcDateTime(), nullable=True),
    sa.Column('ends_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('cancellation_feedback', sa.String(length=40), nullable=True),
    sa.Column('cancellation_comment', sa.Text(), nullable=True),
    sa.Column('cancel', sa.String(length=14), nullable=False),
    sa.Column('cancel_message', sa.Text(), nullable=True),
    sa.Column('source_key', sa.String(length=64), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('customer', sa.String(length=40), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.CheckConstraint("status <> 'canceled' OR ends_at IS NOT NULL", name=op.f('ck_subscriptions_canceled_has_end')),
    sa.CheckConstraint("status <> 'ended' OR ended_at IS NOT NULL", name=op.f('ck_subscriptions_ended_has_moment')),
    sa.CheckConstraint("status IN ('active', 'canceled', 'ended')", name=op.f('ck_subscriptions_status')),
    sa.CheckConstraint('interval_count >= 1', name=op.f('ck_subscriptions_interval_count')),
    sa.CheckConstraint('quantity >= 1', name=op.f('ck_subscriptions_quantity')),
    sa.CheckConstraint('unit_amount >= 0', name=op.f('ck_subscriptions_unit_amount')),
    sa.ForeignKeyConstraint(['vendor', 'mode', 'customer'], ['customers.vendor', 'customers.mode', 'customers.id'], name=op.f('fk_subscriptions_vendor_mode_customer')),
    sa.ForeignKeyConstraint(['vendor', 'mode', 'plan'], ['plans.vendor', 'plans.mode', 'plans.id'], name=op.f('fk_subscriptions_vendor_mode_plan')),
    sa.ForeignKeyConstraint(['vendor', 'mode', 'product'], ['products.vendor', 'products.mode', 'products.id'], name=op.f('fk_subscriptions_vendor_mode_product')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscriptions')),
    sa.UniqueConstraint('vendor', 'mode', 'id', name=op.f('uq_subscriptions_vendor_mode_id')),
    sa.UniqueConstraint('vendor', 'mode', 'source_key', name=op.f('uq_subscriptions_vendor_mode_source_key'))
    )
    op.create_index('ix_subscriptions_ends_at', 'subscriptions', ['ends_at'], unique=False, postgresql_where=sa.text("status = 'canceled'"), sqlite_where=sa.text("status = 'canceled'"))
    op.create_index('ix_subscriptions_vendor_mode_customer', 'subscriptions', ['vendor', 'mode', 'customer'], unique=False)
    op.create_index('ix_subscriptions_vendor_mode_status', 'subscriptions', ['vendor', 'mode', 'status'], unique=False)
    op.create_table('payments',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('subscription', sa.String(length=40), nullable=True),
    sa.Column('product', sa.String(length=40), nullable=True),
    sa.Column('description', sa.String(length=500), nullable=False),
    sa.Column('lines', sa.JSON(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('tax_behavior', sa.String(length=9), nullable=False),
    sa.Column('net', sa.BigInteger(), nullable=False),
    sa.Column('tax', sa.BigInteger(), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('order_number', sa.String(length=10), nullable=False),
    sa.Column('method', sa.String(length=200), nullable=True),
    sa.Column('historical', sa.Boolean(), nullable=False),
    sa.Column('source_key', sa.String(length=64), nullable=True),
    sa.Column('paid_at', UtcDateTime(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('customer', sa.String(length=40), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.CheckConstraint("status IN ('succeeded')", name=op.f('ck_payments_status')),
    sa.CheckConstraint('net + tax = total', name=op.f('ck_payments_adds_up')),
    sa.CheckConstraint('total >= 0', name=op.f('ck_payments_total')),
    sa.ForeignKeyConstraint(['vendor', 'mode', 'customer'], ['customers.vendor', 'customers.mode', 'customers.id'], name=op.f('fk_payments_vendor_mode_customer')),
    sa.ForeignKeyConstraint(['vendor', 'mode', 'product'], ['products.vendor', 'products.mode', 'products.id'], name=op.f('fk_payments_vendor_mode_product')),
    sa.ForeignKeyConstraint(['vendor', 'mode', 'subscription'], ['subscriptions.vendor', 'subscriptions.mode', 'subscriptions.id'], name=op.f('fk_payments_vendor_mode_subscription')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payments')),
    sa.UniqueConstraint('vendor', 'mode', 'id', name=op.f('uq_payments_vendor_mode_id')),
    sa.UniqueConstraint('vendor', 'mode', 'order_number', name=op.f('uq_payments_vendor_mode_order_number')),
    sa.UniqueConstraint('vendor', 'mode', 'source_key', name=op.f('uq_payments_vendor_mode_source_key'))
    )
    op.create_index('ix_payments_vendor_mode_customer_paid_at', 'payments', ['vendor', 'mode', 'customer', 'paid_at'], unique=False)
    op.create_index('ix_payments_vendor_mode_subscription', 'payments', ['vendor', 'mode', 'subscription'], unique=False)
    op.create_table('invoices',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('subscription', sa.String(length=40), nullable=True),
    sa.Column('payment', sa.String(length=40), nullable=True),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('order_number', sa.String(length=10), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('net', sa.BigInteger(), nullable=False),
    sa.Column('tax', sa.BigInteger(), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('description', sa.String(length=500), nullable=False),
    sa.Column('dated_at', UtcDateTime(), nullable=False),
    sa.Column('historical', sa.Boolean(), nullable=False),
    sa.Column('customer', sa.String(length=40), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.ForeignKeyConstraint(['vendor', 'mode', 'customer'], ['customers.vendor', 'customers.mode', 'customers.id'], name=op.f('fk_invoices_vendor_mode_customer')),
    sa.ForeignKeyConstraint(['vendor', 'mode', 'payment'], ['payments.vendor', 'payments.mode', 'payments.id'], name=op.f('fk_invoices_vendor_mode_payment')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoices')),
    sa.UniqueConstraint('vendor', 'mode', 'id', name=op.f('uq_invoices_vendor_mode_id'))
    )
    op.create_index('ix_invoices_vendor_mode_customer_dated_at', 'invoices', ['vendor', 'mode', 'customer', 'dated_at', 'id'], unique=False)
    op.create_index('ix_invoices_vendor_mode_payment', 'invoices', ['vendor', 'mode', 'payment'], unique=False)
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
    _protect_action_log()


def downgrade() -> None:
    _unprotect_action_log()
    op.drop_index('ix_outbox_published_at', table_name='outbox')
    op.drop_index('ix_outbox_pending', table_name='outbox', postgresql_where=sa.text('published_at IS NULL AND parked_at IS NULL'), sqlite_where=sa.text('published_at IS NULL AND parked_at IS NULL'))
    op.drop_index('ix_outbox_parked', table_name='outbox', postgresql_where=sa.text('published_at IS NULL AND parked_at IS NOT NULL'), sqlite_where=sa.text('published_at IS NULL AND parked_at IS NOT NULL'))
    op.drop_table('outbox')
    op.drop_table('jobs')
    op.drop_index('ix_inbox_handled_at', table_name='inbox')
    op.drop_table('inbox')
    op.drop_index('ix_idempotency_keys_created_at', table_name='idempotency_keys')
    op.drop_table('idempotency_keys')
    op.drop_index('ix_invoices_vendor_mode_payment', table_name='invoices')
    op.drop_index('ix_invoices_vendor_mode_customer_dated_at', table_name='invoices')
    op.drop_table('invoices')
    op.drop_index('ix_payments_vendor_mode_subscription', table_name='payments')
    op.drop_index('ix_payments_vendor_mode_customer_paid_at', table_name='payments')
    op.drop_table('payments')
    op.drop_index('ix_subscriptions_vendor_mode_status', table_name='subscriptions')
    op.drop_index('ix_subscriptions_vendor_mode_customer', table_name='subscriptions')
    op.drop_index('ix_subscriptions_ends_at', table_name='subscriptions', postgresql_where=sa.text("status = 'canceled'"), sqlite_where=sa.text("status = 'canceled'"))
    op.drop_table('subscriptions')
    op.drop_index('ix_plans_vendor_mode_product', table_name='plans')
    op.drop_index('ix_plans_vendor_mode_name', table_name='plans')
    op.drop_table('plans')
    op.drop_index('ix_products_vendor_mode_campaign', table_name='products')
    op.drop_table('products')
    op.drop_index('ix_vendors_slug', table_name='vendors')
    op.drop_table('vendors')
    op.drop_table('portal_configurations')
    op.drop_table('imports')
    op.drop_index('ix_customers_vendor_mode_email_key', table_name='customers')
    op.drop_table('customers')
    op.drop_index('ix_confirmations_expires_at', table_name='confirmations')
    op.drop_table('confirmations')
    op.drop_table('campaigns')
    op.drop_index('ix_action_log_vendor_mode_object', table_name='action_log')
    op.drop_table('action_log')
