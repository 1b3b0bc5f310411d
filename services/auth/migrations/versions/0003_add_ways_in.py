"""Add ways in."""

import sqlalchemy as sa
from alembic import op

from shared.database.base import UtcDateTime

revision = "0003"
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('delegates',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('email_key', sa.String(length=320), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=True),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('offered_role', sa.String(length=20), nullable=True),
    sa.Column('invited_by', sa.String(length=40), nullable=False),
    sa.Column('invited_at', UtcDateTime(), nullable=False),
    sa.Column('accepted_at', UtcDateTime(), nullable=True),
    sa.Column('revoked_at', UtcDateTime(), nullable=True),
    sa.Column('customer', sa.String(length=40), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegates'))
    )
    with op.batch_alter_table('delegates', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delegates_vendor_mode_customer'), ['vendor', 'mode', 'customer'], unique=False)
        batch_op.create_index(batch_op.f('ix_delegates_vendor_mode_email_key'), ['vendor', 'mode', 'email_key'], unique=False)

    op.create_table('embed_refusals',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('portal', sa.String(length=80), nullable=False),
    sa.Column('way_in', sa.String(length=20), nullable=False),
    sa.Column('cause', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=100), nullable=True),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_embed_refusals'))
    )
    with op.batch_alter_table('embed_refusals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_embed_refusals_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_embed_refusals_vendor_mode_at'), ['vendor', 'mode', 'at'], unique=False)

    op.create_table('entries',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=True),
    sa.Column('configuration', sa.String(length=40), nullable=False),
    sa.Column('portal', sa.String(length=80), nullable=False),
    sa.Column('customers', sa.JSON(), nullable=False),
    sa.Column('way_in', sa.String(length=20), nullable=False),
    sa.Column('staff', sa.String(length=40), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('created_by', sa.String(length=40), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.Column('used_at', UtcDateTime(), nullable=True),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entries')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_entries_secret_hash')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_entries_token_hash'))
    )
    with op.batch_alter_table('entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_entries_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_entries_vendor_mode_created_at'), ['vendor', 'mode', 'created_at'], unique=False)

    op.create_table('global_sessions',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('email_key', sa.String(length=320), nullable=False),
    sa.Column('way_in', sa.String(length=20), nullable=False),
    sa.Column('proven_at', UtcDateTime(), nullable=False),
    sa.Column('browser', sa.String(length=40), nullable=True),
    sa.Column('system', sa.String(length=40), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('last_seen_at', UtcDateTime(), nullable=False),
    sa.Column('revoked_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_global_sessions')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_global_sessions_token_hash'))
    )
    with op.batch_alter_table('global_sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_global_sessions_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_global_sessions_email_key'), ['email_key'], unique=False)

    op.create_table('identity_secrets',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('sealed', sa.Text(), nullable=False),
    sa.Column('takes_v1', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.Column('created_by', sa.String(length=40), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('last_used_at', UtcDateTime(), nullable=True),
    sa.Column('expires_at', UtcDateTime(), nullable=True),
    sa.Column('revoked_at', UtcDateTime(), nullable=True),
    sa.Column('replaced_by', sa.String(length=40), nullable=True),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity_secrets'))
    )
    with op.batch_alter_table('identity_secrets', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_identity_secrets_vendor_mode'), ['vendor', 'mode'], unique=False)

    op.create_table('mails',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('about', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('sealed', sa.Text(), nullable=True),
    sa.Column('facts', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mails'))
    )
    with op.batch_alter_table('mails', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mails_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_mails_state_due_at'), ['state', 'due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_mails_vendor_mode_kind_about'), ['vendor', 'mode', 'kind', 'about'], unique=False)

    op.create_table('subscriber_links',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('sealed', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('last_used_at', UtcDateTime(), nullable=True),
    sa.Column('revoked_at', UtcDateTime(), nullable=True),
    sa.Column('customer', sa.String(length=40), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscriber_links')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_subscriber_links_token_hash'))
    )
    with op.batch_alter_table('subscriber_links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_subscriber_links_vendor_mode_customer'), ['vendor', 'mode', 'customer'], unique=False)

    op.create_table('used_nonces',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('jti', sa.String(length=100), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.Column('vendor', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_used_nonces')),
    sa.UniqueConstraint('vendor', 'mode', 'jti', name=op.f('uq_used_nonces_vendor_mode_jti'))
    )
    with op.batch_alter_table('used_nonces', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_used_nonces_expires_at'), ['expires_at'], unique=False)

    op.create_table('staff_sessions',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('user', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=4), nullable=False),
    sa.Column('email_key', sa.String(length=320), nullable=False),
    sa.Column('proven_at', UtcDateTime(), nullable=False),
    sa.Column('browser', sa.String(length=40), nullable=True),
    sa.Column('system', sa.String(length=40), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('last_seen_at', UtcDateTime(), nullable=False),
    sa.Column('revoked_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['user'], ['vendor_users.id'], name=op.f('fk_staff_sessions_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_sessions')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_staff_sessions_token_hash'))
    )
    with op.batch_alter_table('staff_sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_staff_sessions_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_staff_sessions_email_key'), ['email_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_staff_sessions_user'), ['user'], unique=False)

    with op.batch_alter_table('identities', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reference', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('takes_v1', sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.create_index(batch_op.f('ix_identities_email_key'), ['email_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_identities_vendor_mode_reference'), ['vendor', 'mode', 'reference'], unique=False)

    with op.batch_alter_table('portal_sessions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('choices', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('reviewed', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('framed', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('secret', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('link', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('entry', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('parent', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('staff', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('reason', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('delegate', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('role', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('details', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('browser', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('system', sa.String(length=40), nullable=True))
        batch_op.create_index(batch_op.f('ix_portal_sessions_delegate'), ['delegate'], unique=False)
        batch_op.create_index(batch_op.f('ix_portal_sessions_entry'), ['entry'], unique=False)
        batch_op.create_index(batch_op.f('ix_portal_sessions_link'), ['link'], unique=False)
        batch_op.create_index(batch_op.f('ix_portal_sessions_parent'), ['parent'], unique=False)
        batch_op.create_index(batch_op.f('ix_portal_sessions_secret'), ['secret'], unique=False)
        batch_op.create_index(batch_op.f('ix_portal_sessions_staff'), ['staff'], unique=False)

    with op.batch_alter_table('portals', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=10), server_default='hosted', nullable=False))
        batch_op.add_column(sa.Column('is_default', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('sign_in', sa.JSON(), server_default='{}', nullable=False))
        batch_op.add_column(sa.Column('embed', sa.JSON(), server_default='{}', nullable=False))
        batch_op.add_column(sa.Column('host', sa.String(length=253), nullable=True))
        batch_op.add_column(sa.Column('path', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('return_url', sa.String(length=1000), nullable=True))
        batch_op.create_index(batch_op.f('ix_portals_host'), ['host'], unique=False)

    with op.batch_alter_table('sign_in_requests', schema=None) as batch_op:
        batch_op.add_column(sa.Column('details', sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table('vendor_users', schema=None) as batch_op:
        batch_op.add_column(sa.Column('name', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('invited_by', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('accepted_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('removed_at', UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('vendor_users', schema=None) as batch_op:
        batch_op.drop_column('removed_at')
        batch_op.drop_column('accepted_at')
        batch_op.drop_column('invited_by')
        batch_op.drop_column('name')

    with op.batch_alter_table('sign_in_requests', schema=None) as batch_op:
        batch_op.drop_column('details')

    with op.batch_alter_table('portals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_portals_host'))
        batch_op.drop_column('return_url')
        batch_op.drop_column('path')
        batch_op.drop_column('host')
        batch_op.drop_column('embed')
        batch_op.drop_column('sign_in')
        batch_op.drop_column('is_default')
        batch_op.drop_column('kind')

    with op.batch_alter_table('portal_sessions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_portal_sessions_staff'))
        batch_op.drop_index(batch_op.f('ix_portal_sessions_secret'))
        batch_op.drop_index(batch_op.f('ix_portal_sessions_parent'))
        batch_op.drop_index(batch_op.f('ix_portal_sessions_link'))
        batch_op.drop_index(batch_op.f('ix_portal_sessions_entry'))
        batch_op.drop_index(batch_op.f('ix_portal_sessions_delegate'))
        batch_op.drop_column('system')
        batch_op.drop_column('browser')
        batch_op.drop_column('details')
        batch_op.drop_column('role')
        batch_op.drop_column('delegate')
        batch_op.drop_column('reason')
        batch_op.drop_column('staff')
        batch_op.drop_column('parent')
        batch_op.drop_column('entry')
        batch_op.drop_column('link')
        batch_op.drop_column('secret')
        batch_op.drop_column('framed')
        batch_op.drop_column('reviewed')
        batch_op.drop_column('choices')

    with op.batch_alter_table('identities', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_identities_vendor_mode_reference'))
        batch_op.drop_index(batch_op.f('ix_identities_email_key'))
        batch_op.drop_column('takes_v1')
        batch_op.drop_column('reference')

    with op.batch_alter_table('staff_sessions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_staff_sessions_user'))
        batch_op.drop_index(batch_op.f('ix_staff_sessions_email_key'))
        batch_op.drop_index(batch_op.f('ix_staff_sessions_created_at'))

    op.drop_table('staff_sessions')
    with op.batch_alter_table('used_nonces', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_used_nonces_expires_at'))

    op.drop_table('used_nonces')
    with op.batch_alter_table('subscriber_links', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_subscriber_links_vendor_mode_customer'))

    op.drop_table('subscriber_links')
    with op.batch_alter_table('mails', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mails_vendor_mode_kind_about'))
        batch_op.drop_index(batch_op.f('ix_mails_state_due_at'))
        batch_op.drop_index(batch_op.f('ix_mails_expires_at'))

    op.drop_table('mails')
    with op.batch_alter_table('identity_secrets', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_identity_secrets_vendor_mode'))

    op.drop_table('identity_secrets')
    with op.batch_alter_table('global_sessions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_global_sessions_email_key'))
        batch_op.drop_index(batch_op.f('ix_global_sessions_created_at'))

    op.drop_table('global_sessions')
    with op.batch_alter_table('entries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_entries_vendor_mode_created_at'))
        batch_op.drop_index(batch_op.f('ix_entries_expires_at'))

    op.drop_table('entries')
    with op.batch_alter_table('embed_refusals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_embed_refusals_vendor_mode_at'))
        batch_op.drop_index(batch_op.f('ix_embed_refusals_at'))

    op.drop_table('embed_refusals')
    with op.batch_alter_table('delegates', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delegates_vendor_mode_email_key'))
        batch_op.drop_index(batch_op.f('ix_delegates_vendor_mode_customer'))

    op.drop_table('delegates')
