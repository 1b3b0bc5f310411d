"""What reaches a database: the statements of a block, read or written, without those around a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from shared.database import Database


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The statements of the block, as they are sent."""
    seen: list[str] = []

    def see(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    for engine in database.engines:
        event.listen(engine, "before_cursor_execute", see)
    try:
        yield seen
    finally:
        for engine in database.engines:
            event.remove(engine, "before_cursor_execute", see)
