"""A subscription's row as the values that rules take: its terms, its running period, what each level says."""

from datetime import datetime

from sqlalchemy.orm import object_session

from services.portal.models import Plan, Product, Subscription
from services.portal.queries import renewals
from services.portal.queries.portals import PortalView
from services.portal.rules import assurance, limits, policy
from services.portal.rules.assurance import Requester
from services.portal.rules.policy import Action, Answer, Reason, Say, Setting
from services.portal.rules.portals import offering
from services.portal.rules.sources import support
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.period import Interval, Period
from services.portal.rules.subscriptions.period import calculate as period_containing
from services.portal.rules.subscriptions.renewal import NextCharge


def status_at(row: Subscription, *, now: datetime) -> Status:
    """Where it stands: a canceled one whose end has come is over, even before the job wrote it down."""
    if row.status is Status.CANCELED and row.ends_at is not None and now >= row.ends_at:
        return Status.ENDED
    return row.status


def running_period(row: Subscription, *, now: datetime) -> Period:
    """The period that runs: the one written down, or, once that is over, the one its anchor makes of now."""
    if now < row.current_period_end:
        return Period(start=row.current_period_start, end=row.current_period_end)
    return period_containing(
        anchor=row.anchor, interval=Interval(row.interval), interval_count=row.interval_count, at=now
    )


def next_charge(row: Subscription, *, description: str, now: datetime) -> NextCharge | None:
    """What will be charged next, to the cent; None when nothing will."""
    session = object_session(row)
    if session is None:
        raise ValueError("a row without a session has no customer and no vendor to ask about")
    return renewals.next_charge(session, row, description=description, status=status_at(row, now=now))


def answer(
    action: Action,
    *,
    by: Requester,
    portal: PortalView | None,
    row: Subscription | None = None,
    plan: Plan | None = None,
    product: Product | None = None,
    limit: Reason | None = None,
    is_by_hand: bool = False,
    gate: Reason | None = None,
    now: datetime,
) -> Answer:
    """May `by` do this here, with this subscription (`row`), or with what was bought without one?

    `limit` is what the action's own rule has against it, such as a refund window that is over; `is_by_hand`: only a
    person can do it; `gate` is why the portal's gate is closed. What a portal does not let customers do, a vendor's
    own key may. Staff who look on are told what the customer would be, and do nothing.
    """
    is_suspended = portal is not None and portal.is_suspended
    limit = _limit(action, row, is_suspended=is_suspended, role=by.role, now=now) or limit
    if not assurance.sees_portal(by):
        return policy.decide(action=action, limit=limit, is_enabled=True)
    if portal is None:
        return policy.decide(action=action, limit=limit, is_enabled=False)
    offered = offering.decide(action=action, features=portal.features)
    return policy.decide(
        action=action,
        limit=limit,
        is_by_hand=is_by_hand,
        is_enabled=offered.is_enabled,
        is_manual=offered.is_manual,
        gate=gate,
        product=_say(action, product),
        plan=_say(action, plan),
        subscription=_say(action, row),
    )


def _limit(
    action: Action, row: Subscription | None, *, is_suspended: bool, role: str | None, now: datetime
) -> Reason | None:
    status = None if row is None else status_at(row, now=now)
    is_pausing = row is not None and row.pauses_at is not None
    return limits.decide(
        action=action,
        status=status,
        is_pausing=is_pausing,
        is_beyond_source=row is not None and not support.is_supported(row.source, action, items=items_of(row)),
        is_suspended=is_suspended,
        role=role,
    )


def items_of(row: Subscription) -> int:
    """How many items it has where it is billed."""
    return int((row.source_state or {}).get("items", 1))


def _say(action: Action, level: Product | Plan | Subscription | None) -> Say:
    if level is None:
        return Say()
    if action is Action.CANCEL:
        return Say(Setting(level.cancel), level.cancel_message)
    said = level.policies.get(action.value, {})
    return Say(Setting(said.get("setting", Setting.INHERIT)), said.get("message"))
