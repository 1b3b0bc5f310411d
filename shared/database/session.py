"""One transaction: it commits when the block returns and rolls back when it raises. Nobody else commits."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

import shared.database.scope  # noqa: F401 - installs the narrowing on every Session

__all__ = ["Begin", "Database", "Session", "steady"]


class Begin(Protocol):
    """Opens a transaction. What steps of money and imports take instead of a session."""

    def __call__(self) -> AbstractContextManager[Session]: ...


class Database:
    """One service's database. `url` is `sqlite:///path` or `postgresql://…`."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(url) if self.is_sqlite else _postgresql(url, pool_size)
        self._reader = self.engine.execution_options(bursar_read_only=True, postgresql_readonly=True)

    @contextmanager
    def begin(self, *, read_only: bool = False) -> Iterator[Session]:
        """A transaction. `read_only` ones take no lock on SQLite, and the database refuses their writes."""
        with Session(self._reader if read_only else self.engine, expire_on_commit=False) as session:
            try:
                yield session
            except BaseException:
                session.rollback()
                raise
            session.commit()

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def steady(session: Session) -> None:
    """From here on all statements of this transaction see the same moment. Call it first; SQLite's do so anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _postgresql(url: str, pool_size: int) -> Engine:
    timeouts = "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=10,
        pool_pre_ping=True,
        pool_use_lifo=True,  # few warm connections rather than many cold ones
        connect_args={"options": timeouts, "connect_timeout": 5},
    )


def _sqlite(url: str) -> Engine:
    """WAL, foreign keys, a long wait, and `BEGIN IMMEDIATE`, so that no transaction fails in its middle."""
    path = make_url(url).database
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30}, pool_size=10, max_overflow=20)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself; _begin does
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("bursar_read_only", False)
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine
