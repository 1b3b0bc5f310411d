"""A service just large enough to send and hear events, for the tests of the bus; in this process or in one to kill.

`run` is what such a process does, told by environment variables: `DATABASE_URL`, `BUS_URL`, and
`CRASH_AT=point`, which ends the process with SIGKILL when it gets there (`tests.support.crashes` has the points).
`LOG=path` is where it writes its log.
What a customer's `display_name` says is done by the handler: `fail`, `later`, `drop`, `kill`,
`slow` (`slow 5` for seconds).
"""

import os
import secrets
import signal
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Column, Integer, MetaData, String, Table, func, insert, select, update
from sqlalchemy.orm import Session

from shared import worker
from shared.bus import outbox
from shared.bus.consumer import Patience
from shared.bus.protocol import Drop, Handlers, Later
from shared.database import tables
from shared.database.session import Begin, Database
from shared.events import CustomerCreated, CustomerUpdated, Envelope
from shared.jobs import Job
from shared.settings import CommonSettings, load
from tests.support import crashes

metadata: Final = MetaData()
changes: Final = Table("changes", metadata, Column("customer", String(40), primary_key=True))
effects: Final = Table(
    "effects",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event_id", String(40)),
    Column("customer", String(40)),
    Column("vendor", String(40)),
)

tallies: Final = Table("tallies", metadata, Column("name", String(40), primary_key=True), Column("heard", Integer))

QUICK: Final = Patience(attempts=4, delays=(0.1, 0.2, 0.4))


def prepare(database: Database) -> None:
    """Make the tables, as a service's migrations would."""
    with database.engine.begin() as connection:
        tables.metadata.create_all(connection)
        metadata.create_all(connection)


def created(display_name: str | None = None, *, customer: str | None = None) -> CustomerCreated:
    return CustomerCreated(
        customer=customer or f"cus_{secrets.token_hex(6)}",
        email="ada@example.com",
        display_name=display_name,
        reference=None,
        locale=None,
        revision=1,
    )


def change(session: Session, *, display_name: str | None = None) -> str:
    """The business row and its event; the event's id."""
    event = created(display_name)
    session.connection().execute(insert(changes).values(customer=event.customer))
    crashes.reach("changed")
    event_id = outbox.record(session, event, vendor="ven_a", mode="test")
    crashes.reach("recorded")
    return event_id


def note_effect(session: Session, event: CustomerCreated, *, envelope: Envelope) -> None:
    crashes.reach("inbox written")
    what = event.display_name or ""
    if what == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "fail":
        raise ValueError("as asked")
    if what == "later":
        raise Later("not yet")
    if what == "drop":
        raise Drop("of no use")
    if what.startswith("slow"):
        if mark := os.environ.get("MARK"):
            Path(mark).touch()
        time.sleep(float(what.removeprefix("slow") or 1.5))
    row = {"event_id": envelope.id, "customer": event.customer, "vendor": envelope.vendor}
    session.connection().execute(insert(effects).values(row))
    outbox.record(session, updated(event))
    crashes.reach("handled")


def count_name(session: Session, event: CustomerCreated | CustomerUpdated, *, envelope: Envelope) -> None:
    """Its row is held until the end of the transaction, as a projection's is."""
    row = tallies.c.name == event.display_name
    session.connection().execute(update(tallies).where(row).values(heard=tallies.c.heard + 1))


HANDLERS: Final[Handlers] = {CustomerCreated: (note_effect,)}


def effects_of(database: Database) -> dict[str, int]:
    """How often each event had its effect."""
    with database.begin(read_only=True) as session:
        rows = session.connection().execute(select(effects.c.event_id, func.count()).group_by(effects.c.event_id))
        return dict(iter(rows))


def recorded(database: Database, key: str = "customer.created.v1") -> dict[str, bool]:
    """The events in the outbox: id to whether it was published."""
    with database.begin(read_only=True) as session:
        rows = session.connection().execute(
            select(tables.outbox.c.id, tables.outbox.c.published_at).where(tables.outbox.c.key == key)
        )
        return {event_id: at is not None for event_id, at in rows}


def customers_changed(database: Database) -> int:
    with database.begin(read_only=True) as session:
        return session.connection().scalar(select(func.count()).select_from(changes)) or 0


def updated(event: CustomerCreated, *, display_name: str | None = None) -> CustomerUpdated:
    return CustomerUpdated(
        customer=event.customer, email=event.email, display_name=display_name, reference=None, locale=None, revision=2
    )


def run(command: str, environment: dict[str, str]) -> None:
    """What a process to kill does: `write` or `worker`."""
    os.environ.update(environment, PUBLIC_URL="-", AUTH_URL="-")
    if path := environment.get("LOG"):
        os.dup2(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND), 2)
    settings = load(CommonSettings, service="small")
    database = Database(settings.database_url)
    crashes.arm(os.environ.get("CRASH_AT", ""))
    if command == "write":
        for _ in range(int(os.environ.get("COUNT", "1"))):
            with database.begin() as session:
                change(session)
            crashes.reach("committed")
        return
    worker.main(
        service="small",
        settings=settings,
        handlers=HANDLERS,
        jobs=(Job("idle", timedelta(seconds=1), _idle),),
        adapters=None,
        database=database,
        patience=replace(QUICK, attempts=int(os.environ.get("ATTEMPTS", "4"))),
    )


def _idle(begin: Begin, *, now: datetime, adapters: object) -> int:
    with begin():
        return 0
