"""Agreeing to exactly what was shown: any action that has a previewer, in two steps.

Amounts and dates that hang on the present moment are calculated for the moment at which they were shown, which the
confirmation itself says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.portal.actions import confirmations, proof
from services.portal.actions.subscriptions.loading import Loaded, load
from services.portal.actions.subscriptions.preview import Preview, Previewer
from services.portal.rules.assurance import Requester
from services.portal.rules.confirmation import GOOD_FOR, Shown
from services.portal.rules.policy import Action


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What is shown to a customer, and the confirmation that stands for it."""

    preview: Preview
    confirmation: str
    expires_at: datetime


def prepare(
    session: Session,
    *,
    subscription_id: str,
    action: Action,
    previewer: Previewer,
    given: Mapping[str, Any],
    by: Requester,
    key: str,
    now: datetime,
) -> Prepared:
    """What `action` would do. Raises what the previewer raises, StepUpRequired."""
    loaded = load(session, subscription_id=subscription_id, by=by, lock=False)
    preview = previewer(session, loaded, given=given, by=by, now=now)
    proof.require(action, by=by, portal=loaded.portal, now=now)
    shown = _shown(loaded, preview, action=action, by=by)
    return Prepared(
        preview=preview, confirmation=confirmations.issue(shown, key=key, now=now), expires_at=now + GOOD_FOR
    )


def agree(
    session: Session,
    loaded: Loaded,
    *,
    action: Action,
    previewer: Previewer,
    given: Mapping[str, Any],
    by: Requester,
    key: str,
    confirmation: str | None,
    now: datetime,
) -> Preview:
    """What is agreed to; a customer's `confirmation` of it is used up, a vendor's key needs none.

    Raises what the previewer raises, StepUpRequired, ConfirmationInvalid, PreviewOutdated.
    """
    is_customer = by.kind == "customer"
    shown_at = confirmations.shown_at(confirmation, key=key) if is_customer else None
    preview = previewer(session, loaded, given=given, by=by, now=shown_at or now)
    if is_customer:
        proof.require(action, by=by, portal=loaded.portal, now=now)
        expected = _shown(loaded, preview, action=action, by=by)
        confirmations.use(session, confirmation, expected=expected, key=key, now=now)
    proof.tell(session, action, by=by, done_to=loaded.row.id, customer=loaded.row.customer, now=now)
    return preview


def _shown(loaded: Loaded, preview: Preview, *, action: Action, by: Requester) -> Shown:
    return Shown(
        session=by.session or "",
        action=action.value,
        object=loaded.row.id,
        fingerprint=confirmations.fingerprint(*preview.facts()),
    )
