"""A customer's new address, which auth has seen proven by a code from its mailbox."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from services.portal.actions import customers, proof
from services.portal.queries import agreements, portals
from services.portal.queries.customers import CustomerView
from services.portal.rules import policy
from services.portal.rules.policy import Action, Decision


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who asks, as auth knows them: the customer, or somebody with a `role` for them; proven at `proven_at`."""

    proven_at: datetime | None
    session: str | None
    portal: str | None
    role: str | None
    kind: str = "customer"
    assurance: str | None = "verified"
    way_in: str | None = "email_code"


def change(session: Session, *, customer_id: str, email: str, by: Person, now: datetime) -> CustomerView:
    """The customer's address is this from now on; the same again changes nothing.

    Raises NotFound, StepUpRequired, Invalid, the refusal of the policy's reason.
    """
    portal = portals.portal(session, slug=by.portal or "")
    proof.require(Action.CHANGE_EMAIL, by=by, portal=portal, now=now)
    answer = agreements.answer(Action.CHANGE_EMAIL, by=by, portal=portal, now=now)
    if answer.decision is Decision.NEEDS_APPROVAL:
        raise policy.ApprovalRequired(message=answer.message)
    if answer.decision is Decision.DENIED and answer.reason is not None:
        raise policy.REFUSALS[answer.reason](message=answer.message, action=Action.CHANGE_EMAIL.value, status="")
    return customers.update(session, customer_id=customer_id, values={"email": email}, now=now)
