"""Somebody who owns the database changes what nobody may change: takes the triggers off, and puts them back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text

from shared.database import Database

_TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'action_log'"


@contextmanager
def unprotected(database: Database) -> Iterator[Connection]:
    """A transaction in which the action log can be changed."""
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("ALTER TABLE action_log DISABLE TRIGGER USER"))
            yield connection
            connection.execute(text("ALTER TABLE action_log ENABLE TRIGGER USER"))
            return
        triggers: list[Any] = list(connection.execute(text(_TRIGGERS)).all())
        for name, _sql in triggers:
            connection.execute(text(f"DROP TRIGGER {name}"))
        yield connection
        for _name, sql in triggers:
            connection.execute(text(sql))


def tamper(database: Database, statement: str, **values: object) -> None:
    """One such change."""
    with unprotected(database) as connection:
        assert connection.execute(text(statement), values).rowcount > 0, statement
