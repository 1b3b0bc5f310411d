"""Deliver webhooks: lease some, send each on a thread of its own, record what came back. No transaction is held while
the other side thinks.

A worker takes deliveries by leasing them, so no two workers send one. What a worker that died was at is sent again
after its lease, under the same id; one that wakes after its lease is fenced off by `attempts`.
"""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, cast

from sqlalchemy import JSON, ColumnElement, CursorResult, Select, case, exists, literal, select, update

from services.notifications.actions import pruning
from services.notifications.actions.webhooks import endpoints
from services.notifications.adapters.webhooks import Answer, Webhooks, signed
from services.notifications.models import KeptEvent, WebhookDelivery, WebhookEndpoint
from services.notifications.queries import events as known
from services.notifications.rules import targets
from services.notifications.rules.webhooks import Fault, Next, State, decide
from services.notifications.schemas.events import EventSchema
from shared import lifetimes, sealing
from shared.database import Begin, Session, scope
from shared.database.tables import erased_customers
from shared.errors import Invalid, NotFound
from shared.events import Mode
from shared.logs import log
from shared.sealing import SealBroken

LEASE: Final = timedelta(seconds=90)
"""More than an attempt can take, with the time its name needs to be resolved."""

KEPT_FOR: Final = lifetimes.WEBHOOKS
JOB: Final = "deliver_webhooks"
_ANSWERS_KEPT: Final = 20
_SCHEMA: Final = EventSchema()
_COLUMNS: Final = (
    WebhookDelivery.id,
    WebhookDelivery.vendor,
    WebhookDelivery.mode,
    WebhookDelivery.endpoint,
    WebhookDelivery.event,
    WebhookDelivery.type,
    WebhookDelivery.attempts,
    WebhookDelivery.tries,
    WebhookDelivery.answers,
    WebhookDelivery.created_at,
)
_IS_ERASED: Final = exists().where(
    erased_customers.c.customer == WebhookDelivery.customer, erased_customers.c.vendor == WebhookDelivery.vendor
)
_TURN: Final = 0.1  # seconds to wait for a hand that gets free, before the next look


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A delivery that this worker holds. `message` is its id for the receiver, `sealed` are the secrets that sign,
    `answers` what came of earlier attempts.
    """

    id: str
    vendor: str
    mode: Mode
    endpoint: str
    url: str
    message: str
    body: str
    sealed: tuple[str, ...]
    attempts: int
    tries: int
    is_failing: bool
    answers: Sequence[Mapping[str, Any]]


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
    free = webhooks.crew.free()
    if free < 1:
        return []
    due = (
        select(*_COLUMNS)
        .where(WebhookDelivery.due_at <= now, WebhookDelivery.endpoint.not_in(webhooks.crew.full()))
        .order_by(WebhookDelivery.due_at)
        .limit(free)
        .with_for_update(skip_locked=True)
    )
    with begin() as session, scope.platform():
        rows = session.execute(due).all()
        if not rows:
            return []
        endpoints_of = {each.id: each for each in session.scalars(_endpoints({row.endpoint for row in rows}))}
        begun = _with_room(rows, endpoints_of, webhooks)
        events = _events(session, {row.event for row in begun if row.event})
        # Of an endpoint that was switched off as this was queued; or nothing is left to say.
        over = [row.id for row in begun if not endpoints_of[row.endpoint].is_on or _is_forgotten(row, events)]
        taken = [_taken(row, endpoints_of[row.endpoint], events, now=now) for row in begun if row.id not in over]
        _write(session, over, state=State.FAILED, fault=Fault.OFF, due_at=None)
        _write(
            session,
            [each.id for each in taken],
            state=State.SENDING,
            due_at=now + LEASE,
            attempts=WebhookDelivery.attempts + 1,
            tries=WebhookDelivery.tries + 1,
        )
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
    endpoint = None
    if taken.is_failing or answer.fault is not None:
        # Before the delivery, as whoever deletes both does it.
        locking = _endpoints({taken.endpoint}).with_for_update(key_share=True)
        endpoint = session.scalars(locking, execution_options={"populate_existing": True}).one_or_none()
    following = decide(
        status=answer.status,
        tries=taken.tries,
        retry_after=answer.retry_after,
        failing_since=endpoint.failing_since if endpoint else None,
        chance=chance,
        now=now,
    )
    if endpoint is not None and not endpoint.is_on and following.again is not None:
        following = Next(state=State.FAILED)
    held = (WebhookDelivery.attempts == taken.attempts, WebhookDelivery.state == State.SENDING)
    if not _write(session, [taken.id], *held, **_told(taken, answer, following, now=now)):
        log.warning("webhook.taken_over", delivery=taken.id, attempt=taken.attempts)
        return
    if endpoint is not None:
        endpoint.failing_since = None if answer.fault is None else endpoint.failing_since or now
        if following.off is not None and endpoint.is_on:
            endpoints.switch_off(session, endpoint, following.off, now=now)
        session.flush()
    log.info(
        f"webhook.{following.state}",
        delivery=taken.id,
        endpoint=taken.endpoint,
        status=answer.status,
        fault=answer.fault,
    )


def body_of(session: Session, *, delivery_id: str) -> str | None:
    """What is sent, laid out for reading; None when it is not kept any more. Raises NotFound."""
    row = session.scalars(select(WebhookDelivery).where(WebhookDelivery.id == delivery_id)).one_or_none()
    if row is None:
        raise NotFound
    events = _events(session, {row.event} if row.event else set())
    return (
        None if _is_forgotten(row, events) else json.dumps(json.loads(_body(row, events)), indent=2, ensure_ascii=False)
    )


def prune(begin: Begin, *, now: datetime) -> int:
    """Forget deliveries together with the events they were of. How many."""
    return pruning.forget(begin, WebhookDelivery, before=now - KEPT_FOR)


def _send(taken: Taken, *, webhooks: Webhooks, now: datetime) -> Answer:
    try:
        target = targets.target_of(taken.url, mode=taken.mode, reach=webhooks.reach)
    except Invalid:  # the operator lets webhooks reach less than when it was saved
        return Answer(fault=Fault.NOT_PUBLIC)
    try:
        signing = [sealing.reopen(webhooks.key, each)[endpoints.FIELD] for each in taken.sealed]
    except SealBroken:
        return Answer(fault=Fault.SECRET)
    headers = signed(signing, message=taken.message, body=taken.body, now=now)
    return webhooks.post(target, taken.body.encode(), headers)


def _told(taken: Taken, answer: Answer, following: Next, *, now: datetime) -> dict[str, Any]:
    """The columns that an attempt changes."""
    told = {
        "attempt": taken.attempts,
        "at": now.isoformat(),
        "status": answer.status,
        "fault": answer.fault,
        "milliseconds": answer.milliseconds,
        "answer": answer.text,
    }
    kept = [*taken.answers, told][-_ANSWERS_KEPT:]
    return {
        "state": following.state,
        "due_at": following.again,
        "status": answer.status,
        "fault": answer.fault,
        "milliseconds": answer.milliseconds,
        "delivered_at": now if following.state is State.DELIVERED else None,
        # What came back may name whom the event is about: nothing of it is kept once they are erased.
        "answers": case((_IS_ERASED, literal([], JSON())), else_=literal(kept, JSON())),
    }


def _write(session: Session, ids: Sequence[str], *held: ColumnElement[bool], **values: Any) -> bool:
    """Change these deliveries; False when there was none, or none that is still held so."""
    if not ids:
        return False
    changing = update(WebhookDelivery).where(WebhookDelivery.id.in_(ids), *held).values(**values)
    written = session.execute(changing.execution_options(synchronize_session=False))
    return bool(cast("CursorResult[Any]", written).rowcount)


def _with_room(rows: Sequence[Any], found: Mapping[str, WebhookEndpoint], webhooks: Webhooks) -> list[Any]:
    """Those that somebody has a hand for."""
    room = {id_: webhooks.crew.room(id_, is_failing=each.failing_since is not None) for id_, each in found.items()}
    begun = []
    for row in rows:
        room[row.endpoint] -= 1
        if room[row.endpoint] >= 0:
            begun.append(row)
    return begun


def _endpoints(ids: set[str]) -> Select[WebhookEndpoint]:
    return select(WebhookEndpoint).where(WebhookEndpoint.id.in_(ids))


def _events(session: Session, ids: set[str]) -> dict[str, KeptEvent]:
    return {each.id: each for each in session.scalars(select(KeptEvent).where(KeptEvent.id.in_(ids)))} if ids else {}


def _is_forgotten(row: Any, events: Mapping[str, KeptEvent]) -> bool:
    return row.event is not None and row.event not in events


def _body(row: Any, events: Mapping[str, KeptEvent]) -> str:
    """The event as the API shows it, and its mode."""
    if row.event is not None:
        said = _SCHEMA.dump(known.view(events[row.event]))
    else:
        said = {
            "id": row.id,
            "type": row.type,
            "version": 1,
            "customer": None,
            "actor": {"kind": "system", "id": "test"},
            "request_id": "",
            "data": {"endpoint": row.endpoint},
            "created_at": row.created_at.isoformat(),
        }
    return json.dumps({**said, "mode": row.mode}, ensure_ascii=False, separators=(",", ":"))


def _taken(row: Any, endpoint: WebhookEndpoint, events: Mapping[str, KeptEvent], *, now: datetime) -> Taken:
    """As it will be once it is leased."""
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
        body=_body(row, events),
        sealed=tuple(sealed),
        attempts=row.attempts + 1,
        tries=row.tries + 1,
        is_failing=endpoint.failing_since is not None,
        answers=row.answers,
    )
