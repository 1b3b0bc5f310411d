"""Work of the clock. A leased job is done by one replica at a time, and an old one that wakes can't write.

The lease is a row of `jobs` with a token that grows. Every transaction of a leased job begins by
renewing its lease under its own token: it holds the row until it commits, and it is refused when
another replica has taken over since (a fence, not only a lock).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from shared import clock
from shared.database.session import Begin, Database, Session
from shared.database.tables import jobs

LEASE: Final = timedelta(seconds=60)


@dataclass(frozen=True)
class Job:
    """`run(begin, *, now, adapters) -> int` tells how many things it did; more than none means: again at once.

    `leased`: one replica at a time, through the `jobs` table, due `every` so long after the last run
    that found nothing. Not leased: a poller that claims its own rows and runs on every worker.
    """

    name: str
    every: timedelta
    run: Callable[..., int]
    leased: bool = True


class LeaseLost(Exception):
    """Another replica does this job now; what this transaction did is rolled back."""


@dataclass(frozen=True)
class Lease:
    """The right to do one job, until it is not renewed in time."""

    name: str
    token: int


def prepare(database: Database, all_jobs: Sequence[Job]) -> None:
    """Make the row of each leased job, due at once; rows that are there stay as they are."""
    rows = [{"name": job.name, "due_at": clock.now(), "token": 0} for job in all_jobs if job.leased]
    if not rows:
        return
    insert = sqlite.insert if database.is_sqlite else postgresql.insert
    with database.begin() as session:
        session.connection().execute(insert(jobs).values(rows).on_conflict_do_nothing())


def claim(database: Database, job: Job) -> Lease | None:
    """The lease of a job that is due and that nobody holds; else None."""
    now = clock.now()
    free = or_(jobs.c.lease_until.is_(None), jobs.c.lease_until < now)
    with database.begin(read_only=True) as session:
        is_free = (
            session.connection()
            .execute(select(jobs.c.name).where(jobs.c.name == job.name, jobs.c.due_at <= now, free))
            .first()
        )
    if is_free is None:
        return None
    statement = (
        update(jobs)
        .where(jobs.c.name == job.name, jobs.c.due_at <= now, free)
        .values(token=jobs.c.token + 1, lease_until=now + LEASE)
        .returning(jobs.c.token)
    )
    with database.begin() as session:
        token = session.connection().execute(statement).scalar_one_or_none()
    return None if token is None else Lease(job.name, token)


def release(database: Database, lease: Lease, *, due_at: datetime) -> None:
    """Give the lease back; the job is due again at `due_at`."""
    with database.begin() as session:
        session.connection().execute(
            update(jobs)
            .where(jobs.c.name == lease.name, jobs.c.token == lease.token)
            .values(lease_until=None, due_at=due_at)
        )


def fenced(database: Database, lease: Lease) -> Begin:
    """`database.begin`, refused with LeaseLost once the lease is somebody else's."""

    @contextmanager
    def begin() -> Iterator[Session]:
        with database.begin() as session:
            renewed = session.connection().execute(
                update(jobs)
                .where(jobs.c.name == lease.name, jobs.c.token == lease.token)
                .values(lease_until=clock.now() + LEASE)
            )
            if renewed.rowcount == 0:
                raise LeaseLost(lease.name)
            yield session

    return begin


def run_once(database: Database, job: Job, *, adapters: Any) -> int | None:
    """Do a job if it is our turn. How many things were done; None when it was not our turn.

    What it raises is the caller's to log; the lease is given back for the job's next turn.
    """
    if not job.leased:
        return job.run(_plain(database), now=clock.now(), adapters=adapters)
    lease = claim(database, job)
    if lease is None:
        return None
    done = 0
    try:
        done = job.run(fenced(database, lease), now=clock.now(), adapters=adapters)
    finally:
        now = clock.now()
        release(database, lease, due_at=now if done else now + job.every)
    return done


def _plain(database: Database) -> Begin:
    def begin() -> AbstractContextManager[Session]:
        return database.begin()

    return begin
