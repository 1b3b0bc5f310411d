"""Alembic, wired once for all services: each owns `services/<service>/migrations` with an `env.py` of three lines.

A migration runs in one transaction on both databases, alone (replicas that start together wait for
each other), and within the lock and statement timeouts that every connection has.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

from alembic import autogenerate, command, context
from alembic.autogenerate.api import AutogenContext
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations.ops import MigrationScript
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text

from shared.database import tables
from shared.database.base import UtcDateTime
from shared.database.session import Database

_MIGRATING: Final = 7_264_911  # any number, the same for all: PostgreSQL's advisory lock while a migration runs

_IMPORT: Final = "\nfrom shared.database.base import UtcDateTime\n"
_TEMPLATE: Final = '''"""{message}."""

import sqlalchemy as sa
from alembic import op
{imports}
revision = "{number}"
down_revision = {previous!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    {upgrades}


def downgrade() -> None:
    {downgrades}
'''


def upgrade(service: str, database_url: str, *, to: str = "head") -> None:
    """Bring a service's database to its newest form."""
    command.upgrade(_config(service, database_url), to)


def downgrade(service: str, database_url: str, *, to: str = "base") -> None:
    """Take a service's database back."""
    command.downgrade(_config(service, database_url), to)


def is_current(service: str, database: Database) -> bool:
    """Whether the database has the form this code expects."""
    head = ScriptDirectory.from_config(_config(service, "")).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


def run_env(metadata: MetaData) -> None:
    """What a service's `env.py` calls, with its models' metadata."""
    url = context.config.attributes["database_url"]
    with _connect(url) as connection:
        context.configure(
            connection=connection,
            target_metadata=[metadata, tables.metadata],
            render_as_batch=connection.dialect.name == "sqlite",
            transactional_ddl=True,
            compare_type=True,
            render_item=_render_item,
        )
        with context.begin_transaction():
            context.run_migrations()


def differences(service: str, database_url: str) -> list[Any]:
    """What a migration would have to change for the database to equal the models; empty when it does."""
    found: list[Any] = []

    def compare(_revision: Any, migration: MigrationContext) -> list[Any]:
        metadata: Sequence[MetaData] = migration.opts["target_metadata"]
        found.extend(autogenerate.compare_metadata(migration, metadata))  # type: ignore[arg-type]  # a list is taken too
        return []

    _with_environment(service, database_url, compare)
    return found


def revision(service: str, message: str, *, database_url: str) -> Path:
    """Write the next migration, from what the models have and the database at `database_url` (up to date) has not."""
    scripts = ScriptDirectory.from_config(_config(service, database_url))
    previous = scripts.get_current_head()
    number = f"{int(previous or 0) + 1:04}"
    written: list[Path] = []

    def write(_revision: Any, migration: MigrationContext) -> list[Any]:
        script = autogenerate.produce_migrations(migration, migration.opts["target_metadata"])
        slug = re.sub(r"[^a-z0-9]+", "_", message.lower()).strip("_")
        path = Path(scripts.versions) / f"{number}_{slug}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_source(script, message=message, number=number, previous=previous))
        written.append(path)
        return []

    _with_environment(service, database_url, write)
    return written[0]


def _source(script: MigrationScript, *, message: str, number: str, previous: str | None) -> str:
    """The file. Only the first migration may do without batches: it alters no table, and SQLite cannot alter one."""
    assert script.upgrade_ops is not None
    assert script.downgrade_ops is not None
    ups, downs = (
        autogenerate.render_python_code(each, render_as_batch=previous is not None, render_item=_render_item)
        for each in (script.upgrade_ops, script.downgrade_ops)
    )
    return _TEMPLATE.format(
        message=message[:1].upper() + message[1:],
        imports=_IMPORT if "UtcDateTime()" in ups + downs else "",
        number=number,
        previous=previous,
        upgrades=_body(ups),
        downgrades=_body(downs),
    )


def _body(code: str) -> str:
    """The statements without Alembic's advice, indented once."""
    return "\n".join(line for line in code.splitlines() if not line.lstrip().startswith("#")).strip()


def _config(service: str, database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", f"services.{service}:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["database_url"] = database_url
    return config


def _with_environment(service: str, database_url: str, then: Any) -> None:
    config = _config(service, database_url)
    scripts = ScriptDirectory.from_config(config)
    with EnvironmentContext(config, scripts, fn=then):
        scripts.run_env()


@contextmanager
def _connect(url: str) -> Iterator[Connection]:
    """One transaction, alone. SQLite rebuilds tables, so its foreign keys sleep meanwhile and are checked after."""
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            if database.is_sqlite:
                driver: Any = connection.connection.driver_connection
                driver.execute("PRAGMA foreign_keys=OFF")  # has no effect once a transaction began
            with connection.begin():
                if not database.is_sqlite:
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATING})"))
                yield connection
                if database.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise RuntimeError("a migration left rows that refer to nothing")
    finally:
        database.close()


def _render_item(kind: str, item: Any, _autogen: AutogenContext) -> str | Literal[False]:
    if kind == "type" and isinstance(item, UtcDateTime):
        return "UtcDateTime()"
    return False
