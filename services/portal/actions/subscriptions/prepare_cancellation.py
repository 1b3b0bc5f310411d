"""What canceling would do, shown before it is done. Saves nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from services.portal.actions import confirmations
from services.portal.actions.subscriptions.loading import Loaded, load, require_allowed, timing_of
from services.portal.queries import agreements
from services.portal.rules import assurance
from services.portal.rules.assurance import Requester
from services.portal.rules.confirmation import GOOD_FOR, Shown
from services.portal.rules.policy import Action
from services.portal.rules.subscriptions import cancellation
from services.portal.rules.subscriptions.cancellation import Cancellation, Timing
from shared.money import Money


@dataclass(frozen=True, kw_only=True)
class CancellationPreview:
    """What canceling now would do. `confirmation` is empty for a vendor's key, which needs none."""

    subscription: str
    plan_name: str
    timing: Timing
    ends_at: datetime
    never_charged: Money | None
    next_charge_at: datetime | None
    confirmation: str
    expires_at: datetime
    confirmation_message: str | None
    reasons: tuple[str, ...]


def prepare_cancellation(
    session: Session, *, subscription_id: str, by: Requester, key: str, now: datetime
) -> CancellationPreview:
    """What a customer is shown, with the confirmation that `cancel` will want.

    Raises NotFound, InvalidState, StepUpRequired, and what the policy refuses with.
    """
    loaded = load(session, subscription_id=subscription_id, by=by, lock=False)
    require_allowed(Action.CANCEL, loaded, by=by, now=now)
    assurance.require(action=Action.CANCEL, by=by, now=now)
    confirmation = confirmations.issue(shown(loaded, by=by, now=now), key=key, now=now)
    return _preview(loaded, wanted=None, confirmation=confirmation, now=now)


def preview_cancellation(
    session: Session, *, subscription_id: str, by: Requester, timing: Timing | None, now: datetime
) -> CancellationPreview:
    """What a vendor's key is shown. Raises NotFound, InvalidState."""
    loaded = load(session, subscription_id=subscription_id, by=by, lock=False)
    return _preview(loaded, wanted=timing, confirmation="", now=now)


def outcome(loaded: Loaded, *, timing: Timing, now: datetime) -> Cancellation:
    """What the rule makes of it. Raises InvalidState."""
    return cancellation.decide(
        status=agreements.status_at(loaded.row, now=now),
        timing=timing,
        running=agreements.running_period(loaded.row, now=now),
        canceled_at=loaded.row.canceled_at,
        ends_at=loaded.row.ends_at,
        now=now,
    )


def shown(loaded: Loaded, *, by: Requester, now: datetime) -> Shown:
    """What the confirm page says, in a fingerprint: when it ends, and which charge will not happen."""
    timing = timing_of(loaded, None)
    charge = agreements.next_charge(loaded.row, description=loaded.plan.name, now=now)
    ends = agreements.running_period(loaded.row, now=now).end if timing is Timing.AT_PERIOD_END else "now"
    amount = None if charge is None else (charge.totals.total, charge.totals.currency)
    return Shown(
        session=by.session or "",
        action=Action.CANCEL.value,
        object=loaded.row.id,
        fingerprint=confirmations.fingerprint(timing.value, ends, amount),
    )


def _preview(loaded: Loaded, *, wanted: Timing | None, confirmation: str, now: datetime) -> CancellationPreview:
    found = outcome(loaded, timing=timing_of(loaded, wanted), now=now)
    charge = agreements.next_charge(loaded.row, description=loaded.plan.name, now=now)
    feature = loaded.portal.cancel if loaded.portal is not None else None
    return CancellationPreview(
        subscription=loaded.row.id,
        plan_name=loaded.plan.name,
        timing=found.timing,
        ends_at=found.ends_at,
        never_charged=None if charge is None else Money(charge.totals.total, charge.totals.currency),
        next_charge_at=None if charge is None else charge.at,
        confirmation=confirmation,
        expires_at=now + GOOD_FOR,
        confirmation_message=feature.confirmation_message if feature else None,
        reasons=feature.reasons if feature and feature.reasons_enabled else (),
    )
