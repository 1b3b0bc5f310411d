"""Several small transactions at the price of one, on SQLite.

SQLite has one writer at a time and flushes the disk at each commit, so a hundred small transactions
in a row cost a hundred flushes. A group is one transaction whose parts are savepoints: a part that
raises takes only itself back; all are kept together at the end, or none. PostgreSQL needs no such
thing and would hold its locks too long: there each part is a transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from shared.database.session import Begin, Database, Session


@contextmanager
def group(database: Database) -> Iterator[Begin]:
    """Hands out a `begin` for the parts. Keep it short: on SQLite nobody else writes meanwhile."""
    if not database.is_sqlite:
        yield database.begin
        return
    with database.engine.begin() as connection:

        @contextmanager
        def begin() -> Iterator[Session]:
            with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
                try:
                    yield session
                except BaseException:
                    session.rollback()
                    raise
                session.commit()

        yield begin
