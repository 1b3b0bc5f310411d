"""Events recorded in the transaction of the change they tell of. The relay publishes them after the commit.

    outbox.record(session, SubscriptionCanceled(…))

Vendor, mode, actor and request id come from the scope. A transaction that rolls back has said nothing.
"""

import weakref
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, text

from shared import clock, ids
from shared.bus import codec
from shared.database import scope
from shared.database.session import Session
from shared.database.tables import outbox
from shared.events import Actor, Envelope, Event, Mode

CHANNEL: Final = "outbox"
"""PostgreSQL's notification that wakes the relay; on SQLite the relay sees the file change."""

_INSERT: Final = insert(outbox)
_NOTIFY: Final = text(f"NOTIFY {CHANNEL}")
_NOBODY: Final = Actor(kind="system", id="bursar")


def record(
    session: Session,
    event: Event,
    *,
    vendor: str | None = None,
    mode: Mode | None = None,
    actor: Actor | None = None,
    at: datetime | None = None,
) -> str:
    """Say `event`, which happened `at` (now, if left out). Returns the event's id.

    `vendor` and `mode` are given together, for events about a vendor, where there may be no scope.
    Raises Unscoped without either, and codec.Undecodable for fields a listener would refuse.
    """
    return record_many(session, (event,), vendor=vendor, mode=mode, actor=actor, at=at)[0]


def record_many(
    session: Session,
    events: Iterable[Event],
    *,
    vendor: str | None = None,
    mode: Mode | None = None,
    actor: Actor | None = None,
    at: datetime | None = None,
) -> list[str]:
    """Say these, in one statement; for imports and other hot paths. Their ids, in order."""
    recorded_at = clock.now()
    around = _around(vendor, mode, actor)
    rows = [_row(event, around=around, time=at or recorded_at, recorded_at=recorded_at) for event in events]
    if rows:
        connection = session.connection()
        connection.execute(_INSERT, rows)
        if connection.dialect.name == "postgresql":
            _wake_relay(connection)
    return [row["id"] for row in rows]


def _wake_relay(connection: Connection) -> None:
    """Once a transaction is enough, also where a group of messages shares one."""
    told, transaction = connection.info.get(CHANNEL), connection.get_transaction()
    if transaction is not None and (told is None or told() is not transaction):
        connection.info[CHANNEL] = weakref.ref(transaction)
        connection.execute(_NOTIFY)


def _around(vendor: str | None, mode: Mode | None, actor: Actor | None) -> scope.Scope:
    """Whose event it is and who caused it."""
    if vendor is None or mode is None:
        here = scope.current()
        return (
            here
            if actor is None
            else scope.Scope(vendor=here.vendor, mode=here.mode, actor=actor, request_id=here.request_id)
        )
    try:
        here = scope.current()
    except scope.Unscoped:
        return scope.Scope(vendor=vendor, mode=mode, actor=actor or _NOBODY, request_id="")
    return scope.Scope(vendor=vendor, mode=mode, actor=actor or here.actor, request_id=here.request_id)


def _row(event: Event, *, around: scope.Scope, time: datetime, recorded_at: datetime) -> dict[str, Any]:
    envelope = Envelope(
        id=ids.new("evt"),
        source=f"/bursar/{event.name.partition('.')[0]}",  # the noun: it stays when another service takes it over
        vendor=around.vendor,
        mode=around.mode,
        actor=around.actor,
        request_id=around.request_id,
        time=time,
        event=event,
    )
    return {
        "id": envelope.id,
        "key": event.key(),
        "body": codec.encode(envelope).decode(),
        "recorded_at": recorded_at,
    }
