"""A customer's billing details, changed by the customer: as far as the portal lets, and with proof of who asks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.portal.actions import changes, customers, proof
from services.portal.queries import agreements
from services.portal.queries.customers import CustomerView
from services.portal.queries.portals import PortalView
from services.portal.rules import policy
from services.portal.rules.assurance import Requester
from services.portal.rules.customers import own_details
from services.portal.rules.policy import Action, Decision


def change(
    session: Session,
    *,
    customer_id: str,
    values: Mapping[str, Any],
    by: Requester,
    portal: PortalView,
    check: changes.Check = changes.anything,
    now: datetime,
) -> CustomerView:
    """The customer's details are these from now on, and on invoices from the next one on.

    Raises NotFound, StepUpRequired, CustomerErased, PreconditionFailed, the refusal of the policy's reason, and Invalid
    naming each field that is wrong or not the customer's to change.
    """
    answer = agreements.answer(Action.UPDATE_DETAILS, by=by, portal=portal, now=now)
    if answer.decision is not Decision.ALLOWED and answer.reason is not None:
        raise policy.REFUSALS[answer.reason](message=answer.message, action=Action.UPDATE_DETAILS.value, status="")
    own_details.require(values, allowed=portal.features.details)
    proof.require(Action.UPDATE_DETAILS, by=by, portal=portal, now=now)
    changed = customers.update(session, customer_id=customer_id, values=values, check=check, now=now)
    proof.tell(session, Action.UPDATE_DETAILS, by=by, done_to=customer_id, customer=customer_id, now=now)
    return changed
