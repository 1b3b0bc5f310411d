"""A customer's cards: what they are known by, in which order, and what they are needed for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.portal.models import PaymentMethod, Plan, Subscription
from services.portal.rules.payments import card_expiry
from services.portal.rules.subscriptions.lifecycle import RUNNING
from shared.errors import NotFound

BRANDS: Final = {
    "visa": "Visa",
    "mastercard": "Mastercard",
    "amex": "American Express",
    "discover": "Discover",
    "diners": "Diners Club",
    "jcb": "JCB",
    "unionpay": "UnionPay",
}
SOON: Final = 30  # days before its last day from which a page warns of a card


@dataclass(frozen=True, kw_only=True)
class PaymentMethodView:
    """A card as the API shows it."""

    id: str
    customer: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    is_default: bool
    position: int
    created_at: datetime
    removed_at: datetime | None
    revision: int

    @property
    def brand_name(self) -> str:
        """As people write it."""
        return BRANDS.get(self.brand, self.brand.title())


@dataclass(frozen=True, kw_only=True)
class Use:
    """A running subscription that is charged to a card."""

    subscription: str
    plan_name: str


@dataclass(frozen=True, kw_only=True)
class CardRow:
    """A card as its owner sees it: what it pays for, and is it about to run out (`days_left`) or over."""

    card: PaymentMethodView
    uses: tuple[Use, ...]
    days_left: int | None
    is_expired: bool

    @property
    def last_day(self) -> datetime:
        """The last day on which it is good."""
        return card_expiry.ends(exp_year=self.card.exp_year, exp_month=self.card.exp_month) - timedelta(days=1)


def record(session: Session, *, payment_method_id: str) -> PaymentMethodView:
    """One card that is kept. Raises NotFound."""
    return view(row(session, payment_method_id=payment_method_id))


def row(session: Session, *, payment_method_id: str) -> PaymentMethod:
    """Its row. Raises NotFound, also for one that was removed."""
    found = session.scalars(
        select(PaymentMethod).where(PaymentMethod.id == payment_method_id, PaymentMethod.removed_at.is_(None)),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def listing(*, customer: str | None) -> Select[PaymentMethod]:
    """Those that are kept, of a customer; None means of any."""
    statement = select(PaymentMethod).where(PaymentMethod.removed_at.is_(None))
    return statement if customer is None else statement.where(PaymentMethod.customer == customer)


def kept(session: Session, *, customer: str) -> list[PaymentMethod]:
    """A customer's cards, the default first, then in their order."""
    return list(
        session.scalars(
            listing(customer=customer).order_by(
                PaymentMethod.is_default.desc(), PaymentMethod.position, PaymentMethod.id
            )
        )
    )


def cards(session: Session, *, now: datetime) -> tuple[CardRow, ...]:
    """The cards of the customers in scope, with what each pays for. Two statements."""
    rows = session.scalars(
        listing(customer=None).order_by(
            PaymentMethod.customer, PaymentMethod.is_default.desc(), PaymentMethod.position, PaymentMethod.id
        )
    ).all()
    running = session.execute(
        select(Subscription.id, Subscription.customer, Subscription.payment_method, Plan.name)
        .join(Plan, Plan.id == Subscription.plan)
        .where(Subscription.status.in_(RUNNING), Subscription.collection == "automatic")
        .order_by(Subscription.id)
    ).all()
    ids = {each.id for each in rows}
    found: dict[str, list[Use]] = {each.id: [] for each in rows}
    default = {each.customer: each.id for each in rows if each.is_default}
    for subscription, customer, own, plan_name in running:
        charged = own if own in ids else default.get(customer)
        if charged is not None:
            found[charged].append(Use(subscription=subscription, plan_name=plan_name))
    return tuple(aged(view(each), uses=tuple(found[each.id]), now=now) for each in rows)


def aged(card: PaymentMethodView, *, now: datetime, uses: tuple[Use, ...] = ()) -> CardRow:
    """A card with how long it is still good."""
    over = card_expiry.ends(exp_year=card.exp_year, exp_month=card.exp_month)
    left = (over.date() - now.date()).days - 1
    return CardRow(card=card, uses=uses, days_left=left if 0 <= left <= SOON else None, is_expired=now >= over)


def view(row: PaymentMethod) -> PaymentMethodView:
    """A row as a view."""
    return PaymentMethodView(
        id=row.id,
        customer=row.customer,
        brand=row.brand,
        last4=row.last4,
        exp_month=row.exp_month,
        exp_year=row.exp_year,
        is_default=row.is_default,
        position=row.position,
        created_at=row.created_at,
        removed_at=row.removed_at,
        revision=row.revision,
    )


def words_of(row: PaymentMethod) -> str:
    """As documents name it: `Visa **** 4242`. No language in it, so that it reads the same in each."""
    return f"{BRANDS.get(row.brand, row.brand.title())} **** {row.last4}"
