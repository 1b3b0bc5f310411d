"""A subscription with what rules want to know about it, and the refusals that all verbs share."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import Plan, Product, Subscription
from services.portal.queries import agreements, portals
from services.portal.queries.portals import PortalView
from services.portal.rules import policy
from services.portal.rules.assurance import Requester
from services.portal.rules.policy import Action, Decision
from services.portal.rules.subscriptions.cancellation import Timing
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
    statement = select(Subscription).where(Subscription.id == subscription_id)
    row = session.scalars(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound
    plan, product = session.execute(
        select(Plan, Product).join(Product, Product.id == Plan.product).where(Plan.id == row.plan)
    ).one()
    portal = _portal_of(session, by) if by.kind == "customer" else None
    if portal is not None and product.id in portals.hidden_products(session, portal=portal):
        raise NotFound
    return Loaded(row=row, plan=plan, product=product, portal=portal)


def require_allowed(action: Action, loaded: Loaded, *, by: Requester, now: datetime) -> None:
    """Return when the policy allows it. Raises the refusal of its reason."""
    answer = agreements.answer(
        action, by=by, portal=loaded.portal, row=loaded.row, plan=loaded.plan, product=loaded.product, now=now
    )
    if answer.decision is Decision.NEEDS_APPROVAL:
        raise policy.ApprovalRequired(message=answer.message)
    if answer.decision is Decision.DENIED and answer.reason is not None:
        raise policy.REFUSALS[answer.reason](
            message=answer.message, action=action.value, status=agreements.status_at(loaded.row, now=now).value
        )


def timing_of(loaded: Loaded, wanted: Timing | None) -> Timing:
    """A customer cancels as the portal says; a vendor as it wants, at the period's end when it does not say."""
    if loaded.portal is not None:
        return loaded.portal.cancel.timing
    return wanted or Timing.AT_PERIOD_END


def _portal_of(session: Session, by: Requester) -> PortalView:
    return portals.portal(session, slug=by.portal) if by.portal else portals.default(session)
