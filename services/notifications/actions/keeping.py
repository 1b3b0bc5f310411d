"""Every event of the catalog is kept for thirty days, for the vendor to look up what happened."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy.dialects import postgresql, sqlite

from services.notifications.actions import pruning
from services.notifications.actions.webhooks import queueing
from services.notifications.models import KeptEvent
from shared import clock, lifetimes
from shared.bus.protocol import Handlers
from shared.database import Begin, Session, erased, scope
from shared.events import CATALOGUE, Envelope, Event
from shared.events.personal import PERSONAL, customers_of

KEPT_FOR: Final = lifetimes.EVENTS
KEPT: Final = tuple({event.name: event for event in CATALOGUE}.values())
"""The newest version of each: older ones tell the same once more, for those who know no newer one."""


def after(effects: Handlers) -> Handlers:
    """These effects, and after them that the event is kept."""
    return {
        each: (*effects.get(each, ()), *((keep,) if each in KEPT else ()))
        for each in {**effects, **dict.fromkeys(KEPT)}
    }


def keep(session: Session, event: Event, *, envelope: Envelope) -> None:
    """Once each, however often it is heard, and queued for webhooks with it.

    What is of a person is masked where erasing them would not find it, or came before.
    """
    about = customers_of(event)
    data: dict[str, Any] = asdict(event)
    masked = PERSONAL.get(type(event), {})
    if masked and (len(about) != 1 or erased.is_erased(session, about[0])):
        data |= masked
    customer = about[0] if len(about) == 1 else None
    row = {
        **scope.values(),
        "id": envelope.id,
        "type": event.name,
        "version": event.version,
        "customer": customer,
        "actor_kind": envelope.actor.kind,
        "actor_id": envelope.actor.id,
        "request_id": envelope.request_id,
        "data": data,
        "created_at": envelope.time,
    }
    connection = session.connection()
    insert: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    if connection.execute(insert(KeptEvent).values(row).on_conflict_do_nothing()).rowcount:
        queueing.queue(session, event=envelope.id, name=event.name, customer=customer, now=clock.now())


def prune(begin: Begin, *, now: datetime) -> int:
    """Forget events of more than thirty days ago. How many."""
    return pruning.forget(begin, KeptEvent, before=now - KEPT_FOR)
