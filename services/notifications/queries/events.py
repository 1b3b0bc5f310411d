"""What happened, as the vendor looks it up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, select

from services.notifications.models import KeptEvent
from shared.database import Session
from shared.errors import NotFound

ROW: Final = KeptEvent
"""What `listing` yields, for whoever cuts pages of it."""


@dataclass(frozen=True, kw_only=True)
class ActorView:
    """Who caused it."""

    kind: str
    id: str


@dataclass(frozen=True, kw_only=True)
class EventView:
    """One event. `data` are its fields; nothing of them is left of a customer who was erased."""

    id: str
    type: str
    version: int
    customer: str | None
    actor: ActorView
    request_id: str
    data: Mapping[str, Any]
    created_at: datetime


def listing(
    *,
    type: str | None = None,  # noqa: A002 - the field's own name
    customer: str | None = None,
    actor: str | None = None,
    request_id: str | None = None,
    created_from: datetime | None = None,
    created_to: datetime | None = None,
) -> Select[KeptEvent]:
    """The scope's events that fit; the page is cut elsewhere. `created_to` itself is not in it any more."""
    statement = select(KeptEvent)
    if type is not None:
        statement = statement.where(KeptEvent.type == type)
    if customer is not None:
        statement = statement.where(KeptEvent.customer == customer)
    if actor is not None:
        statement = statement.where(KeptEvent.actor_kind == actor)
    if created_from is not None:
        statement = statement.where(KeptEvent.created_at >= created_from)
    if created_to is not None:
        statement = statement.where(KeptEvent.created_at < created_to)
    return statement if request_id is None else statement.where(KeptEvent.request_id == request_id)


def get(session: Session, *, event_id: str) -> EventView:
    """One of the scope's. Raises NotFound."""
    row = session.scalar(select(KeptEvent).where(KeptEvent.id == event_id))
    if row is None:
        raise NotFound
    return view(row)


def view(row: KeptEvent) -> EventView:
    """A row as the vendor sees it."""
    return EventView(
        id=row.id,
        type=row.type,
        version=row.version,
        customer=row.customer,
        actor=ActorView(kind=row.actor_kind, id=row.actor_id),
        request_id=row.request_id,
        data=row.data,
        created_at=row.created_at,
    )
