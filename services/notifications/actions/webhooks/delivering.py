"""Deliver webhooks: lease some, send each on a thread of its own, record what came back. No transaction is held while
the other side thinks.

A worker takes deliveries by leasing them, so no two workers send one. What a worker that died was at is sent again
after its lease, under the same id; one that wakes after its lease is fenced off by `attempts`.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import Select, select

from services.notifications.actions import pruning
from services.notifications.actions.webhooks import endpoints
from services.notifications.adapters.webhooks import Answer, Webhooks, signed
from services.notifications.models import KeptEvent, WebhookDelivery, WebhookEndpoint
from services.notifications.queries import events as kept
from services.notifications.rules import targets
from services.notifications.rules.webhooks import Fault, Next, State, decide
from services.notifications.schemas.events import EventSchema
from shared import lifetimes, sealing
from shared.database import Begin, Session, scope
from shared.errors import Invalid, NotFound
from shared.events import Mode
from shared.logs import log

LEASE: Final = timedelta(seconds=90)
"""More than an attempt can take, with the time its name needs to be resolved."""

KEPT_FOR: Final = lifetimes.WEBHOOKS
JOB: Final = "deliver_webhooks"
_ANSWERS_KEPT: Final = 20
_TURN: Final = 0.1  # seconds to wait for a hand that gets free, before the next look


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A delivery that this worker holds. `message` is its id for the receiver; `sealed` are the secrets that sign."""

    id: str
    vendor: str
    mode: Mode
    endpoint: str
    url: str
    message: str
    body: str
    sealed: tuple[str, ...]
    attempts: int
    is_failing: bool


def deliver(begin: Begin, *, webhooks: Webhooks, clock: Callable[[], datetime]) -> int:
    """Begin the deliveries that are due, as many as there are hands. How many; they end by themselves."""
    taken = take(begin, webhooks=webhooks, now=clock())
    if not taken and webhooks.crew.wait(_TURN):
        taken = take(begin, webhooks=webhooks, now=clock())
    for each in taken:
        work = partial(attempt, begin, each, webhooks=webhooks, clock=clock)
        webhooks.crew.begin(each.endpoint, work, is_failing=each.is_failing)
    return len(taken)


def take(begin: Begin, *, webhooks: Webhooks, now: datetime) -> list[Taken]:
    """Lease deliveries that are due, the longest due first, none of an endpoint whose hands are full."""
    crew = webhooks.crew
    free = crew.free()
    if free < 1:
        return []
    with begin() as session, scope.platform():
        due = (
            select(WebhookDelivery)
            .where(WebhookDelivery.due_at <= now, WebhookDelivery.endpoint.not_in(crew.full()))
            .order_by(WebhookDelivery.due_at)
            .limit(2 * free)
            .with_for_update(skip_locked=True)
        )
        rows = session.scalars(due).all()
        if not rows:
            return []
        found = {each.id: each for each in session.scalars(_endpoints({row.endpoint for row in rows}))}
        events = _events(session, {row.event for row in rows if row.event})
        taken: list[Taken] = []
        begun: dict[str, int] = {}
        for row in rows:
            endpoint = found[row.endpoint]
            body = _body(row, events)
            if not endpoint.is_on or body is None:  # it was switched off as this was queued; or nothing is left to say
                row.state, row.fault, row.due_at = State.FAILED, Fault.OFF, None
                continue
            room = crew.room(endpoint.id, is_failing=endpoint.failing_since is not None)
            if len(taken) == free or begun.get(endpoint.id, 0) >= room:
                continue
            begun[endpoint.id] = begun.get(endpoint.id, 0) + 1
            row.state, row.due_at = State.SENDING, now + LEASE
            row.attempts += 1
            row.tries += 1
            taken.append(_taken(row, endpoint, body, now=now))
        session.flush()
    return taken


def attempt(begin: Begin, taken: Taken, *, webhooks: Webhooks, clock: Callable[[], datetime]) -> None:
    """Send it once and record what came of it. Whatever fails here is tried again after the lease."""
    try:
        answer = _send(taken, webhooks=webhooks, now=clock())
        with scope.system(vendor=taken.vendor, mode=taken.mode, job=JOB), begin() as session:
            record(session, taken, answer, chance=random.random(), now=clock())  # noqa: S311 - spreads retries
    except Exception:  # noqa: BLE001 - nobody waits for this thread; the lease brings the delivery back
        log.exception("webhook.not_recorded", delivery=taken.id)


