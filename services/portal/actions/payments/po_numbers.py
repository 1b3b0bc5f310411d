"""Purchase order numbers of invoices: which one a payment brings along; one for the next alone is used once."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.portal.models import Customer, Payment, Subscription
from services.portal.queries import billing
from services.portal.rules.customers import po_number


def take(session: Session, payment: Payment, buyer: Customer) -> str | None:
    """The number on the invoice of this payment; what was for the next invoice alone is gone then."""
    own = None
    if payment.subscription is not None:
        own = session.scalar(select(Subscription.po_number).where(Subscription.id == payment.subscription))
    return _taken(session, buyer, own)


def take_of_many(session: Session, paid: Sequence[tuple[Payment, Customer]]) -> list[str | None]:
    """The same for several payments, in their order, in one statement where nobody has a number for once."""
    ids = {payment.subscription for payment, _ in paid if payment.subscription is not None}
    own: Mapping[str, str | None] = dict(
        session.execute(select(Subscription.id, Subscription.po_number).where(Subscription.id.in_(ids))).all()
    )
    return [_taken(session, buyer, own.get(payment.subscription or "")) for payment, buyer in paid]


def require(session: Session, row: Subscription) -> None:
    """Return when the customer of this subscription may go on. Raises PoNumberRequired."""
    if is_missing(session, subscription_id=row.id):
        raise po_number.PoNumberRequired


def is_missing(session: Session, *, subscription_id: str) -> bool:
    """Whether the vendor wants a number on the invoices of this subscription, and there is none."""
    if not billing.settings(session).po_number_required:
        return False
    known = session.execute(
        select(Customer.next_po_number, Subscription.po_number, Customer.po_number)
        .join(Customer, Customer.id == Subscription.customer)
        .where(Subscription.id == subscription_id)
    ).one()
    next_only, own, usual = known
    number = po_number.calculate(next_only=next_only, subscription=own, customer=usual)
    return po_number.is_missing(is_required=True, number=number)


def _taken(session: Session, buyer: Customer, own: str | None) -> str | None:
    wanted = buyer.next_po_number
    is_ours = wanted is not None and _used_up(session, buyer, wanted)
    return po_number.calculate(next_only=wanted if is_ours else None, subscription=own, customer=buyer.po_number)


def _used_up(session: Session, buyer: Customer, wanted: str) -> bool:
    """Whether this payment is the one that uses it: of two at once, one is."""
    used = session.execute(
        update(Customer)
        .where(Customer.id == buyer.id, Customer.next_po_number == wanted)
        .values(next_po_number=None, revision=Customer.revision + 1)
        .execution_options(synchronize_session=False)
    )
    session.refresh(buyer, ["next_po_number", "revision"])
    return bool(used.rowcount == 1)  # type: ignore[attr-defined]  # of an UPDATE there is one
