"""Find the events of customers, staff, keys or the system without reading those of the others."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_events_actor", "events", ["vendor", "mode", "actor_kind", "id"])


def downgrade() -> None:
    op.drop_index("ix_events_actor", "events")
