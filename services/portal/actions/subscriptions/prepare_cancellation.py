"""What canceling would do, shown before it is done. Saves nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.portal.actions import confirmations, proof
from services.portal.actions.subscriptions import giving_back, timing
from services.portal.actions.subscriptions.foreseen import charge_after, copy_of
from services.portal.actions.subscriptions.loading import Loaded, load, permission
from services.portal.actions.subscriptions.preview import GivenBack, LastBill, Preview
from services.portal.models import Subscription
from services.portal.queries import agreements, closings
from services.portal.queries.subscriptions import NextChargeView
from services.portal.rules.assurance import Requester
from services.portal.rules.confirmation import GOOD_FOR, Shown
from services.portal.rules.payments.crediting import Kept
from services.portal.rules.policy import Action, Decision
from services.portal.rules.portals.features import UnusedTime
from services.portal.rules.subscriptions import cancellation
from services.portal.rules.subscriptions.cancellation import Cancellation, Timing
from services.portal.rules.subscriptions.unused import Unused
from shared.money import Money


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the rule makes of a cancel, the unused time that comes back with it, and what is settled at the end.

    `used_until`: only what was used by then of what earlier changes left is settled; None: all of it.
    """

    found: Cancellation
    unused: tuple[Unused, ...]
    how: UnusedTime
    given_back: GivenBack | None
    used_until: datetime | None
    last_bill: LastBill | None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One way to cancel: when it ends, what is given back, and what is settled then."""

    timing: Timing
    ends_at: datetime
    given_back: GivenBack | None
    last_bill: LastBill | None


@dataclass(frozen=True, kw_only=True)
class CancellationPreview:
    """What canceling now would do, in each way on offer; the first is `timing`, `ends_at`.

    `is_manual`: a person decides, and until then nothing changes. `owes`: a payment stays open.
    """

    subscription: str
    plan_name: str
    timing: Timing
    ends_at: datetime
    choices: tuple[Choice, ...]
    is_manual: bool
    never_charged: Money | None
    next_charge_at: datetime | None
    confirmation: str
    expires_at: datetime
    confirmation_message: str | None
    reasons: tuple[str, ...]
    own_reasons: tuple[str, ...]


def prepare_cancellation(
    session: Session, *, subscription_id: str, by: Requester, key: str, now: datetime
) -> CancellationPreview:
    """What a customer is shown, with the confirmation that `cancel` will want.

    Raises NotFound, InvalidState, StepUpRequired, and what the policy refuses with.
    """
    loaded = load(session, subscription_id=subscription_id, by=by, lock=False)
    answer = permission(Action.CANCEL, loaded, by=by, now=now)
    proof.require(Action.CANCEL, by=by, portal=loaded.portal, now=now)
    choices = choices_of(session, loaded, at=now, now=now)
    confirmation = confirmations.issue(shown(session, loaded, choices, by=by, now=now), key=key, now=now)
    charge = _never_charged(session, loaded, now=now)
    feature = loaded.portal.features.cancel if loaded.portal is not None else None
    asks = feature is not None and feature.reasons_enabled
    return CancellationPreview(
        subscription=loaded.row.id,
        plan_name=loaded.plan.name,
        timing=choices[0].timing,
        ends_at=choices[0].ends_at,
        choices=choices,
        is_manual=answer.decision is Decision.NEEDS_APPROVAL,
        never_charged=None if charge is None else charge.total,
        next_charge_at=None if charge is None else charge.at,
        confirmation=confirmation,
        expires_at=now + GOOD_FOR,
        confirmation_message=None if feature is None else feature.confirmation_message,
        reasons=feature.reasons if asks and feature is not None else (),
        own_reasons=feature.own_reasons if asks and feature is not None else (),
    )


def preview_cancellation(
    session: Session, loaded: Loaded, *, given: Mapping[str, Any], by: Requester, now: datetime
) -> Preview:
    """What `POST …/preview` answers. Raises InvalidState, ModeRequired, TimingNotAllowed."""
    answer = permission(Action.CANCEL, loaded, by=by, now=now)
    wanted = given.get("timing")
    ahead = outcome(session, loaded, wanted=None if wanted is None else Timing(wanted), at=now, now=now)
    return Preview(
        action="cancel",
        subscription=loaded.row.id,
        decision=answer.decision,
        message=answer.message,
        is_immediate=ahead.found.ends_at <= now,
        effective_at=ahead.found.ends_at,
        given_back=ahead.given_back,
        never_charged=_never_charged(session, loaded, now=now),
        last_bill=ahead.last_bill,
        plan=loaded.row.plan,
        quantity=loaded.row.quantity,
        ends_at=ahead.found.ends_at,
    )


def outcome(session: Session, loaded: Loaded, *, wanted: Timing | None, at: datetime, now: datetime) -> Outcome:
    """What canceling now does; unused time counts from `at`. Raises InvalidState, ModeRequired, TimingNotAllowed."""
    row, feature = loaded.row, timing.feature_of(session, loaded)
    found = cancellation.decide(
        status=agreements.status_at(row, now=now),
        offered=timing.offered(loaded, feature),
        wanted=wanted,
        running=agreements.running_period(row, now=now),
        trial_end=row.trial_end,
        resumes_at=row.resumes_at,
        prorates=timing.prorates(loaded, feature),
        canceled_at=row.canceled_at,
        ends_at=row.ends_at,
        now=now,
    )
    how = feature.unused_time if feature else UnusedTime.CREDIT
    unused = giving_back.unused_of(session, row, at=at) if found.gives_back else ()
    used_until = at if found.gives_back else None
    more = giving_back.foreseen(unused, how=how, description=loaded.plan.name)
    return Outcome(
        found=found,
        unused=unused,
        how=how,
        given_back=giving_back.summed(unused, row, how=how),
        used_until=used_until,
        last_bill=_last_bill(session, row, ends_at=found.ends_at, used_until=used_until, more=more),
    )


def choices_of(session: Session, loaded: Loaded, *, at: datetime, now: datetime) -> tuple[Choice, ...]:
    """Each way on offer. Raises InvalidState."""
    offered = timing.offered(loaded, timing.feature_of(session, loaded)).timings
    outcomes = [(each, outcome(session, loaded, wanted=each, at=at, now=now)) for each in offered]
    return tuple(
        Choice(timing=each, ends_at=found.found.ends_at, given_back=found.given_back, last_bill=found.last_bill)
        for each, found in outcomes
    )


def shown(session: Session, loaded: Loaded, choices: tuple[Choice, ...], *, by: Requester, now: datetime) -> Shown:
    """What the confirm page says, in a fingerprint: when it ends, what comes back, which charge will not happen and
    which one will."""
    charge = _never_charged(session, loaded, now=now)
    amount = None if charge is None else (charge.total.amount, charge.total.currency)
    facts = [
        (
            each.timing.value,
            "now" if each.ends_at <= now else each.ends_at.isoformat(),
            each.given_back,
            None if each.last_bill is None else (each.last_bill.money, each.last_bill.kept),
        )
        for each in choices
    ]
    return Shown(
        session=by.session or "",
        action=Action.CANCEL.value,
        object=loaded.row.id,
        fingerprint=confirmations.fingerprint(facts, amount),
    )


def _never_charged(session: Session, loaded: Loaded, *, now: datetime) -> NextChargeView | None:
    """The renewal that will not be, without what earlier changes left to it: that is settled all the same."""
    copy = copy_of(loaded.row)
    copy.pending_lines = []
    return charge_after(session, copy, description=loaded.plan.name, now=now)


def _last_bill(
    session: Session, row: Subscription, *, ends_at: datetime, used_until: datetime | None, more: Sequence[Kept]
) -> LastBill | None:
    found = closings.ahead(session, row, used_until=used_until, more=more)
    if found is None:
        return None
    return LastBill(
        at=ends_at,
        lines=found.lines,
        net=found.totals.net,
        tax=found.totals.tax,
        total=found.totals.total,
        currency=found.totals.currency,
        becomes_credit=found.becomes_credit,
    )
