"""Having a source do something, in three steps, each safe to stop after: record the wish, ask, record what came of it.

The call's own key goes along as the idempotency key, for ever: whoever asks again, after a lost answer or a killed
process, asks for the same effect. What it did is read anew from the source and copied (`taking`), never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.sources import taking
from services.portal.adapters.sources import Account, Kind, NoSource, Order, Outcome, Sources, Told
from services.portal.models import SourceCall, Subscription
from services.portal.queries import sources as queries
from shared import clock, ids
from shared.database import Begin, scope
from shared.database.scope import Scope
from shared.errors import Conflict, NotFound, Refusal, Unavailable
from shared.events import Actor, Mode
from shared.logs import log

JOB: Final = "ask_sources"
BATCH: Final = 20
LEASE: Final = timedelta(seconds=60)
"""For how long a call is its maker's; then the clock takes it over."""
LATEST: Final = timedelta(hours=20)
"""Until when a key is asked under again: Stripe forgets keys after a day."""


class SourceCallUnderWay(Conflict):
    """The source was asked to do something to this subscription, and has not told what came of it."""

    code = "source_call_under_way"


class SourceRefused(Conflict):
    """The source did not do it; nothing has changed."""

    code = "source_refused"


class SourceDeclined(Conflict):
    """The charge that it would have taken was declined; nothing has changed."""

    code = "source_declined"


class SourceSilent(Unavailable):
    """The source was asked, and has not answered. It is asked again, for the same."""

    code = "source_silent"


def ask(session: Session, row: Subscription, *, action: str, params: Mapping[str, Any], now: datetime) -> str:
    """Step 1: record what the source is to do to `row`, which is locked. The call's id, for `carry_out`.

    Raises SourceCallUnderWay.
    """
    if queries.under_way(session, row.id) is not None:
        raise SourceCallUnderWay
    here, call_id = scope.current(), ids.new("call")
    session.add(
        SourceCall(
            id=call_id,
            customer=row.customer,
            subscription=row.id,
            action=action,
            params=dict(params),
            key=f"bursar-{call_id}",
            status="pending",
            actor_kind=here.actor.kind,
            actor_id=here.actor.id[:80],
            request_id=here.request_id[:80],
            attempts=0,
            settle_at=clock.now() + LEASE,
            created_at=clock.now(),
        )
    )
    after = {"action": action, "source": row.source}
    action_log.write(session, action="subscription.asked_source", of=row.id, before=None, after=after, now=now)
    return call_id


@dataclass(frozen=True, kw_only=True)
class _Open:
    """A call without an outcome, and how to make it."""

    account: Account
    order: Order
    key: str
    is_first: bool
    made_at: datetime


def carry_out(begin: Begin, *, sources: Sources, call_id: str) -> None:
    """Steps 2 and 3. One that has its outcome is not made again.

    Raises SourceRefused, SourceDeclined, SourceSilent, NoSource, Unavailable where it was certainly not heard.
    """
    with begin() as session:
        opened = _open(session, sources, call_id)
    if opened is None:
        return
    told = opened.account.carry_out(opened.order, key=opened.key)
    if told.outcome is Outcome.DONE:
        told = _taken(begin, opened, told)
    elif told.outcome is Outcome.NOT_SENT and not opened.is_first:
        told = Told(outcome=Outcome.UNKNOWN)  # an earlier try may have been heard
    with begin() as session:
        _settle(session, call_id, told)
    _raise(told)


def _open(session: Session, sources: Sources, call_id: str) -> _Open | None:
    call = _locked(session, call_id)
    if call.status not in queries.UNDER_WAY:
        return None
    row = session.scalars(select(Subscription).where(Subscription.id == call.subscription)).one()
    is_first, call.attempts = call.attempts == 0, call.attempts + 1
    item = (row.source_state or {}).get("item")
    return _Open(
        account=taking.account(session, sources),
        order=Order(action=call.action, subscription=row.source_id or "", item=item, params=call.params),
        key=call.key,
        is_first=is_first,
        made_at=call.created_at,
    )


def _taken(begin: Begin, opened: _Open, told: Told) -> Told:
    """It is done: what the source has now is copied. If it can't be read just now, the call stays open for that."""
    try:
        taking.read(
            begin,
            opened.account,
            kind=Kind.SUBSCRIPTIONS,
            found_id=told.reference or opened.order.subscription,
            now=clock.now(),
        )
    except Unavailable:
        return Told(outcome=Outcome.UNKNOWN)
    return told


def _settle(session: Session, call_id: str, told: Told) -> None:
    call = _locked(session, call_id)
    if call.status not in queries.UNDER_WAY:
        return
    now = clock.now()
    if told.outcome is Outcome.UNKNOWN:
        wait = timedelta(seconds=min(10 * 2**call.attempts, 3600))
        is_too_late = call.created_at + LATEST <= now
        call.status, call.settle_at = ("refused" if is_too_late else "unknown"), (None if is_too_late else now + wait)
        call.code = "no_answer" if is_too_late else None
    else:
        call.status = "succeeded" if told.outcome is Outcome.DONE else "refused"
        call.code, call.settle_at = (told.code or told.outcome.value)[:40], None
        if told.outcome is Outcome.DONE:
            call.code = None
    if call.settle_at is None:
        call.settled_at = now
    if call.status == "refused":
        after = {"action": call.action, "code": call.code}
        action_log.write(
            session, action="subscription.source_refused", of=call.subscription, before=None, after=after, now=now
        )


def _raise(told: Told) -> None:
    match told.outcome:
        case Outcome.REFUSED:
            raise SourceRefused
        case Outcome.DECLINED:
            raise SourceDeclined
        case Outcome.UNKNOWN:
            raise SourceSilent
        case Outcome.NOT_SENT:
            raise Unavailable(part="stripe")


def carry_on_due(begin: Begin, *, sources: Sources, now: datetime) -> int:
    """Take over calls that nobody has settled in time. How many."""
    due = _claim(begin, now=now)
    for call_id, here in due:
        with scope.use(here):
            _carry_on(begin, sources, call_id)
    return len(due)


def _carry_on(begin: Begin, sources: Sources, call_id: str) -> None:
    try:
        carry_out(begin, sources=sources, call_id=call_id)
    except (SourceRefused, SourceDeclined, Unavailable, NoSource) as refusal:
        log.info("source_call.not_done", call=call_id, reason=refusal.code)
    except Refusal as refusal:
        log.error("source_call.stuck", call=call_id, reason=refusal.code)


def _claim(begin: Begin, *, now: datetime) -> list[tuple[str, Scope]]:
    with begin() as session, scope.platform():
        rows = session.scalars(
            select(SourceCall)
            .where(SourceCall.settle_at <= now)
            .order_by(SourceCall.settle_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            row.settle_at = now + LEASE
        session.flush()  # while every vendor's rows may be written
        return [(row.id, _scope(row)) for row in rows]


def _scope(row: SourceCall) -> Scope:
    actor = Actor(kind=row.actor_kind, id=row.actor_id)  # type: ignore[arg-type]  # as it was kept
    return Scope(vendor=row.vendor, mode=cast("Mode", row.mode), actor=actor, request_id=row.request_id)


def _locked(session: Session, call_id: str) -> SourceCall:
    row = session.scalars(select(SourceCall).where(SourceCall.id == call_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    return row
