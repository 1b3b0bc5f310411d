"""Queue what happened for the endpoints that asked for it, and queue it again: each event once an endpoint."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from services.notifications.actions.webhooks import endpoints
from services.notifications.models import KeptEvent, WebhookDelivery, WebhookEndpoint
from services.notifications.queries import events as kept
from services.notifications.queries import webhooks as queries
from services.notifications.queries.webhooks import DeliveryView
from services.notifications.rules.webhooks import EVERYTHING, TEST, EndpointOff, State, wants
from shared import ids
from shared.database import Session, scope
from shared.errors import NotFound

BATCH: Final = 500
MOST: Final = 10_000
"""Events that one request sends again; the oldest first, so the next request goes on where it ended."""


def queue(session: Session, *, event: str, name: str, customer: str | None, now: datetime) -> None:
    """The event goes to every endpoint of the scope that is on and wants it."""
    asked = select(WebhookEndpoint.id, WebhookEndpoint.events).where(WebhookEndpoint.is_on)
    rows = [
        _row(endpoint.id, event=event, name=name, customer=customer, now=now)
        for endpoint in session.execute(asked)
        if wants(endpoint.events, name)
    ]
    if rows:
        session.connection().execute(_insert(session).values(rows).on_conflict_do_nothing())


def send_test(session: Session, *, endpoint_id: str, now: datetime) -> DeliveryView:
    """A webhook that tells of nothing, to see whether it arrives. Raises NotFound, EndpointOff."""
    _require_on(session, endpoint_id)
    row = WebhookDelivery(**_row(endpoint_id, event=None, name=TEST, customer=None, now=now))
    session.add(row)
    session.flush()
    return queries.delivery_view(row)


def resend(session: Session, *, delivery_id: str, now: datetime) -> DeliveryView:
    """Try this delivery anew, at once, under the same id. Raises NotFound, EndpointOff."""
    row = session.scalars(
        select(WebhookDelivery).where(WebhookDelivery.id == delivery_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if row is None:
        raise NotFound
    _require_on(session, row.endpoint)
    if row.state != State.SENDING:  # one that is on its way arrives, or is tried again
        row.state, row.tries, row.due_at, row.delivered_at = State.WAITING, 0, now, None
    session.flush()
    endpoints.note_resent(session, endpoint_id=row.endpoint, what={"delivery": row.id}, now=now)
    return queries.delivery_view(row)


def resend_many(
    session: Session,
    *,
    endpoint_id: str,
    types: Sequence[str] = (),
    created_from: datetime | None = None,
    created_to: datetime | None = None,
    arrived_too: bool = False,
    now: datetime,
) -> int:
    """Send events of these types (all that the endpoint wants, without) and of this time to it: those that never
    arrived there, also because it was off or not there yet; with `arrived_too` the others again. How many.

    Raises NotFound, EndpointOff.
    """
    endpoint = _require_on(session, endpoint_id)
    wanted = tuple(types) or (() if EVERYTHING in endpoint.events else tuple(endpoint.events))
    left: list[tuple[str, str, str | None]] = []
    listing = kept.listing(created_from=created_from, created_to=created_to).with_only_columns(
        KeptEvent.id, KeptEvent.type, KeptEvent.customer
    )
    if wanted:
        listing = listing.where(KeptEvent.type.in_(wanted))
    if not arrived_too:
        arrived = select(WebhookDelivery.event).where(
            WebhookDelivery.endpoint == endpoint_id,
            WebhookDelivery.event == KeptEvent.id,
            WebhookDelivery.state != State.FAILED,
        )
        listing = listing.where(~arrived.exists())
    left = [(row.id, row.type, row.customer) for row in session.execute(listing.order_by(KeptEvent.id).limit(MOST))]
    for start in range(0, len(left), BATCH):
        rows = [
            _row(endpoint_id, event=event, name=name, customer=customer, now=now)
            for event, name, customer in left[start : start + BATCH]
        ]
        again = {"state": State.WAITING, "tries": 0, "due_at": now, "delivered_at": None}
        insert = _insert(session).values(rows)
        session.connection().execute(
            insert.on_conflict_do_update(
                index_elements=["endpoint", "event"], set_=again, where=WebhookDelivery.state != State.SENDING
            )
        )
    what = {
        "types": list(types),
        "created_from": created_from and created_from.isoformat(),
        "created_to": created_to and created_to.isoformat(),
        "count": len(left),
    }
    endpoints.note_resent(session, endpoint_id=endpoint_id, what=what, now=now)
    return len(left)


def _require_on(session: Session, endpoint_id: str) -> WebhookEndpoint:
    row = session.scalars(select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id)).one_or_none()
    if row is None:
        raise NotFound
    if not row.is_on:
        raise EndpointOff
    return row


def _insert(session: Session) -> Any:
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    return insert(WebhookDelivery)


def _row(endpoint: str, *, event: str | None, name: str, customer: str | None, now: datetime) -> dict[str, Any]:
    return {
        **scope.values(),
        "id": ids.new("wd"),
        "endpoint": endpoint,
        "event": event,
        "type": name,
        "customer": customer,
        "state": State.WAITING,
        "tries": 0,
        "attempts": 0,
        "due_at": now,
        "answers": [],
        "created_at": now,
    }
