"""Create tables."""

import sqlalchemy as sa
from alembic import op

from shared.database.base import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('attempts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('subject', sa.String(length=420), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempts'))
    )
    op.create_index(op.f('ix_attempts_at'), 'attempts', ['at'], unique=False)
    op.create_index(op.f('ix_attempts_kind_subject_at'), 'attempts', ['kind', 'subject', 'at'], unique=False)
    op.create_table('identities',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('email_key', sa.String(length=320), nullable=True),
    sa.Column('display_name', sa.String(length=500), nullable=True),
    sa.Column('locale', sa.String(length=20), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identities'))
    )
    op.create_index(op.f('ix_identities_vendor_mode_email_key'), 'identities', ['vendor', 'mode', 'email_key'], unique=False)
    op.create_table('portal_sessions',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('portal', sa.String(length=80), nullable=False),
    sa.Column('customers', sa.JSON(), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('email_key', sa.String(length=320), nullable=False),
    sa.Column('way_in', sa.String(length=20), nullable=False),
    sa.Column('assurance', sa.String(length=20), nullable=False),
    sa.Column('proven_at', UtcDateTime(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('last_seen_at', UtcDateTime(), nullable=False),
    sa.Column('revoked_at', UtcDateTime(), nullable=True),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_portal_sessions')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_portal_sessions_token_hash'))
    )
    op.create_index(op.f('ix_portal_sessions_created_at'), 'portal_sessions', ['created_at'], unique=False)
    op.create_index(op.f('ix_portal_sessions_vendor_mode_email_key'), 'portal_sessions', ['vendor', 'mode', 'email_key'], unique=False)
    op.create_table('portals',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('display_name', sa.String(length=200), nullable=False),
    sa.Column('sign_in_methods', sa.JSON(), nullable=False),
    sa.Column('appearance', sa.JSON(), nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('links', sa.JSON(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_portals')),
    sa.UniqueConstraint('slug', name=op.f('uq_portals_slug'))
    )
    op.create_table('sign_in_requests',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('portal', sa.String(length=80), nullable=False),
    sa.Column('purpose', sa.String(length=10), nullable=False),
    sa.Column('session', sa.String(length=40), nullable=True),
    sa.Column('email', sa.String(length=320), nullable=True),
    sa.Column('email_key', sa.String(length=320), nullable=True),
    sa.Column('masked', sa.String(length=100), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('code_mac', sa.String(length=64), nullable=False),
    sa.Column('window_hash', sa.String(length=64), nullable=False),
    sa.Column('browser', sa.String(length=40), nullable=True),
    sa.Column('system', sa.String(length=40), nullable=True),
    sa.Column('client', sa.String(length=60), nullable=False),
    sa.Column('return_path', sa.String(length=500), nullable=False),
    sa.Column('counted', sa.Boolean(), nullable=False),
    sa.Column('requested_at', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.Column('wrong_codes', sa.Integer(), nullable=False),
    sa.Column('used_at', UtcDateTime(), nullable=True),
    sa.Column('voided_at', UtcDateTime(), nullable=True),
    sa.Column('mail', sa.String(length=10), nullable=False),
    sa.Column('mail_due_at', UtcDateTime(), nullable=True),
    sa.Column('mail_attempts', sa.Integer(), nullable=False),
    sa.Column('sealed', sa.Text(), nullable=True),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_requests')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sign_in_requests_token_hash'))
    )
    op.create_index(op.f('ix_sign_in_requests_client_requested_at'), 'sign_in_requests', ['client', 'requested_at'], unique=False)
    op.create_index(op.f('ix_sign_in_requests_mail_requested_at'), 'sign_in_requests', ['mail', 'requested_at'], unique=False)
    op.create_index(op.f('ix_sign_in_requests_vendor_mode_email_key_requested_at'), 'sign_in_requests', ['vendor', 'mode', 'email_key', 'requested_at'], unique=False)
    op.create_index(op.f('ix_sign_in_requests_vendor_requested_at'), 'sign_in_requests', ['vendor', 'requested_at'], unique=False)
    op.create_index(op.f('ix_sign_in_requests_window_hash'), 'sign_in_requests', ['window_hash'], unique=False)
    op.create_table('vendors',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('slug', sa.String(length=40), nullable=False),
    sa.Column('display_name', sa.String(length=200), nullable=False),
    sa.Column('profile', sa.JSON(), nullable=False),
    sa.Column('default_locale', sa.String(length=20), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vendors')),
    sa.UniqueConstraint('slug', name=op.f('uq_vendors_slug'))
    )
    op.create_table('api_keys',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=2), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('created_by', sa.String(length=40), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('last_used_at', UtcDateTime(), nullable=True),
    sa.Column('expires_at', UtcDateTime(), nullable=True),
    sa.Column('revoked_at', UtcDateTime(), nullable=True),
    sa.Column('replaced_by', sa.String(length=40), nullable=True),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.ForeignKeyConstraint(['vendor'], ['vendors.id'], name=op.f('fk_api_keys_vendor')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_keys'))
    )
    op.create_index(op.f('ix_api_keys_vendor_mode'), 'api_keys', ['vendor', 'mode'], unique=False)
    op.create_table('logos',
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('png', sa.LargeBinary(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['vendor'], ['vendors.id'], name=op.f('fk_logos_vendor')),
    sa.PrimaryKeyConstraint('vendor', 'sha256', name=op.f('pk_logos'))
    )
    op.create_table('vendor_users',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('email_key', sa.String(length=320), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['vendor'], ['vendors.id'], name=op.f('fk_vendor_users_vendor')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vendor_users')),
    sa.UniqueConstraint('vendor', 'email_key', name=op.f('uq_vendor_users_vendor_email_key'))
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


def downgrade() -> None:
    op.drop_index('ix_outbox_published_at', table_name='outbox')
    op.drop_index('ix_outbox_pending', table_name='outbox', postgresql_where=sa.text('published_at IS NULL AND parked_at IS NULL'), sqlite_where=sa.text('published_at IS NULL AND parked_at IS NULL'))
    op.drop_index('ix_outbox_parked', table_name='outbox', postgresql_where=sa.text('published_at IS NULL AND parked_at IS NOT NULL'), sqlite_where=sa.text('published_at IS NULL AND parked_at IS NOT NULL'))
    op.drop_table('outbox')
    op.drop_table('jobs')
    op.drop_index('ix_inbox_handled_at', table_name='inbox')
    op.drop_table('inbox')
    op.drop_index('ix_idempotency_keys_created_at', table_name='idempotency_keys')
    op.drop_table('idempotency_keys')
    op.drop_table('vendor_users')
    op.drop_table('logos')
    op.drop_index(op.f('ix_api_keys_vendor_mode'), table_name='api_keys')
    op.drop_table('api_keys')
    op.drop_table('vendors')
    op.drop_index(op.f('ix_sign_in_requests_window_hash'), table_name='sign_in_requests')
    op.drop_index(op.f('ix_sign_in_requests_vendor_requested_at'), table_name='sign_in_requests')
    op.drop_index(op.f('ix_sign_in_requests_vendor_mode_email_key_requested_at'), table_name='sign_in_requests')
    op.drop_index(op.f('ix_sign_in_requests_mail_requested_at'), table_name='sign_in_requests')
    op.drop_index(op.f('ix_sign_in_requests_client_requested_at'), table_name='sign_in_requests')
    op.drop_table('sign_in_requests')
    op.drop_table('portals')
    op.drop_index(op.f('ix_portal_sessions_vendor_mode_email_key'), table_name='portal_sessions')
    op.drop_index(op.f('ix_portal_sessions_created_at'), table_name='portal_sessions')
    op.drop_table('portal_sessions')
    op.drop_index(op.f('ix_identities_vendor_mode_email_key'), table_name='identities')
    op.drop_table('identities')
    op.drop_index(op.f('ix_attempts_kind_subject_at'), table_name='attempts')
    op.drop_index(op.f('ix_attempts_at'), table_name='attempts')
    op.drop_table('attempts')
