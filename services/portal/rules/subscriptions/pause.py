"""DECIDES may a subscription be paused, from when and until when.

A pause begins at the end of the paid period and can be withdrawn until then. It ends by itself after one of the
lengths the portal offers, or lasts until the customer resumes, where the portal offers that. A vendor's key may choose
any length up to three years, or none. Only an active subscription can be paused: not in a trial, not past due, not
canceled. One that the engine charges needs a payment method, since resuming charges. Asking for the same pause twice
changes nothing; asking for another length replaces the first.

Worked example: active until 31 May; one month: pauses on 31 May, resumes on 30 June. Two months asked where only one is
offered: `pause_not_offered`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.portal.rules.subscriptions.lifecycle import Move, Status, after
from services.portal.rules.subscriptions.period import Interval
from services.portal.rules.subscriptions.period import calculate as period_containing
from shared.errors import Conflict, Invalid

LONGEST: Final = timedelta(days=3 * 366)


class PauseNotOffered(Invalid):
    """It can't be paused for so long here."""

    code = "pause_not_offered"


class NoPaymentMethod(Conflict):
    """Going on would charge, and there is nothing to charge."""

    code = "no_payment_method"


@dataclass(frozen=True)
class Length:
    """So many intervals."""

    interval: Interval
    count: int


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What may be asked for. `binds` is false for a vendor's key, which may choose any."""

    indefinite: bool
    lengths: Sequence[Length]
    binds: bool


@dataclass(frozen=True, kw_only=True)
class Pausing:
    """When it begins, and when it ends by itself (None: when the customer says so)."""

    changed: bool
    pauses_at: datetime
    resumes_at: datetime | None


def decide(
    *,
    status: Status,
    offer: Offer,
    wanted: Length | None,
    can_be_charged: bool,
    paid_until: datetime,
    pauses_at: datetime | None,
    resumes_at: datetime | None,
) -> Pausing:
    """The effect of asking now. Raises InvalidState, NoPaymentMethod, PauseNotOffered."""
    after(status, Move.SCHEDULE_PAUSE)
    if not can_be_charged:
        raise NoPaymentMethod
    length = _length(offer, wanted)
    until = None if length is None else _end(paid_until, length)
    if until is not None and until - paid_until > LONGEST:
        raise PauseNotOffered
    same = pauses_at == paid_until and resumes_at == until
    return Pausing(changed=not same, pauses_at=paid_until, resumes_at=until)


def _length(offer: Offer, wanted: Length | None) -> Length | None:
    """What is asked for, where it is offered; the first offer where nothing is asked for."""
    if wanted is None:
        if offer.indefinite or not offer.binds:
            return None
        if len(offer.lengths) != 1:
            raise PauseNotOffered
        return offer.lengths[0]
    if offer.binds and wanted not in offer.lengths:
        raise PauseNotOffered
    if wanted.count < 1:
        raise PauseNotOffered
    return wanted


def _end(start: datetime, length: Length) -> datetime:
    return period_containing(anchor=start, interval=length.interval, interval_count=length.count, at=start).end
