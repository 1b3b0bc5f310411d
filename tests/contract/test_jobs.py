"""Work of the clock is done by one replica at a time, on both databases (EV-28)."""

import secrets
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from shared import clock, jobs
from shared.database import Begin, Database, tables
from shared.jobs import Job, LeaseLost

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    with opened.engine.begin() as connection:
        tables.metadata.create_all(connection)
    yield opened
    opened.close()


def a_job(run: Any, *, every: timedelta = timedelta(minutes=5), leased: bool = True) -> Job:
    return Job(f"job-{secrets.token_hex(4)}", every, run, leased)


def test_it_is_due_again_after_its_time_or_at_once_while_there_is_more(database: Database) -> None:
    left = [2, 1, 0, 0]
    job = a_job(lambda begin, *, now, adapters: left.pop(0))
    with clock.fixed(NOON):
        jobs.prepare(database, (job,))
        assert [jobs.run_once(database, job, adapters=None) for _ in range(4)] == [2, 1, 0, None]
    with clock.fixed(NOON + timedelta(minutes=5)):
        assert jobs.run_once(database, job, adapters=None) == 0


def test_it_is_told_the_time_and_the_adapters(database: Database) -> None:
    told: list[object] = []

    def run(begin: Begin, *, now: datetime, adapters: object) -> int:
        told.append((now, adapters))
        return 0

    for leased in (True, False):
        job = a_job(run, leased=leased)
        with clock.fixed(NOON):
            jobs.prepare(database, (job,))
            jobs.run_once(database, job, adapters="adapters")

    assert told == [(NOON, "adapters"), (NOON, "adapters")]


def test_while_one_replica_is_at_it_no_other_is(database: Database) -> None:
    started, go_on, runs = threading.Event(), threading.Event(), []

    def run(begin: Begin, *, now: datetime, adapters: object) -> int:
        runs.append(threading.current_thread().name)
        started.set()
        go_on.wait(10)
        return 0

    job = a_job(run)
    jobs.prepare(database, (job,))
    first = threading.Thread(target=jobs.run_once, args=(database, job), kwargs={"adapters": None})
    first.start()
    assert started.wait(10)

    assert jobs.run_once(database, job, adapters=None) is None

    go_on.set()
    first.join(10)
    assert len(runs) == 1


def test_an_old_leader_that_wakes_cannot_write(database: Database) -> None:
    """Its lease ended while it slept; another did the job since."""
    mark = secrets.token_hex(8)

    def write(begin: Begin) -> None:
        with begin() as session:
            session.connection().execute(insert(tables.inbox).values(event_id=mark, handled_at=NOON))

    job = a_job(lambda begin, *, now, adapters: 0)
    with clock.fixed(NOON):
        jobs.prepare(database, (job,))
        old = jobs.claim(database, job)
    assert old is not None
    with clock.fixed(NOON + 2 * jobs.LEASE):
        new = jobs.claim(database, job)
        assert new is not None

        with pytest.raises(LeaseLost):
            write(jobs.fenced(database, old))
        jobs.release(database, old, due_at=NOON)

        assert jobs.claim(database, job) is None
        write(jobs.fenced(database, new))
    with database.begin() as session:
        found = session.connection().execute(select(tables.inbox.c.event_id).where(tables.inbox.c.event_id == mark))
        assert len(found.all()) == 1


def test_a_job_that_works_keeps_its_lease(database: Database) -> None:
    job = a_job(lambda begin, *, now, adapters: 0)
    with clock.fixed(NOON):
        jobs.prepare(database, (job,))
        lease = jobs.claim(database, job)
    assert lease is not None

    for step in range(1, 5):
        with clock.fixed(NOON + step * jobs.LEASE * 0.8):
            with jobs.fenced(database, lease)():
                pass
            assert jobs.claim(database, job) is None


def test_a_job_that_fails_has_its_next_turn_in_time(database: Database) -> None:
    def fail(begin: Begin, *, now: datetime, adapters: object) -> int:
        raise ZeroDivisionError

    job = a_job(fail)
    with clock.fixed(NOON):
        jobs.prepare(database, (job,))
        with pytest.raises(ZeroDivisionError):
            jobs.run_once(database, job, adapters=None)
        assert jobs.run_once(database, job, adapters=None) is None
    with clock.fixed(NOON + job.every):
        assert jobs.claim(database, job) is not None
