"""Several transactions' work at the price of one.

A commit flushes the disk, and on SQLite there is one writer at a time, so a hundred small
transactions in a row cost a hundred flushes. In a group they are one transaction: kept together at
the end, or none of them. Savepoints would take back a part alone, at twice the price of the whole;
who uses a group does without the part that failed and starts the others again.

A group holds the locks of all its parts, taken in the order of arrival. Where replicas meet in other
orders PostgreSQL ends one of them (`shared.bus.lost.is_contested`): then take the parts one by one.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from shared.database.session import Begin, Database, Session


@contextmanager
def group(database: Database) -> Iterator[Begin]:
    """Hands out a `begin` for the parts; a part that raises ends the group. Keep it short: others wait for its rows."""
    with database.engine.begin() as connection:

        @contextmanager
        def begin() -> Iterator[Session]:
            with Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only") as session:
                yield session
                session.flush()

        yield begin
