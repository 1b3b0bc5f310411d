"""A subscription with what rules want to know about it, and the refusals that all verbs share."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from services.portal.actions.operations import action_log
from services.portal.models import Plan, Product, Subscription
from services.portal.queries import agreements, portals, showing
from services.portal.queries.portals import PortalView
from services.portal.queries.subscriptions.records import row_with_plan
from services.portal.rules import policy
from services.portal.rules.assurance import Requester, sees_portal
from services.portal.rules.policy import Action, Answer, Decision
from services.portal.rules.sources import support
from services.portal.rules.subscriptions import due
from shared.errors import NotFound


@dataclass(frozen=True)
class Loaded:
    """The row, locked or not, and what it hangs on. `portal` is None for a vendor's own key."""

    row: Subscription
    plan: Plan
    product: Product
    portal: PortalView | None


def load(session: Session, *, subscription_id: str, by: Requester, lock: bool) -> Loaded:
    """Raises NotFound, also for what the customer's portal does not show."""
    portal = _portal_of(session, by) if sees_portal(by) else None
    if lock:
        found = of_row(session, locked(session, subscription_id), portal=portal)
    else:
        found = _looked_at(session, subscription_id, portal=portal)
    if found.portal is not None and found.product.id in showing.hidden_products(session, portal=found.portal):
        raise NotFound
    return found


def _looked_at(session: Session, subscription_id: str, *, portal: PortalView | None) -> Loaded:
    row, plan, product = row_with_plan(session, subscription_id)
    return Loaded(row=row, plan=plan, product=product, portal=portal)


def of_row(session: Session, row: Subscription, *, portal: PortalView | None = None) -> Loaded:
    """A row with its plan and product."""
    plan, product = session.execute(
        select(Plan, Product).join(Product, Product.id == Plan.product).where(Plan.id == row.plan)
    ).one()
    return Loaded(row=row, plan=plan, product=product, portal=portal)


def locked(session: Session, subscription_id: str) -> Subscription:
    """The row, locked until the transaction is over, as it is now. Raises NotFound."""
    statement = select(Subscription).where(Subscription.id == subscription_id).with_for_update()
    row = session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()
    if row is None:
        raise NotFound
    return row


def touch(row: Subscription, *, now: datetime) -> None:  # noqa: ARG001 - every action has it at hand; due dates may need it
    """Call this last when status, period, end, pause or trial changed: the clock's next moment, one revision more."""
    row.revision += 1
    if support.is_elsewhere(row.source):
        return  # its clock is its source's
    row.due_at = due.calculate(
        status=row.status,
        current_period_end=row.current_period_end,
        ends_at=row.ends_at,
        trial_end=row.trial_end,
        pauses_at=row.pauses_at,
        resumes_at=row.resumes_at,
    )


def require_allowed(action: Action, loaded: Loaded, *, by: Requester, now: datetime) -> None:
    """Return when the policy allows it. Raises the refusal of its reason, ApprovalRequired."""
    answer = permission(action, loaded, by=by, now=now)
    if answer.decision is Decision.NEEDS_APPROVAL:
        raise policy.ApprovalRequired(message=answer.message)


def permission(action: Action, loaded: Loaded, *, by: Requester, now: datetime) -> Answer:
    """What the policy says where it is not no: allowed, or a person decides. Raises the refusal of its reason."""
    answer = agreements.answer(
        action, by=by, portal=loaded.portal, row=loaded.row, plan=loaded.plan, product=loaded.product, now=now
    )
    if answer.decision is Decision.DENIED and answer.reason is not None:
        raise policy.REFUSALS[answer.reason](
            message=answer.message, action=action.value, status=agreements.status_at(loaded.row, now=now).value
        )
    session = object_session(loaded.row)
    if session is not None:
        action_log.decided(session, of=loaded.row.id, rule=answer.level.value)
    return answer


def _portal_of(session: Session, by: Requester) -> PortalView:
    return portals.portal(session, slug=by.portal) if by.portal else portals.default(session)
