"""PREVIEWS: what each action would do, by its name. Saves nothing.

Each previewer gets the subscription unlocked with the action's own body in `given`, and calls what the action calls.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from services.portal.actions.subscriptions.apply_coupon import preview_coupon
from services.portal.actions.subscriptions.loading import load
from services.portal.actions.subscriptions.pause import preview_pause
from services.portal.actions.subscriptions.planned_addon import preview_addons
from services.portal.actions.subscriptions.prepare_cancellation import preview_cancellation
from services.portal.actions.subscriptions.prepare_change import completed, preview_change
from services.portal.actions.subscriptions.preview import Due, GivenBack, Preview, Previewer, due_of
from services.portal.actions.subscriptions.remove_coupon import preview_removal
from services.portal.actions.subscriptions.resubscribe import preview_resubscription
from services.portal.actions.subscriptions.resume import preview_resume
from services.portal.adapters.sources import Sources
from services.portal.queries import agreements
from services.portal.rules.assurance import Requester
from services.portal.rules.policy import Action, Decision

__all__ = ["PREVIEWS", "Due", "GivenBack", "Preview", "Previewer", "due_of", "preview"]


PREVIEWS: Final[dict[str, Previewer]] = {
    "apply_coupon": preview_coupon,
    "cancel": preview_cancellation,
    "change": preview_change,
    "change_addons": preview_addons,
    "pause": preview_pause,
    "remove_coupon": preview_removal,
    "resume": preview_resume,
    "resubscribe": preview_resubscription,
}

_ACTIONS: Final = {
    "apply_coupon": Action.APPLY_COUPON,
    "cancel": Action.CANCEL,
    "change_addons": Action.CHANGE_ADDONS,
    "pause": Action.PAUSE,
    "remove_coupon": Action.APPLY_COUPON,
    "resume": Action.RESUME,
    "resubscribe": Action.RESUBSCRIBE,
}


def preview(
    session: Session,
    *,
    subscription_id: str,
    action: str,
    given: Mapping[str, Any],
    by: Requester,
    sources: Sources | None = None,
    now: datetime,
) -> Preview:
    """What `action` would do with this subscription. Raises NotFound, and what the previewer raises.

    `sources` are asked for the figures of a change that they bill; Unavailable when they don't answer.
    """
    loaded = load(session, subscription_id=subscription_id, by=by, lock=False)
    asked = _ACTIONS.get(action)
    if asked is not None:
        answer = agreements.answer(
            asked, by=by, portal=loaded.portal, row=loaded.row, plan=loaded.plan, product=loaded.product, now=now
        )
        if answer.decision is Decision.DENIED:
            reason = None if answer.reason is None else answer.reason.value
            return Preview(
                action=action,
                subscription=loaded.row.id,
                decision=answer.decision,
                reason=reason,
                message=answer.message,
            )
    found = PREVIEWS[action](session, loaded, given=given, by=by, now=now)
    if action != "change" or sources is None:
        return found
    return completed(session, loaded, found, given=given, sources=sources, now=now)