def record(session: Session, taken: Taken, answer: Answer, *, chance: float, now: datetime) -> None:
    """Write down what became of an attempt, and what follows; nothing if somebody else holds the delivery by now."""
    arrived = answer.status is not None and 200 <= answer.status <= 299
    endpoint = session.scalars(_endpoints({taken.endpoint})).one_or_none()
    if endpoint is not None and (not arrived or endpoint.failing_since is not None):
        # Before the delivery, as whoever deletes both does it.
        locking = _endpoints({taken.endpoint}).with_for_update(key_share=True)
        endpoint = session.scalars(locking, execution_options={"populate_existing": True}).one_or_none()
    held = select(WebhookDelivery).where(
        WebhookDelivery.id == taken.id,
        WebhookDelivery.attempts == taken.attempts,
        WebhookDelivery.state == State.SENDING,
    )
    row = session.scalars(held.with_for_update()).one_or_none()
    if row is None or endpoint is None:
        log.warning("webhook.taken_over", delivery=taken.id, attempt=taken.attempts)
        return
    following = decide(
        status=answer.status,
        tries=row.tries,
        retry_after=answer.retry_after,
        failing_since=endpoint.failing_since,
        chance=chance,
        now=now,
    )
    _note(row, answer, following, now=now)
    if arrived:
        if endpoint.failing_since is not None:
            endpoint.failing_since = None
    elif endpoint.is_on:
        endpoint.failing_since = endpoint.failing_since or now
        if following.off is not None:
            endpoints.switch_off(session, endpoint, following.off, now=now)
    else:
        row.state, row.due_at = State.FAILED, None
    session.flush()
    log.info(f"webhook.{row.state}", delivery=row.id, endpoint=row.endpoint, status=answer.status, fault=answer.fault)


def body_of(session: Session, *, delivery_id: str) -> str | None:
    """What is sent, laid out for reading; None when it is not kept any more. Raises NotFound."""
    row = session.scalars(select(WebhookDelivery).where(WebhookDelivery.id == delivery_id)).one_or_none()
    if row is None:
        raise NotFound
    body = _body(row, _events(session, {row.event} if row.event else set()))
    return None if body is None else json.dumps(json.loads(body), indent=2, ensure_ascii=False)


def prune(begin: Begin, *, now: datetime) -> int:
    """Forget deliveries together with the events they were of. How many."""
    return pruning.forget(begin, WebhookDelivery, before=now - KEPT_FOR)


def _send(taken: Taken, *, webhooks: Webhooks, now: datetime) -> Answer:
    try:
        target = targets.target_of(taken.url, mode=taken.mode, reach=webhooks.reach)
    except Invalid:  # the operator lets webhooks reach less than when it was saved
        return Answer(fault=Fault.NOT_PUBLIC)
    signing = [sealing.reopen(webhooks.key, each)[endpoints.FIELD] for each in taken.sealed]
    headers = signed(signing, message=taken.message, body=taken.body, now=now)
    return webhooks.post(target, taken.body.encode(), headers)


def _note(row: WebhookDelivery, answer: Answer, following: Next, *, now: datetime) -> None:
    row.state, row.due_at = following.state, following.again
    row.status, row.fault, row.milliseconds = answer.status, answer.fault, answer.milliseconds
    row.delivered_at = now if following.state is State.DELIVERED else None
    told = {
        "attempt": row.attempts,
        "at": now.isoformat(),
        "status": answer.status,
        "fault": answer.fault,
        "milliseconds": answer.milliseconds,
        "answer": answer.text,
    }
    row.answers = [*row.answers, told][-_ANSWERS_KEPT:]


def _endpoints(ids: set[str]) -> Select[WebhookEndpoint]:
    return select(WebhookEndpoint).where(WebhookEndpoint.id.in_(ids))


def _events(session: Session, ids: set[str]) -> dict[str, KeptEvent]:
    return {each.id: each for each in session.scalars(select(KeptEvent).where(KeptEvent.id.in_(ids)))} if ids else {}


def _body(row: WebhookDelivery, events: dict[str, KeptEvent]) -> str | None:
    """The event as the API shows it, and its mode; None when it is not kept any more."""
    if row.event is None:
        said: dict[str, Any] = {
            "id": row.id,
            "type": row.type,
            "version": 1,
            "customer": None,
            "actor": {"kind": "system", "id": "test"},
            "request_id": "",
            "data": {"endpoint": row.endpoint},
            "created_at": row.created_at.isoformat(),
        }
    elif row.event in events:
        said = EventSchema().dump(kept.view(events[row.event]))
    else:
        return None
    return json.dumps({**said, "mode": row.mode}, ensure_ascii=False, separators=(",", ":"))


def _taken(row: WebhookDelivery, endpoint: WebhookEndpoint, body: str, *, now: datetime) -> Taken:
    sealed = [endpoint.sealed]
    if endpoint.sealed_before is not None and endpoint.before_until is not None and now < endpoint.before_until:
        sealed.append(endpoint.sealed_before)
    return Taken(
        id=row.id,
        vendor=row.vendor,
        mode="live" if row.mode == "live" else "test",
        endpoint=endpoint.id,
        url=endpoint.url,
        message=row.event or row.id,
        body=body,
        sealed=tuple(sealed),
        attempts=row.attempts,
        is_failing=endpoint.failing_since is not None,
    )
