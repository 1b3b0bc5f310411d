"""Let subscriptions be deleted, customers be erased and given what is held of them, vendors be suspended and closed.

What is there stays as it was: nothing deleted, nobody erased, every vendor active. The action log lets a client's
address be taken away, and nothing else of a line; seals hold without it. Going back shows deleted subscriptions again;
who was erased stays erased.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.database import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_FOR_EVER = "id vendor mode actor_kind actor_id action object customer rule before after request_id at".split()
_REFUSE = "SELECT RAISE(ABORT, 'the action log is append-only');"
_IS_SEALED = "OLD.hash IS NULL AND NEW.hash IS NOT NULL AND NEW.sequence IS NOT NULL AND NEW.previous_hash IS NOT NULL"
_IS_THE_SAME = " AND ".join(f'NEW."{column}" IS OLD."{column}"' for column in _FOR_EVER)
_SAME_SEAL = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in ("sequence", "previous_hash", "hash"))
_SAME_ADDRESS = "NEW.client_address IS OLD.client_address"
_IS_MASKED = f"OLD.client_address IS NOT NULL AND NEW.client_address IS NULL AND {_SAME_SEAL}"
_HAS_SEQUENCE = "vendor = NEW.vendor AND mode = NEW.mode AND sequence = NEW.sequence"
_TAKEN = f"EXISTS (SELECT 1 FROM action_log WHERE {_HAS_SEQUENCE} AND id <> NEW.id)"
_SEALING = f"({_IS_SEALED} AND {_IS_THE_SAME} AND {_SAME_ADDRESS})"

_POSTGRESQL = """
CREATE OR REPLACE FUNCTION action_log_only_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE unsealed action_log := NEW; masked action_log := OLD;
BEGIN
    unsealed.sequence := OLD.sequence;
    unsealed.previous_hash := OLD.previous_hash;
    unsealed.hash := OLD.hash;
    IF {sealed} AND unsealed::text = OLD::text THEN RETURN NEW; END IF;
    {masking}
    RAISE EXCEPTION 'the action log is append-only';
END $$
"""
_MASKING = (
    "masked.client_address := NULL;"
    " IF OLD.client_address IS NOT NULL AND NEW::text = masked::text THEN RETURN NEW; END IF;"
)

_DUE = sa.text("due_at IS NOT NULL")
_DETACHED = sa.text("detach_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("subscriptions", sa.Column("deleted_at", UtcDateTime(), nullable=True))
    op.add_column("customers", sa.Column("erased_at", UtcDateTime(), nullable=True))
    op.add_column("payment_methods", sa.Column("detach_at", UtcDateTime(), nullable=True))
    op.create_index(
        "ix_payment_methods_detach_at",
        "payment_methods",
        ["detach_at"],
        postgresql_where=_DETACHED,
        sqlite_where=_DETACHED,
    )
    op.add_column("vendors", sa.Column("standing", sa.String(10), nullable=False, server_default="active"))
    op.add_column("vendors", sa.Column("standing_revision", sa.Integer(), nullable=False, server_default="0"))
    _create_erasures()
    _create_exports()
    _create_erased_customers()
    _let_addresses_go(True)


def downgrade() -> None:
    _let_addresses_go(False)
    op.drop_index("ix_erased_customers_masked_at", "erased_customers")
    op.drop_table("erased_customers")
    op.drop_index("ix_exports_due_at", "exports")
    op.drop_index("ix_exports_vendor_mode_customer", "exports")
    op.drop_table("exports")
    op.drop_table("erasures")
    op.drop_column("vendors", "standing_revision")
    op.drop_column("vendors", "standing")
    op.drop_index("ix_payment_methods_detach_at", "payment_methods")
    op.drop_column("payment_methods", "detach_at")
    op.drop_column("customers", "erased_at")
    op.drop_column("subscriptions", "deleted_at")


def _create_erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("cleared", sa.JSON(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.Column("erased_by", sa.String(10), nullable=False),
        sa.Column("erased_at", UtcDateTime(), nullable=False),
        *_owner("erasures"),
        sa.UniqueConstraint("customer", name=op.f("uq_erasures_customer")),
    )


def _create_exports() -> None:
    op.create_table(
        "exports",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("requested_by", sa.String(80), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("ready_at", UtcDateTime(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("fetched_at", UtcDateTime(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        *_owner("exports"),
        sa.CheckConstraint(
            "status IN ('pending', 'ready', 'fetched', 'expired', 'failed')", name=op.f("ck_exports_status")
        ),
    )
    op.create_index("ix_exports_vendor_mode_customer", "exports", ["vendor", "mode", "customer"])
    op.create_index("ix_exports_due_at", "exports", ["due_at"], postgresql_where=_DUE, sqlite_where=_DUE)


def _owner(table: str) -> tuple[Any, ...]:
    return (
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("customer", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("vendor", "mode", "id", name=op.f(f"uq_{table}_vendor_mode_id")),
        sa.ForeignKeyConstraint(
            ["vendor", "mode", "customer"],
            ["customers.vendor", "customers.mode", "customers.id"],
            name=op.f(f"fk_{table}_vendor_mode_customer"),
        ),
    )


def _create_erased_customers() -> None:
    op.create_table(
        "erased_customers",
        sa.Column("customer", sa.String(40), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("erased_at", UtcDateTime(), nullable=False),
        sa.Column("masked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("customer", name=op.f("pk_erased_customers")),
    )
    op.create_index("ix_erased_customers_masked_at", "erased_customers", ["masked_at"])


def _let_addresses_go(may: bool) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute(_POSTGRESQL.format(sealed=_IS_SEALED, masking=_MASKING if may else ""))
        return
    masking = f" AND NOT ({_IS_MASKED} AND {_IS_THE_SAME})" if may else ""
    op.execute("DROP TRIGGER action_log_only_seal")
    op.execute(
        f"CREATE TRIGGER action_log_only_seal BEFORE UPDATE ON action_log WHEN (NOT {_SEALING}{masking}) OR {_TAKEN}"
        f" BEGIN {_REFUSE} END"
    )
