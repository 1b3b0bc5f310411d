"""Create tables."""

import sqlalchemy as sa
from alembic import op

from shared.database.base import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('messages',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('customer', sa.String(length=40), nullable=True),
    sa.Column('address', sa.String(length=320), nullable=False),
    sa.Column('locale', sa.String(length=35), nullable=False),
    sa.Column('dedup_key', sa.String(length=100), nullable=False),
    sa.Column('about', sa.String(length=40), nullable=True),
    sa.Column('about_revision', sa.BigInteger(), nullable=True),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('sealed', sa.Text(), nullable=True),
    sa.Column('expires_at', UtcDateTime(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=True),
    sa.Column('message_id', sa.String(length=200), nullable=True),
    sa.Column('subject', sa.Text(), nullable=True),
    sa.Column('html', sa.Text(), nullable=True),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('last_error', sa.String(length=500), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('sent_at', UtcDateTime(), nullable=True),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_messages')),
    sa.UniqueConstraint('vendor', 'mode', 'dedup_key', name=op.f('uq_messages_vendor_mode_dedup_key'))
    )
    op.create_index('ix_messages_about', 'messages', ['vendor', 'mode', 'about'], unique=False)
    op.create_index('ix_messages_created_at', 'messages', ['created_at'], unique=False)
    op.create_index('ix_messages_customer', 'messages', ['vendor', 'mode', 'customer', 'id'], unique=False)
    op.create_index('ix_messages_due', 'messages', ['urgent', 'due_at'], unique=False, postgresql_where=sa.text('due_at IS NOT NULL'), sqlite_where=sa.text('due_at IS NOT NULL'))
    op.create_index('ix_messages_list', 'messages', ['vendor', 'mode', 'id'], unique=False)
    op.create_table('portals',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('slug', sa.String(length=100), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_portals'))
    )
    op.create_table('recipients',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('display_name', sa.String(length=300), nullable=True),
    sa.Column('locale', sa.String(length=35), nullable=True),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recipients'))
    )
    op.create_table('senders',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('display_name', sa.String(length=200), nullable=False),
    sa.Column('legal_name', sa.String(length=300), nullable=True),
    sa.Column('brand_color', sa.String(length=7), nullable=True),
    sa.Column('reply_to', sa.String(length=320), nullable=True),
    sa.Column('support_url', sa.String(length=2000), nullable=True),
    sa.Column('address', sa.JSON(), nullable=False),
    sa.Column('default_locale', sa.String(length=35), nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_senders'))
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
    op.drop_table('senders')
    op.drop_table('recipients')
    op.drop_table('portals')
    op.drop_index('ix_messages_list', table_name='messages')
    op.drop_index('ix_messages_due', table_name='messages', postgresql_where=sa.text('due_at IS NOT NULL'), sqlite_where=sa.text('due_at IS NOT NULL'))
    op.drop_index('ix_messages_customer', table_name='messages')
    op.drop_index('ix_messages_created_at', table_name='messages')
    op.drop_index('ix_messages_about', table_name='messages')
    op.drop_table('messages')
