"""Webhook endpoints and deliveries, as the vendor looks them up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import undefer

from services.notifications.models import WebhookDelivery, WebhookEndpoint
from services.notifications.rules.webhooks import Off, State
from shared.database import Session
from shared.errors import NotFound
from shared.events import Mode

ROW: Final = WebhookEndpoint
DELIVERY_ROW: Final = WebhookDelivery
"""What the listings yield, for whoever cuts pages of them."""

RECENT: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class EndpointView:
    """An endpoint, without its secret. `before_until` is until when the secret before signs too."""

    id: str
    url: str
    description: str | None
    events: Sequence[str]
    contact: str | None
    is_on: bool
    off_reason: str | None
    off_at: datetime | None
    failing_since: datetime | None
    before_until: datetime | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class DeliveryView:
    """A delivery. `next_attempt_at` is when it is tried again, if it is; `milliseconds` of its last attempt."""

    id: str
    endpoint: str
    event: str | None
    type: str
    state: str
    attempts: int
    next_attempt_at: datetime | None
    status: int | None
    fault: str | None
    milliseconds: int | None
    created_at: datetime
    delivered_at: datetime | None
    answers: Sequence[Mapping[str, Any]] | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How webhooks stand: endpoints that fail, those that were switched off for it, deliveries given up lately."""

    failing: int
    off: int
    failed: int


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Whose an endpoint is."""

    vendor: str
    mode: Mode


def listing() -> Select[WebhookEndpoint]:
    """The scope's endpoints; the page is cut elsewhere."""
    return select(WebhookEndpoint)


def get(session: Session, *, endpoint_id: str) -> EndpointView:
    """One of the scope's. Raises NotFound."""
    row = session.scalars(select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id)).one_or_none()
    if row is None:
        raise NotFound
    return view(row)


def owner_of(session: Session, *, endpoint_id: str) -> Owner:
    """Whose it is, for commands of the operator. Raises NotFound."""
    found = select(WebhookEndpoint.vendor, WebhookEndpoint.mode).where(WebhookEndpoint.id == endpoint_id)
    row = session.execute(found).one_or_none()
    if row is None:
        raise NotFound
    return Owner(vendor=row.vendor, mode="live" if row.mode == "live" else "test")


def deliveries(
    *,
    endpoint: str | None = None,
    state: State | None = None,
    type: str | None = None,  # noqa: A002 - the field's own name
    event: str | None = None,
) -> Select[WebhookDelivery]:
    """The scope's deliveries that fit; the page is cut elsewhere."""
    statement = select(WebhookDelivery)
    if endpoint is not None:
        statement = statement.where(WebhookDelivery.endpoint == endpoint)
    if state is State.WAITING:
        statement = statement.where(WebhookDelivery.state.in_((State.WAITING, State.SENDING)))
    elif state is not None:
        statement = statement.where(WebhookDelivery.state == state)
    if type is not None:
        statement = statement.where(WebhookDelivery.type == type)
    return statement if event is None else statement.where(WebhookDelivery.event == event)


def delivery(session: Session, *, delivery_id: str) -> DeliveryView:
    """One of the scope's, with what came of each attempt. Raises NotFound."""
    found = select(WebhookDelivery).where(WebhookDelivery.id == delivery_id).options(undefer(WebhookDelivery.answers))
    row = session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return delivery_view(row, answers=row.answers)


def standing(session: Session, *, now: datetime) -> Standing:
    """Of the scope's vendor and mode; deliveries of the last day."""
    failing, off = (
        session.scalar(select(func.count()).select_from(WebhookEndpoint).where(*each)) or 0
        for each in (
            (WebhookEndpoint.is_on, WebhookEndpoint.failing_since.is_not(None)),
            (WebhookEndpoint.off_reason.in_((Off.GONE, Off.FAILING)),),
        )
    )
    failed = select(func.count()).select_from(WebhookDelivery)
    given_up = failed.where(WebhookDelivery.state == State.FAILED, WebhookDelivery.created_at > now - RECENT)
    return Standing(failing=failing, off=off, failed=session.scalar(given_up) or 0)


def view(row: WebhookEndpoint) -> EndpointView:
    """A row as the vendor sees it."""
    return EndpointView(
        id=row.id,
        url=row.url,
        description=row.description,
        events=row.events,
        contact=row.contact,
        is_on=row.is_on,
        off_reason=row.off_reason,
        off_at=row.off_at,
        failing_since=row.failing_since,
        before_until=row.before_until,
        created_at=row.created_at,
    )


def delivery_view(row: WebhookDelivery, *, answers: Sequence[Mapping[str, Any]] | None = None) -> DeliveryView:
    """A row as the vendor sees it; that a worker holds it is no matter of theirs."""
    state = State.WAITING if row.state == State.SENDING else row.state
    return DeliveryView(
        id=row.id,
        endpoint=row.endpoint,
        event=row.event,
        type=row.type,
        state=state,
        attempts=row.attempts,
        next_attempt_at=row.due_at if row.state == State.WAITING else None,
        status=row.status,
        fault=row.fault,
        milliseconds=row.milliseconds,
        created_at=row.created_at,
        delivered_at=row.delivered_at,
        answers=answers,
    )
