"""Asking for proof before something is done, and telling the customer of what was done with little of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.portal.models import Customer
from services.portal.queries.portals import PortalView
from services.portal.rules import assurance, policy
from services.portal.rules.assurance import Requester
from services.portal.rules.policy import Action, Reason
from shared.bus import outbox
from shared.events import DirectActionTaken


def require(action: Action, *, by: Requester, portal: PortalView | None, now: datetime) -> None:
    """Return when `by` has proven enough for `action` in `portal`; None for a vendor's key. Raises StepUpRequired."""
    assurance.require(action=action, by=by, direct=() if portal is None else portal.direct_actions, now=now)


def tell(session: Session, action: Action, *, by: Requester, done_to: str, customer: str, now: datetime) -> None:
    """`action` was done to `done_to`. By somebody who only could because the portal lets a weak way in act: then the
    customer is told, with this transaction. Raises ReadOnlySession: whoever only looks on has done nothing."""
    if assurance.is_looking_on(by):
        raise policy.REFUSALS[Reason.READ_ONLY_SESSION]
    if not assurance.is_told(action=action, by=by):
        return
    outbox.record(
        session,
        DirectActionTaken(
            customer=customer,
            action=action.value,
            object=done_to,
            way_in=by.way_in or "",
            portal=by.portal or "",
            locale=session.get_one(Customer, customer).locale,
        ),
        at=now,
    )
