"""Let a line of the action log be sealed, once, and changed in no other way.

The lines that are there become unsealed ones. `action_log_heads` has the last sealed line of each chain. Going back
drops the seals, and what each line says of its customer, of the rule that decided and of where the request came from.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ADDED = {
    "customer": sa.String(40),
    "rule": sa.String(40),
    "client_address": sa.String(45),
    "sequence": sa.BigInteger(),
    "previous_hash": sa.String(64),
    "hash": sa.String(64),
}
_FOR_EVER = (
    "id vendor mode actor_kind actor_id action object customer rule before after request_id client_address at"
).split()
_REFUSE = "SELECT RAISE(ABORT, 'the action log is append-only');"  # SQLite's
_IS_SEALED = "OLD.hash IS NULL AND NEW.hash IS NOT NULL AND NEW.sequence IS NOT NULL AND NEW.previous_hash IS NOT NULL"
_IS_THE_SAME = " AND ".join(f'NEW."{column}" IS OLD."{column}"' for column in _FOR_EVER)
_HAS_SEQUENCE = "vendor = NEW.vendor AND mode = NEW.mode AND sequence = NEW.sequence"

# On SQLite an OR REPLACE deletes rows without firing delete triggers, so what would replace a row is refused too.
_PROTECT_SQLITE = {
    "action_log_only_seal": (
        f"UPDATE ON action_log WHEN NOT ({_IS_SEALED} AND {_IS_THE_SAME})"
        f" OR EXISTS (SELECT 1 FROM action_log WHERE {_HAS_SEQUENCE} AND id <> NEW.id)"
    ),
    "action_log_no_replace": (
        "INSERT ON action_log WHEN EXISTS (SELECT 1 FROM action_log WHERE id = NEW.id)"
        f" OR EXISTS (SELECT 1 FROM action_log WHERE {_HAS_SEQUENCE})"
    ),
    "action_log_no_delete": "DELETE ON action_log",
}

# A row as text, for json has no equality; whole, so that a column of a later migration is kept from changes as well.
_ONLY_SEAL_POSTGRESQL = f"""
CREATE FUNCTION action_log_only_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE unsealed action_log := NEW;
BEGIN
    unsealed.sequence := OLD.sequence;
    unsealed.previous_hash := OLD.previous_hash;
    unsealed.hash := OLD.hash;
    IF {_IS_SEALED} AND unsealed::text = OLD::text THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'the action log is append-only';
END $$
"""


def upgrade() -> None:
    _unprotect()
    where = sa.text("hash IS NULL")
    for name, kind in _ADDED.items():
        op.add_column("action_log", sa.Column(name, kind, nullable=True))
    with op.batch_alter_table("action_log") as batch:
        batch.create_unique_constraint(op.f("uq_action_log_vendor_mode_sequence"), ["vendor", "mode", "sequence"])
    op.create_index("ix_action_log_vendor_mode_customer", "action_log", ["vendor", "mode", "customer"])
    op.create_index("ix_action_log_unsealed", "action_log", ["id"], postgresql_where=where, sqlite_where=where)
    _protect_but_for_sealing()
    op.create_table(
        "action_log_heads",
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("vendor", "mode", name=op.f("pk_action_log_heads")),
    )


def downgrade() -> None:
    op.drop_table("action_log_heads")
    _unprotect_but_for_sealing()
    op.drop_index("ix_action_log_unsealed", "action_log")
    op.drop_index("ix_action_log_vendor_mode_customer", "action_log")
    with op.batch_alter_table("action_log") as batch:
        batch.drop_constraint(op.f("uq_action_log_vendor_mode_sequence"), type_="unique")
        for name in _ADDED:
            batch.drop_column(name)
    _protect()


def _protect_but_for_sealing() -> None:
    if _is_sqlite():
        for name, what in _PROTECT_SQLITE.items():
            _refuse_on_sqlite(name, what)
        return
    op.execute(_ONLY_SEAL_POSTGRESQL)
    _refuse_on_postgresql("action_log_only_seal", "UPDATE", "ROW", by="action_log_only_seal")
    _refuse_on_postgresql("action_log_no_delete", "DELETE", "ROW")
    _refuse_on_postgresql("action_log_no_truncate", "TRUNCATE", "STATEMENT")


def _unprotect_but_for_sealing() -> None:
    if _is_sqlite():
        _drop_triggers(*_PROTECT_SQLITE)
        return
    _drop_triggers("action_log_only_seal", "action_log_no_delete", "action_log_no_truncate")
    op.execute("DROP FUNCTION action_log_only_seal()")


def _protect() -> None:
    """As 0001 did."""
    if _is_sqlite():
        for verb in ("UPDATE", "DELETE"):
            _refuse_on_sqlite(f"action_log_no_{verb}", f"{verb} ON action_log")
        return
    _refuse_on_postgresql("action_log_no_change", "UPDATE OR DELETE", "ROW")
    _refuse_on_postgresql("action_log_no_truncate", "TRUNCATE", "STATEMENT")


def _unprotect() -> None:
    """What 0001 made; its function stays for the new triggers."""
    if _is_sqlite():
        _drop_triggers("action_log_no_UPDATE", "action_log_no_DELETE")
    else:
        _drop_triggers("action_log_no_change", "action_log_no_truncate")


def _refuse_on_sqlite(name: str, what: str) -> None:
    op.execute(f"CREATE TRIGGER {name} BEFORE {what} BEGIN {_REFUSE} END")


def _refuse_on_postgresql(name: str, verbs: str, each: str, *, by: str = "action_log_refuse") -> None:
    op.execute(f"CREATE TRIGGER {name} BEFORE {verbs} ON action_log FOR EACH {each} EXECUTE FUNCTION {by}()")


def _drop_triggers(*names: str) -> None:
    for name in names:
        op.execute(f"DROP TRIGGER {name}" if _is_sqlite() else f"DROP TRIGGER {name} ON action_log")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
