"""A subscription's row as the values that rules take: its terms, its running period, what each level says."""

from datetime import datetime
from typing import Literal, cast

from services.portal.models import Plan, Product, Subscription
from services.portal.queries.portals import PortalView
from services.portal.rules import policy
from services.portal.rules.assurance import Requester
from services.portal.rules.policy import Action, Answer, Reason, Say, Setting
from services.portal.rules.subscriptions import renewal
from services.portal.rules.subscriptions.lifecycle import MOVES, Move, Status
from services.portal.rules.subscriptions.period import Interval, Period
from services.portal.rules.subscriptions.period import calculate as period_containing
from services.portal.rules.subscriptions.renewal import NextCharge, Terms

_MOVE_OF = {Action.CANCEL: Move.CANCEL, Action.UNDO_CANCEL: Move.UNDO_CANCEL}


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


def terms(row: Subscription, *, description: str) -> Terms:
    """What it was agreed at."""
    return Terms(
        description=description,
        quantity=row.quantity,
        unit_amount=row.unit_amount,
        currency=row.currency,
        tax_rate=row.tax_rate,
        tax_behavior=cast("Literal['exclusive', 'inclusive']", row.tax_behavior),
        interval=Interval(row.interval),
        interval_count=row.interval_count,
        anchor=row.anchor,
    )


def next_charge(row: Subscription, *, description: str, now: datetime) -> NextCharge | None:
    """What will be charged next, to the cent; None when nothing will."""
    return renewal.calculate(
        status=status_at(row, now=now),
        terms=terms(row, description=description),
        running=running_period(row, now=now),
    )


def answer(
    action: Action,
    *,
    by: Requester,
    portal: PortalView | None,
    row: Subscription,
    plan: Plan,
    product: Product,
    now: datetime,
) -> Answer:
    """May `by` do this with this subscription, in this portal? What customers may not, a vendor's own key may."""
    limit = Reason.INVALID_STATE if _is_against_state(action, row, now) else None
    if by.kind != "customer":
        return policy.decide(action=action, limit=limit, is_enabled=True)
    is_enabled = action is not Action.CANCEL or (portal is not None and portal.cancel.enabled)
    return policy.decide(
        action=action,
        limit=limit,
        is_enabled=is_enabled,
        product=_say(product),
        plan=_say(plan),
        subscription=_say(row),
    )


def _is_against_state(action: Action, row: Subscription, now: datetime) -> bool:
    move = _MOVE_OF.get(action)
    return move is not None and (status_at(row, now=now), move) not in MOVES


def _say(level: Product | Plan | Subscription) -> Say:
    return Say(Setting(level.cancel), level.cancel_message)
