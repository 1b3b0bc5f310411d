"""Erasing a customer: everything of theirs is cleared here, and everybody else is told to do the same.

What of theirs is exported and what an erase leaves stands column by column in `models/personal.py`.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.portal.actions import confirmations
from services.portal.actions.operations import action_log
from services.portal.models import Customer, Erasure, PaymentMethod, Subscription
from services.portal.models.personal import HOLDINGS, TABLES
from services.portal.queries import erasures
from services.portal.queries.erasures import ErasureView
from services.portal.rules.assurance import Requester
from services.portal.rules.confirmation import Shown
from services.portal.rules.customers import privacy
from services.portal.rules.customers.erasing import Erasing
from services.portal.rules.customers.privacy import Right
from shared import ids
from shared.bus import outbox
from shared.database import erased, personal, scope
from shared.database.personal import Person
from shared.errors import NotFound
from shared.events import CustomerErased

ACTION: Final = "erase_customer"


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What a page shows before: what would be cleared and kept, and the confirmation of it."""

    plan: Erasing
    confirmation: str


def prepare(session: Session, *, by: Requester, key: str, now: datetime) -> Prepared:
    """What erasing the customers in scope comes to. Saves nothing.

    Raises NotFound, ReadOnlySession, RoleNotAllowed, StepUpRequired, SubscriptionsRunning, PaymentsOpen.
    """
    privacy.require(Right.ERASE, by=by, now=now)
    customers = _customers(session)
    plans = [erasures.plan_of(session, each, today=now.date()) for each in customers]
    confirmation = confirmations.issue(_shown(customers, by), key=key, now=now)
    return Prepared(plan=max(plans, key=lambda plan: len(plan.kept)), confirmation=confirmation)


def erase_own(
    session: Session, *, by: Requester, key: str, confirmation: str | None, now: datetime
) -> tuple[ErasureView, ...]:
    """Erase the customers in scope, who confirmed it. Raises as `prepare`, ConfirmationInvalid, PreviewOutdated."""
    privacy.require(Right.ERASE, by=by, now=now)
    customers = _customers(session)
    session.execute(select(Customer.id).where(Customer.id.in_(customers)).order_by(Customer.id).with_for_update())
    confirmations.use(session, confirmation, expected=_shown(customers, by), key=key, now=now)
    return tuple(erase(session, customer_id=each, by=by, now=now) for each in customers)


def erase(session: Session, *, customer_id: str, by: Requester, now: datetime) -> ErasureView:
    """Erase one, once: who was erased before has the receipt of then.

    Raises NotFound, ReadOnlySession, RoleNotAllowed, StepUpRequired, SubscriptionsRunning, PaymentsOpen.
    """
    privacy.require(Right.ERASE, by=by, now=now)
    statement = select(Customer).where(Customer.id == customer_id).with_for_update()
    row = session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()
    if row is None:
        raise NotFound
    if row.erased_at is not None:
        return erasures.of_customer(session, customer_id=customer_id)
    plan = erasures.plan_of(session, customer_id, today=now.date())
    receipt = _receipt(session, customer_id, plan, now=now)
    _let_cards_go(session, customer_id, now=now)
    row.erased_at = now
    row.revision += 1
    session.flush()
    here = scope.current()
    personal.erase(session, HOLDINGS, TABLES, of=Person(vendor=here.vendor, mode=here.mode, customer=customer_id))
    _tell(session, row, plan, now=now)
    return receipt


def _receipt(session: Session, customer_id: str, plan: Erasing, *, now: datetime) -> ErasureView:
    row = Erasure(
        id=ids.new("era"),
        customer=customer_id,
        cleared=list(plan.cleared),
        kept=[{**asdict(each), "until": each.until.isoformat()} for each in plan.kept],
        erased_by=scope.current().actor.kind,
        erased_at=now,
    )
    session.add(row)
    action_log.write(session, action="customer.erased", of=customer_id, before=None, after=None, now=now)
    session.flush()
    return erasures.view(row)


def _let_cards_go(session: Session, customer_id: str, *, now: datetime) -> None:
    """No card is charged or shown any more; the processor is asked to forget each (`payments.detaching`)."""
    session.execute(
        update(Subscription)
        .where(Subscription.customer == customer_id, Subscription.payment_method.is_not(None))
        .values(payment_method=None)
        .execution_options(synchronize_session=False)
    )
    for card in session.scalars(select(PaymentMethod).where(PaymentMethod.customer == customer_id)):
        card.removed_at = card.removed_at or now
        card.is_default = False
        card.detach_at = now
        card.revision += 1


def _tell(session: Session, row: Customer, plan: Erasing, *, now: datetime) -> None:
    erased.note(session, customer=row.id, at=now)
    outbox.record(
        session,
        CustomerErased(
            customer=row.id,
            erased_at=now.isoformat(),
            kept_until=plan.kept_until.isoformat(),
            revision=row.revision,
        ),
        at=now,
    )


def _customers(session: Session) -> tuple[str, ...]:
    found = erasures.living(session)
    if not found:
        raise NotFound
    return found


def _shown(customers: tuple[str, ...], by: Requester) -> Shown:
    return Shown(
        session=by.session or "",
        action=ACTION,
        object=customers[0],
        fingerprint=confirmations.fingerprint(*customers),
    )
