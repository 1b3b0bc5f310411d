"""DECIDES where a subscription stands here that another source bills.

STATUSES maps Stripe's words to ours. What runs there but is to end is *canceled* here, with the moment it ends; what
Stripe calls canceled is *ended* here. Where collecting is paused it is *paused*, whatever else it is. What never was
paid for (`incomplete`) never began, and is not shown.

Worked example: `active` with `cancel_at_period_end` and a period until 31 May: canceled, `ends_at` 31 May. `unpaid`:
past due. `incomplete_expired`: nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.portal.rules.sources.facts import SubscriptionFacts
from services.portal.rules.subscriptions.lifecycle import Status

STATUSES: Final[dict[str, Status | None]] = {
    "trialing": Status.TRIALING,
    "active": Status.ACTIVE,
    "past_due": Status.PAST_DUE,
    "unpaid": Status.PAST_DUE,
    "paused": Status.PAUSED,
    "canceled": Status.ENDED,
    "incomplete": None,
    "incomplete_expired": None,
}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where it stands. `restored` is the state that taking a cancel back leads to."""

    status: Status
    restored: Status
    canceled_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    resumes_at: datetime | None


def decide(found: SubscriptionFacts, *, now: datetime) -> Standing | None:
    """Its standing; None for what never began, or is in a state that we know nothing of."""
    status = STATUSES.get(found.status)
    if status is None:
        return None
    if status is Status.ENDED:
        over = found.ended_at or found.canceled_at or now
        return Standing(
            status=status,
            restored=status,
            canceled_at=found.canceled_at or over,
            ends_at=over,
            ended_at=over,
            resumes_at=None,
        )
    if found.is_paused:
        status = Status.PAUSED
    ends_at = found.cancel_at or (found.period_end if found.cancels_at_period_end else None)
    return Standing(
        status=status if ends_at is None else Status.CANCELED,
        restored=status,
        canceled_at=None if ends_at is None else found.canceled_at or now,
        ends_at=ends_at,
        ended_at=None,
        resumes_at=found.resumes_at if status is Status.PAUSED else None,
    )
