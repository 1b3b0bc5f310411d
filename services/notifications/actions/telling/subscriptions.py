"""Tell of a subscription: its trial, changes, pauses, its end."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Final, TypeAlias

from services.notifications.actions.messages import Tidings, tell_customer
from services.notifications.rules.messages import Kind
from shared.database import Session
from shared.events import (
    SubscriptionCanceled,
    SubscriptionEnded,
    SubscriptionPaused,
    SubscriptionPlanChanged,
    SubscriptionQuantityChanged,
    SubscriptionRecovered,
    SubscriptionResumed,
    SubscriptionResuming,
    SubscriptionTrialEnding,
    SubscriptionUncanceled,
)

Told: TypeAlias = (
    SubscriptionTrialEnding
    | SubscriptionRecovered
    | SubscriptionPlanChanged
    | SubscriptionQuantityChanged
    | SubscriptionPaused
    | SubscriptionResuming
    | SubscriptionResumed
    | SubscriptionCanceled
    | SubscriptionUncanceled
    | SubscriptionEnded
)

_NOT_TOLD: Final = ("customer", "revision", "cancellation_details")


def trial_ending(session: Session, event: SubscriptionTrialEnding, *, key: str, now: datetime) -> None:
    """A trial ends soon: what is charged then, and what to do without a card."""
    _tell(session, Kind.TRIAL_ENDING, event, key=key, now=now)


def recovered(session: Session, event: SubscriptionRecovered, *, key: str, now: datetime) -> None:
    """What was owed is paid."""
    _tell(session, Kind.RECOVERED, event, key=key, now=now)


def plan_changed(session: Session, event: SubscriptionPlanChanged, *, key: str, now: datetime) -> None:
    """Another plan, now or from a day on."""
    _tell(session, Kind.PLAN_CHANGED, event, key=key, now=now)


def quantity_changed(session: Session, event: SubscriptionQuantityChanged, *, key: str, now: datetime) -> None:
    """Another number of units, now or from a day on."""
    _tell(session, Kind.QUANTITY_CHANGED, event, key=key, now=now)


def paused(session: Session, event: SubscriptionPaused, *, key: str, now: datetime) -> None:
    """No charges and no access, now or from a day on."""
    _tell(session, Kind.PAUSED, event, key=key, now=now)


def resuming(session: Session, event: SubscriptionResuming, *, key: str, now: datetime) -> None:
    """A pause ends soon: what is charged then."""
    _tell(session, Kind.RESUMING, event, key=key, now=now)


def resumed(session: Session, event: SubscriptionResumed, *, key: str, now: datetime) -> None:
    """It goes on."""
    _tell(session, Kind.RESUMED, event, key=key, now=now)


def canceled(session: Session, event: SubscriptionCanceled, *, key: str, now: datetime) -> None:
    """When it ends and how to undo that. What ended at once is told as ended: there is nothing to undo."""
    if event.timing == "immediately":
        _tell_ended(session, event, ended_at=event.ends_at, now=now)
        return
    _tell(session, Kind.CANCELLATION, event, key=key, now=now)


def uncanceled(session: Session, event: SubscriptionUncanceled, *, key: str, now: datetime) -> None:
    """It goes on as before."""
    _tell(session, Kind.UNCANCELLATION, event, key=key, now=now)


def ended(session: Session, event: SubscriptionEnded, *, now: datetime) -> None:
    """It is over."""
    _tell_ended(session, event, ended_at=event.ended_at, now=now)


def _tell_ended(
    session: Session, event: SubscriptionCanceled | SubscriptionEnded, *, ended_at: str, now: datetime
) -> None:
    """Once a subscription, whichever event says it first: it ends only once."""
    facts = {"plan_name": event.plan_name, "subscription": event.subscription, "ended_at": ended_at}
    _say(session, Kind.ENDED, event, facts, key=f"ended:{event.subscription}", now=now)


def _tell(session: Session, kind: Kind, event: Told, *, key: str, now: datetime) -> None:
    """All that the event says, but what is not for a mail."""
    facts = {name: value for name, value in asdict(event).items() if name not in _NOT_TOLD}
    _say(session, kind, event, facts, key=key, now=now)


def _say(session: Session, kind: Kind, event: Told, facts: Mapping[str, object], *, key: str, now: datetime) -> None:
    tidings = Tidings(
        kind=kind,
        customer=event.customer,
        facts=facts,
        dedup_key=key,
        about=event.subscription,
        revision=event.revision,
    )
    tell_customer(session, tidings, now=now)
