"""Pausing at the end of the paid period; it can be withdrawn until then (`actions.subscriptions.resume`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.portal.actions import proof
from services.portal.actions.operations import action_log
from services.portal.actions.subscriptions.loading import Loaded, load, permission, touch
from services.portal.actions.subscriptions.preview import Preview
from services.portal.actions.support import requests
from services.portal.models import Subscription
from services.portal.queries import agreements, renewals
from services.portal.queries import subscriptions as queries
from services.portal.queries.tickets import TicketView
from services.portal.rules.assurance import Requester
from services.portal.rules.policy import Action, Decision
from services.portal.rules.subscriptions import pause as rule
from services.portal.rules.subscriptions.lifecycle import Move, Status, after
from services.portal.rules.subscriptions.pause import Length, Offer, Pausing
from services.portal.rules.subscriptions.period import Interval
from shared.bus import outbox
from shared.events import SubscriptionPaused


@dataclass(frozen=True, kw_only=True)
class Paused:
    """What became of it. `changed` is false when exactly this pause was scheduled before, or a person decides first
    (`ticket`)."""

    subscription: str
    status: Status
    pauses_at: datetime
    resumes_at: datetime | None
    changed: bool
    ticket: TicketView | None = None


def pause(
    session: Session,
    *,
    subscription_id: str,
    by: Requester,
    interval: str | None = None,
    interval_count: int | None = None,
    now: datetime,
) -> Paused:
    """Pause it for so long; without an interval as the portal has it, or until it is resumed.

    Raises NotFound, InvalidState, PauseNotOffered, NoPaymentMethod, StepUpRequired, and what the policy refuses with.
    """
    loaded = load(session, subscription_id=subscription_id, by=by, lock=True)
    is_manual = permission(Action.PAUSE, loaded, by=by, now=now).decision is Decision.NEEDS_APPROVAL
    proof.require(Action.PAUSE, by=by, portal=loaded.portal, now=now)
    found = _decide(session, loaded, length_of(interval, interval_count), now=now)
    ticket = None
    if is_manual:
        wish = {"interval": interval, "interval_count": interval_count}
        ticket = requests.open_request(
            session,
            kind=Action.PAUSE.value,
            loaded_or_payment=loaded,
            request=wish,
            by=by,
            portal_feature=None,
            now=now,
        )
    elif found.changed:
        _save(session, loaded, found, now)
        proof.tell(session, Action.PAUSE, by=by, done_to=loaded.row.id, customer=loaded.row.customer, now=now)
    return Paused(
        subscription=loaded.row.id,
        status=loaded.row.status,
        pauses_at=found.pauses_at,
        resumes_at=found.resumes_at,
        changed=found.changed and ticket is None,
        ticket=ticket,
    )


def begin(session: Session, row: Subscription, *, plan_name: str, now: datetime) -> None:
    """The paid period is over: no access and no charges from here on. `row` is locked."""
    before = {"status": row.status.value}
    row.status = after(row.status, Move.PAUSE)
    row.paused_at, row.pauses_at = row.pauses_at or now, None
    touch(row, now=now)
    then = {"status": row.status.value, "resumes_at": _plain(row.resumes_at)}
    action_log.write(session, action="subscription.paused", of=row.id, before=before, after=then, now=now)
    outbox.record(session, _told(row, plan_name, at=row.paused_at, scheduled=False), at=now)


def preview_pause(
    session: Session, loaded: Loaded, *, given: Mapping[str, Any], by: Requester, now: datetime
) -> Preview:
    """What `POST …/preview` answers. Raises what `pause` raises."""
    answer = permission(Action.PAUSE, loaded, by=by, now=now)
    found = _decide(session, loaded, length_of(given.get("interval"), given.get("interval_count")), now=now)
    row = loaded.row
    was = row.pauses_at, row.resumes_at
    with session.no_autoflush:
        row.pauses_at, row.resumes_at = found.pauses_at, found.resumes_at
        following = queries.view(row, description=loaded.plan.name, now=now).next_charge
        row.pauses_at, row.resumes_at = was
    return Preview(
        action="pause",
        subscription=row.id,
        decision=answer.decision,
        message=answer.message,
        is_immediate=False,
        effective_at=found.pauses_at,
        next_charge=following,
        plan=row.plan,
        quantity=row.quantity,
        resumes_at=found.resumes_at,
    )


def length_of(interval: str | None, count: int | None) -> Length | None:
    """So long; None: as the portal has it."""
    return None if interval is None else Length(Interval(interval), count or 1)


def offer_of(loaded: Loaded) -> Offer:
    """What may be asked for: a vendor's key is not bound."""
    if loaded.portal is None:
        return Offer(indefinite=True, lengths=(), binds=False)
    feature = loaded.portal.features.pause
    lengths = tuple(Length(Interval(interval), count) for interval, count in feature.options)
    return Offer(indefinite=feature.indefinite, lengths=() if feature.indefinite else lengths, binds=True)


def _decide(session: Session, loaded: Loaded, wanted: Length | None, *, now: datetime) -> Pausing:
    row = loaded.row
    return rule.decide(
        status=agreements.status_at(row, now=now),
        offer=offer_of(loaded),
        wanted=wanted,
        can_be_charged=row.collection == "external" or renewals.has_method(session, row),
        paid_until=agreements.running_period(row, now=now).end,
        pauses_at=row.pauses_at,
        resumes_at=row.resumes_at,
    )


def _save(session: Session, loaded: Loaded, found: Pausing, now: datetime) -> None:
    row = loaded.row
    before = {"pauses_at": _plain(row.pauses_at), "resumes_at": _plain(row.resumes_at)}
    row.pauses_at, row.resumes_at, row.resume_notice_at = found.pauses_at, found.resumes_at, None
    touch(row, now=now)
    then = {"pauses_at": _plain(row.pauses_at), "resumes_at": _plain(row.resumes_at)}
    action_log.write(session, action="subscription.pause_scheduled", of=row.id, before=before, after=then, now=now)
    outbox.record(session, _told(row, loaded.plan.name, at=found.pauses_at, scheduled=True), at=now)


def _told(row: Subscription, plan_name: str, *, at: datetime, scheduled: bool) -> SubscriptionPaused:
    return SubscriptionPaused(
        subscription=row.id,
        customer=row.customer,
        plan=row.plan,
        plan_name=plan_name,
        scheduled=scheduled,
        paused_at=at.isoformat(),
        resumes_at=_plain(row.resumes_at),
        revision=row.revision,
    )


def _plain(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
