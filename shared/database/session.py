"""One transaction: it commits when the block returns and rolls back when it raises. Nobody else commits."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session

import shared.database.scope  # noqa: F401 - installs the narrowing on every Session
from shared.database import kept

__all__ = ["Begin", "Database", "Session", "steady"]

POOL_SIZE: Final = 8  # connections that are kept, of each kind; a web process has as many threads
BELIEVED: Final = 1.0  # seconds
_TIMEOUTS: Final = "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"


class Begin(Protocol):
    """Opens a transaction. What steps of money and imports take instead of a session."""

    def __call__(self) -> AbstractContextManager[Session]: ...


class Database:
    """One service's database. `url` is `sqlite:///path` or `postgresql://…`."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(url) if self.is_sqlite else _postgresql(url)
        self._kept = kept.store()
        self._reader = self.engine.execution_options(bursar_read_only=True) if self.is_sqlite else _reader(url)

    @contextmanager
    def begin(self, *, read_only: bool = False) -> Iterator[Session]:
        """A transaction. `read_only` ones take no lock on SQLite, and the database refuses their writes.

        On PostgreSQL each statement of a `read_only` one sees the moment it began, as in READ COMMITTED; `steady`
        holds all to one moment.
        """
        known = {kept.STORE: self._kept} if read_only else {}
        with Session(self._reader if read_only else self.engine, expire_on_commit=False, info=known) as session:
            try:
                yield session
            except BaseException:
                session.rollback()
                raise
            session.commit()

    @property
    def engines(self) -> tuple[Engine, ...]:
        """Whatever statements go through: on SQLite one engine, readers included."""
        return (self.engine,) if self.is_sqlite else (self.engine, self._reader)

    def close(self) -> None:
        """Give back every connection."""
        for engine in self.engines:
            engine.dispose()


def steady(session: Session) -> None:
    """From here on all statements of this transaction see the same moment. Call it first; SQLite's do so anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _postgresql(url: str, *, settings: str = "", **more: Any) -> Engine:
    engine = create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        pool_use_lifo=True,  # few warm connections rather than many cold ones
        connect_args={"options": f"{_TIMEOUTS} {settings}", "connect_timeout": 5},
        **more,
    )
    _refuse_dead(engine)
    return engine


def _reader(url: str) -> Engine:
    """Connections that commit each statement by itself: nobody waits for a BEGIN and a COMMIT around one question."""
    return _postgresql(url, settings="-c default_transaction_read_only=on", isolation_level="AUTOCOMMIT")


def _refuse_dead(engine: Engine) -> None:
    """Ask a connection that has rested whether it still lives. One that was just used is believed: asking each time
    (`pool_pre_ping`) costs a request a round trip more.
    """

    @event.listens_for(engine, "checkin")
    def _note(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def _ask(connection: Any, record: Any, _proxy: Any) -> None:
        rested = monotonic() - record.info.get("rests_since", monotonic())
        if rested > BELIEVED and not _answers(engine, connection):
            raise InvalidatePoolError  # whatever rested with it is dropped too, and this one connects anew


def _answers(engine: Engine, connection: Any) -> bool:
    try:
        return bool(engine.dialect.do_ping(connection))
    except engine.dialect.loaded_dbapi.Error:
        return False


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
