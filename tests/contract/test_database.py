"""What services rely on in a database, kept by SQLite and PostgreSQL alike (EV-24)."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import String, delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, synonym

from shared.bus.inbox import first_time
from shared.database import (
    CustomerScoped,
    Database,
    Session,
    UtcDateTime,
    VendorScoped,
    new_metadata,
    pruning,
    scope,
    steady,
    tables,
)
from shared.database import session as sessions
from shared.database.scope import Unscoped
from shared.events import Actor


class Base(DeclarativeBase):
    metadata = new_metadata()


class Note(VendorScoped, Base):
    __tablename__ = "note"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Person(CustomerScoped, Base):
    __tablename__ = "person"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    customer = synonym("id")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    with opened.engine.begin() as connection:
        tables.metadata.create_all(connection)
        Base.metadata.create_all(connection)
    yield opened
    opened.close()


@pytest.fixture
def vendor() -> str:
    return f"ven_{secrets.token_hex(6)}"


def of(vendor: str, *, customers: tuple[str, ...] | None = None, mode: str = "test") -> scope.Scope:
    return scope.Scope(
        vendor=vendor,
        mode=mode,  # type: ignore[arg-type]
        actor=Actor(kind="system", id="test"),
        request_id="",
        customers=customers,
    )


def some_id() -> str:
    return f"x_{secrets.token_hex(8)}"


def test_a_block_that_raises_leaves_nothing(database: Database, vendor: str) -> None:
    note = some_id()

    def fail() -> None:
        with database.begin() as session:
            session.add(Note(id=note))
            session.flush()
            raise ZeroDivisionError

    with scope.use(of(vendor)):
        with pytest.raises(ZeroDivisionError):
            fail()
        with database.begin() as session:
            assert session.get(Note, note) is None


def test_a_read_only_transaction_cannot_write(database: Database, vendor: str) -> None:
    def write() -> None:
        with database.begin(read_only=True) as session:
            session.add(Note(id=some_id()))

    with scope.use(of(vendor)):
        with pytest.raises(DBAPIError):
            write()
        with database.begin() as session:
            session.add(Note(id=some_id()))


def test_a_reader_sees_what_was_committed_meanwhile_and_a_steady_one_does_not(database: Database, vendor: str) -> None:
    def is_there(session: Session, note: str) -> bool:
        return session.scalar(select(Note.id).where(Note.id == note)) is not None

    def write(note: str) -> None:
        with database.begin() as session:
            session.add(Note(id=note))

    first, second = some_id(), some_id()
    with scope.use(of(vendor)):
        with database.begin(read_only=True) as session:
            assert not is_there(session, first)
            write(first)
            assert is_there(session, first) is not database.is_sqlite
        with database.begin(read_only=True) as session:
            steady(session)
            assert not is_there(session, second)
            write(second)
            assert not is_there(session, second)
        with database.begin(read_only=True) as session:
            steady(session)
            with pytest.raises(DBAPIError):
                session.execute(delete(Note))
            session.rollback()


def test_connections_that_the_server_dropped_while_they_rested_are_replaced(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.is_sqlite:
        return  # a file drops nobody
    monkeypatch.setattr(sessions, "BELIEVED", 0.0)
    with database.begin(read_only=True) as one, database.begin(read_only=True) as another:
        dropped = {each.scalar(text("SELECT pg_backend_pid()")) for each in (one, another)}
    with database.begin() as session:
        for each in dropped:
            session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": each})
        dropped.add(session.scalar(text("SELECT pg_backend_pid()")))

    with database.begin(read_only=True) as one, database.begin(read_only=True) as another, database.begin() as third:
        alive = {each.scalar(text("SELECT pg_backend_pid()")) for each in (one, another)}
        assert third.scalar(text("SELECT 1")) == 1

    assert len(alive) == 2
    assert alive & dropped == set()


def test_a_moment_comes_back_in_utc_to_the_microsecond(database: Database, vendor: str) -> None:
    moment = datetime(2026, 3, 1, 23, 59, 59, 123456, tzinfo=timezone(timedelta(hours=-5)))
    note = some_id()
    with scope.use(of(vendor)):
        with database.begin() as session:
            session.add(Note(id=note, at=moment))
        with database.begin() as session:
            found = session.scalars(select(Note.at).where(Note.id == note)).one()

    assert found == moment
    assert found is not None
    assert found.tzinfo is UTC


def test_a_moment_without_a_time_zone_is_refused(database: Database, vendor: str) -> None:
    def write() -> None:
        with database.begin() as session:
            session.add(Note(id=some_id(), at=datetime(2026, 1, 1)))  # noqa: DTZ001 - that is the mistake

    with scope.use(of(vendor)), pytest.raises(Exception, match="time zone"):
        write()


def test_a_scope_sees_and_changes_its_own_rows_only(database: Database, vendor: str) -> None:
    notes = {}
    for owner in (of(vendor), of(vendor, mode="live"), of(f"{vendor}-other")):
        notes[owner] = some_id()
        with scope.use(owner), database.begin() as session:
            session.add(Note(id=notes[owner]))

    own = of(vendor)
    with scope.use(own), database.begin() as session:
        assert session.scalars(select(Note.id)).all() == [notes[own]]
        session.execute(update(Note).values(at=datetime.now(UTC)))
        session.execute(delete(Note))
    with scope.platform(), database.begin() as session:
        left = session.scalars(select(Note).where(Note.vendor.startswith(vendor))).all()
        assert {note.id for note in left} == set(notes.values()) - {notes[own]}
        assert {note.at for note in left} == {None}


def test_a_customer_sees_no_other_customer(database: Database, vendor: str) -> None:
    ada, bob = some_id(), some_id()
    with scope.use(of(vendor)), database.begin() as session:
        session.add_all([Person(id=ada), Person(id=bob)])

    with scope.use(of(vendor, customers=(ada,))), database.begin() as session:
        assert session.scalars(select(Person.id)).all() == [ada]
        assert session.get(Person, bob) is None


def test_without_a_scope_a_query_is_refused(database: Database) -> None:
    for statement in (select(Note.id), update(Note).values(at=None), delete(Note)):
        with database.begin() as session, pytest.raises(Unscoped):
            session.execute(statement)


def test_a_row_of_somebody_else_is_not_written(database: Database, vendor: str) -> None:
    def write() -> None:
        with database.begin() as session:
            session.add(Note(id=some_id(), vendor="ven_x", mode="live"))

    with scope.use(of(vendor)), pytest.raises(Unscoped):
        write()


def test_an_event_is_new_once(database: Database) -> None:
    event = some_id()
    with database.begin() as session:
        assert first_time(session, event)
        assert not first_time(session, event)
    with database.begin() as session:
        assert not first_time(session, event)


def test_old_rows_are_pruned_and_young_and_pending_ones_stay(database: Database) -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    old, young = now - timedelta(days=200), now - timedelta(hours=1)
    states = {
        "published old": {"published_at": old},
        "published young": {"published_at": young},
        "parked old": {"parked_at": old},
        "parked young": {"parked_at": young},
        "pending": {},
    }
    with database.begin() as session:
        connection = session.connection()
        for name, state in states.items():
            row = {"id": name, "key": "a.b.v1", "body": "{}", "recorded_at": old, **state}
            connection.execute(tables.outbox.insert().values(row))
        for name, at in (("old", old), ("young", young)):
            connection.execute(tables.inbox.insert().values(event_id=name, handled_at=at))

    assert pruning.prune_outbox(database.begin, now=now, adapters=None) == 2
    assert pruning.prune_inbox(database.begin, now=now, adapters=None) == 1

    with database.begin() as session:
        left = set(session.connection().scalars(select(tables.outbox.c.id)))
        assert left >= {"published young", "parked young", "pending"}
        assert not left & {"published old", "parked old"}
        session.connection().execute(text("DELETE FROM outbox"))
