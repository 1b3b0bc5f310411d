"""Canceling a subscription: by its customer in two steps, by its vendor in one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from services.portal.actions import confirmations
from services.portal.actions.operations import action_log
from services.portal.actions.subscriptions.loading import Loaded, load, require_allowed, timing_of
from services.portal.actions.subscriptions.prepare_cancellation import outcome, shown
from services.portal.models import Subscription
from services.portal.rules import assurance
from services.portal.rules.assurance import Requester
from services.portal.rules.policy import Action
from services.portal.rules.portals.configuration import REASONS
from services.portal.rules.subscriptions.cancellation import Cancellation, Timing
from services.portal.rules.subscriptions.lifecycle import Status
from shared.bus import outbox
from shared.errors import FieldError, Invalid
from shared.events import SubscriptionCanceled, SubscriptionEnded

COMMENT_LENGTH: Final = 1000


@dataclass(frozen=True, kw_only=True)
class Canceled:
    """What became of it. `changed` is false when it was canceled before and nothing happened."""

    subscription: str
    status: Status
    canceled_at: datetime
    ends_at: datetime
    changed: bool


def cancel(
    session: Session,
    *,
    subscription_id: str,
    by: Requester,
    key: str = "",
    confirmation: str | None = None,
    timing: Timing | None = None,
    feedback: str | None = None,
    comment: str | None = None,
    now: datetime,
) -> Canceled:
    """Cancel it. A customer brings the `confirmation` of what was shown; `timing` is a vendor's choice alone.

    Raises NotFound, InvalidState, Invalid, StepUpRequired, ConfirmationInvalid, PreviewOutdated, and what the policy
    refuses with.
    """
    said = _said(feedback, comment)
    loaded = load(session, subscription_id=subscription_id, by=by, lock=True)
    found = outcome(loaded, timing=timing_of(loaded, timing), now=now)
    if by.kind == "customer":
        _require_consent(session, loaded, found, by=by, key=key, confirmation=confirmation, now=now)
    if found.changed:
        _save(session, loaded, found, said, now)
    return Canceled(
        subscription=loaded.row.id,
        status=found.status,
        canceled_at=found.canceled_at,
        ends_at=found.ends_at,
        changed=found.changed,
    )


def _require_consent(
    session: Session,
    loaded: Loaded,
    found: Cancellation,
    *,
    by: Requester,
    key: str,
    confirmation: str | None,
    now: datetime,
) -> None:
    """The customer may, has proven who they are, and has agreed to exactly this."""
    if found.changed:
        require_allowed(Action.CANCEL, loaded, by=by, now=now)
    assurance.require(action=Action.CANCEL, by=by, now=now)
    confirmations.use(session, confirmation, expected=shown(loaded, by=by, now=now), key=key, now=now)


def _save(session: Session, loaded: Loaded, found: Cancellation, said: dict[str, Any], now: datetime) -> None:
    row = loaded.row
    before = {"status": row.status.value}
    row.status, row.canceled_at, row.ends_at = found.status, found.canceled_at, found.ends_at
    row.ended_at = found.ends_at if found.status is Status.ENDED else None
    row.cancellation_feedback, row.cancellation_comment = said["feedback"], said["comment"]
    row.revision += 1
    after = {"status": row.status.value, "ends_at": found.ends_at.isoformat(), "timing": found.timing.value}
    action_log.write(session, action="subscription.canceled", of=row.id, before=before, after=after, now=now)
    outbox.record(session, _canceled(row, loaded.plan.name, found, said), at=now)
    if found.status is Status.ENDED:
        outbox.record(session, ended(row, plan_name=loaded.plan.name, ended_at=found.ends_at), at=now)


def ended(row: Subscription, *, plan_name: str, ended_at: datetime) -> SubscriptionEnded:
    """What others are told when it is over."""
    return SubscriptionEnded(
        subscription=row.id,
        customer=row.customer,
        plan=row.plan,
        plan_name=plan_name,
        ended_at=ended_at.isoformat(),
        revision=row.revision,
    )


def _canceled(row: Subscription, plan_name: str, found: Cancellation, said: dict[str, Any]) -> SubscriptionCanceled:
    return SubscriptionCanceled(
        subscription=row.id,
        customer=row.customer,
        plan=row.plan,
        plan_name=plan_name,
        timing=found.timing.value,
        canceled_at=found.canceled_at.isoformat(),
        ends_at=found.ends_at.isoformat(),
        cancellation_details={**said, "reason": "cancellation_requested"},
        revision=row.revision,
    )


def _said(feedback: str | None, comment: str | None) -> dict[str, Any]:
    """Why, in the customer's words. Raises Invalid."""
    plain = (comment or "").strip() or None
    if feedback is not None and feedback not in REASONS:
        raise Invalid(FieldError.of("feedback", "not_a_choice"))
    if plain is not None and len(plain) > COMMENT_LENGTH:
        raise Invalid(FieldError.of("comment", "too_long", most=COMMENT_LENGTH))
    if plain is not None and "\x00" in plain:
        raise Invalid(FieldError.of("comment", "control_character"))
    return {"feedback": feedback, "comment": plain}
