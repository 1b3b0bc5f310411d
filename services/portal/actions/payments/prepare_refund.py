"""What asking for a refund would do, shown before it is done; and what is looked at again when it is done."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from services.portal.actions import confirmations, proof
from services.portal.queries import portals, refunds, showing
from services.portal.queries.portals import PortalView
from services.portal.queries.refunds import Bought, Charge
from services.portal.rules import policy
from services.portal.rules.assurance import Requester, sees_portal
from services.portal.rules.confirmation import GOOD_FOR, Shown
from services.portal.rules.payments import refund as rule
from services.portal.rules.payments.refund import PaymentNotPaid
from services.portal.rules.policy import Action, Decision
from services.portal.rules.reasons import Reason
from shared.errors import NotFound
from shared.money import Money


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request that may be made: of what, how much, by itself or by a person, and whose rule says so."""

    of: Bought
    portal: PortalView | None
    charge: Charge | None
    amount: Money
    until: datetime | None
    is_manual: bool


@dataclass(frozen=True, kw_only=True)
class RefundPreview:
    """What asking now would do: `amount` goes back at once, or a person decides (`is_manual`)."""

    payment: str
    description: str
    order_number: str
    paid_at: datetime
    amount: Money
    until: datetime | None
    is_manual: bool
    reasons: tuple[str, ...]
    confirmation: str
    expires_at: datetime


def prepare(
    session: Session, *, payment_id: str, amount: int | None, by: Requester, key: str, now: datetime
) -> RefundPreview:
    """What a customer is shown, with the confirmation that `request` will want; all that is left without `amount`.

    Raises NotFound, StepUpRequired, AlreadyRefunded, RefundWindowOver, RefundExceedsPayment, Invalid, and what the
    policy refuses with.
    """
    asked = look(session, payment_id=payment_id, amount=amount, by=by, lock=False, now=now)
    proof.require(Action.REQUEST_REFUND, by=by, portal=asked.portal, now=now)
    row = asked.of.payment
    return RefundPreview(
        payment=row.id,
        description=row.description,
        order_number=row.order_number,
        paid_at=row.paid_at or row.created_at,
        amount=asked.amount,
        until=asked.until,
        is_manual=asked.is_manual,
        reasons=() if asked.portal is None else asked.portal.features.refund.reasons,
        confirmation=confirmations.issue(shown(asked, by=by), key=key, now=now),
        expires_at=now + GOOD_FOR,
    )


def look(session: Session, *, payment_id: str, amount: int | None, by: Requester, lock: bool, now: datetime) -> Asked:
    """The payment and what of it may go back to whom. Raises what `prepare` does, but for StepUpRequired."""
    of = refunds.bought(session, payment_id=payment_id, lock=lock)
    portal = _portal_of(session, by) if sees_portal(by) else None
    if portal is not None and of.payment.product in showing.hidden_products(session, portal=portal):
        raise NotFound
    if of.payment.status != "succeeded":
        raise PaymentNotPaid
    found = refunds.eligibility(of, portal=portal, by=by, now=now)
    if found.answer.decision is Decision.DENIED:
        reason = found.answer.reason or Reason.FEATURE_DISABLED
        raise policy.REFUSALS[reason](
            message=found.answer.message, action=Action.REQUEST_REFUND.value, status=of.payment.status
        )
    bound = refunds.refundable(of, portal=portal, now=now)
    return Asked(
        of=of,
        portal=portal,
        charge=of.charge,
        amount=rule.decide(refundable=bound, amount=amount),
        until=bound.until,
        is_manual=found.answer.decision is Decision.NEEDS_APPROVAL,
    )


def shown(asked: Asked, *, by: Requester) -> Shown:
    """What the confirm page says, in a fingerprint: how much, of which payment of which day, and how."""
    row = asked.of.payment
    return Shown(
        session=by.session or "",
        action=Action.REQUEST_REFUND.value,
        object=row.id,
        fingerprint=confirmations.fingerprint(
            asked.amount.amount, asked.amount.currency, row.paid_at, asked.until, asked.is_manual
        ),
    )


def _portal_of(session: Session, by: Requester) -> PortalView:
    return portals.portal(session, slug=by.portal) if by.portal else portals.default(session)
