"""What a customer agrees to about cards and open payments: shown first, done with a confirmation of exactly that."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.portal.actions import confirmations, proof
from services.portal.queries import agreements, portals
from services.portal.queries.portals import PortalView
from services.portal.rules import policy
from services.portal.rules.assurance import Requester, sees_portal
from services.portal.rules.confirmation import Shown
from services.portal.rules.policy import Action, Decision


def require_allowed(session: Session, action: Action, *, by: Requester, now: datetime) -> PortalView | None:
    """Return the customer's portal when it offers this; None for a vendor's own key.

    Raises StepUpRequired, and what the policy refuses with.
    """
    portal = _portal_of(session, by)
    answer = agreements.answer(action, by=by, portal=portal, now=now)
    if answer.decision is Decision.DENIED and answer.reason is not None:
        raise policy.REFUSALS[answer.reason](message=answer.message, action=action.value)
    proof.require(action, by=by, portal=portal, now=now)
    return portal


def shown(what: str, *, of: str, by: Requester, facts: tuple[object, ...]) -> Shown:
    """What the page says, in a fingerprint."""
    return Shown(session=by.session or "", action=what, object=of, fingerprint=confirmations.fingerprint(*facts))


def require(
    session: Session, expected: Shown, *, by: Requester, key: str, confirmation: str | None, now: datetime
) -> None:
    """Return when the customer agreed to exactly this; a vendor's key needs no confirmation.

    Raises ConfirmationInvalid, PreviewOutdated.
    """
    if by.kind == "customer":
        confirmations.use(session, confirmation, expected=expected, key=key, now=now)


def _portal_of(session: Session, by: Requester) -> PortalView | None:
    if not sees_portal(by):
        return None
    return portals.portal(session, slug=by.portal) if by.portal else portals.default(session)
