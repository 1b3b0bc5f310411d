"""Let a portal be embedded, live at a host of the vendor's own, and lead back to where its visitors came from.

What is there stays as it was: embedded nowhere, at no host of its own, with its sign-in page open.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.database import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ADDED: dict[str, tuple[Any, str | None]] = {
    "embed": (sa.JSON(), "{}"),
    "login_page": (sa.JSON(), "{}"),
    "default_return_url": (sa.String(1000), None),
    "domain_host": (sa.String(253), None),
    "domain_path": (sa.String(200), None),
    "domain_verified_at": (UtcDateTime(), None),
    "domain_checked_at": (UtcDateTime(), None),
    "domain_missing_since": (UtcDateTime(), None),
}


def upgrade() -> None:
    for name, (kind, default) in _ADDED.items():
        column: sa.Column[Any] = sa.Column(name, kind, nullable=default is None, server_default=default)
        op.add_column("portal_configurations", column)
    is_proven = sa.text("domain_verified_at IS NOT NULL")
    op.create_index(
        "uq_portal_configurations_domain",
        "portal_configurations",
        ["domain_host", "domain_path"],
        unique=True,
        postgresql_where=is_proven,
        sqlite_where=is_proven,
    )


    op.create_table(
        "delegates",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("name", sa.String(320), nullable=False),
        sa.Column("customer", sa.String(40), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_delegates"),
    )


def downgrade() -> None:
    op.drop_table("delegates")
    op.drop_index("uq_portal_configurations_domain", "portal_configurations")
    with op.batch_alter_table("portal_configurations") as batch:
        for name in _ADDED:
            batch.drop_column(name)
