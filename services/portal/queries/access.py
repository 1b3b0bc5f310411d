"""What a customer can get at: pages, downloads and license keys of what they have."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import Customer, Payment, Plan, Product, Subscription
from services.portal.queries import agreements
from services.portal.queries.portals import PortalView
from services.portal.queries.showing import hidden_products
from services.portal.rules.assurance import Requester
from services.portal.rules.policy import Action, Answer
from services.portal.rules.products import access
from services.portal.rules.products.access import Link, Purchase
from services.portal.rules.subscriptions.lifecycle import Status
from shared.errors import NotFound

MOST: Final = 500  # purchases
_ACTION: Final = Action.ACCESS_PRODUCT


@dataclass(frozen=True, kw_only=True)
class ProductAccess:
    """A product that a customer has. Where `access` does not allow it, links and keys are empty."""

    product: str
    customer: str
    name: str
    description: str | None
    access: Answer
    links: tuple[Link, ...]
    license_keys: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Found:
    """One purchase that gives access, and what the policy says of that."""

    customer: str
    product: Product
    answer: Answer
    license_key: str | None


def of_customer(
    session: Session, *, customer_id: str, portal: PortalView, by: Requester, now: datetime
) -> tuple[ProductAccess, ...]:
    """What one customer has, as `portal` shows it. Raises NotFound."""
    if session.scalar(select(Customer.id).where(Customer.id == customer_id)) is None:
        raise NotFound
    hidden = hidden_products(session, portal=portal, customer=customer_id)
    return _products(session, [customer_id], hidden=hidden, portal=portal, by=by, now=now)


def in_scope(session: Session, *, portal: PortalView, by: Requester, now: datetime) -> tuple[ProductAccess, ...]:
    """What the customers in scope have, as `portal` shows it. Four statements."""
    customers = session.scalars(select(Customer.id).order_by(Customer.id)).all()
    hidden = hidden_products(session, portal=portal)
    return _products(session, customers, hidden=hidden, portal=portal, by=by, now=now)


def _products(
    session: Session,
    customers: Sequence[str],
    *,
    hidden: frozenset[str],
    portal: PortalView,
    by: Requester,
    now: datetime,
) -> tuple[ProductAccess, ...]:
    bought = [
        *_subscribed(session, customers, portal=portal, by=by, now=now),
        *_bought_once(session, customers, portal=portal, by=by, now=now),
    ]
    groups: dict[tuple[str, str], list[_Found]] = {}
    for each in bought:
        if each.product.id not in hidden:
            groups.setdefault((each.customer, each.product.id), []).append(each)
    references = _references(session, {customer for customer, _product in groups})
    shown = [_access(found, reference=references[of]) for (of, _product), found in groups.items()]
    return tuple(sorted(shown, key=lambda each: (each.name, each.product, each.customer)))


def _access(found: Sequence[_Found], *, reference: str) -> ProductAccess:
    """One product of one customer. One purchase that allows it is enough."""
    allowed = [each for each in found if each.answer.is_allowed]
    first = (allowed or found)[0]
    keys = dict.fromkeys(each.license_key for each in allowed if each.license_key)
    return ProductAccess(
        product=first.product.id,
        customer=first.customer,
        name=first.product.name,
        description=first.product.description,
        access=first.answer,
        links=access.fill(first.product.access_links, reference=reference) if allowed else (),
        license_keys=tuple(keys),
    )


def _subscribed(
    session: Session, customers: Sequence[str], *, portal: PortalView, by: Requester, now: datetime
) -> Iterable[_Found]:
    rows = session.execute(
        select(Subscription, Plan, Product)
        .join(Plan, Plan.id == Subscription.plan)
        .join(Product, Product.id == Subscription.product)
        .where(Subscription.customer.in_(customers), Subscription.status != Status.ENDED)
        .order_by(Subscription.id)
        .limit(MOST)
    )
    for row, plan, product in rows.all():
        is_running = agreements.status_at(row, now=now) is not Status.ENDED
        if access.decide(Purchase(is_subscription=True, is_running=is_running)):
            said = agreements.answer(_ACTION, by=by, portal=portal, row=row, plan=plan, product=product, now=now)
            yield _Found(customer=row.customer, product=product, answer=said, license_key=row.license_key)


def _bought_once(
    session: Session, customers: Sequence[str], *, portal: PortalView, by: Requester, now: datetime
) -> Iterable[_Found]:
    rows = session.execute(
        select(Payment, Product)
        .join(Product, Product.id == Payment.product)
        .where(Payment.customer.in_(customers), Payment.subscription.is_(None), Payment.status == "succeeded")
        .order_by(Payment.id)
        .limit(MOST)
    )
    for row, product in rows.all():
        if access.decide(Purchase(is_subscription=False, paid=row.total, refunded=row.refunded)):
            said = agreements.answer(_ACTION, by=by, portal=portal, product=product, now=now)
            yield _Found(customer=row.customer, product=product, answer=said, license_key=row.license_key)


def _references(session: Session, customers: Iterable[str]) -> dict[str, str]:
    """The vendor's own name of each, or ours."""
    rows = session.execute(select(Customer.id, Customer.reference).where(Customer.id.in_(set(customers))))
    return {row.id: row.reference or row.id for row in rows}
