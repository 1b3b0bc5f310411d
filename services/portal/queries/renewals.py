"""What a subscription will be charged next: its row, with the vendor's zone and the customer's credit, to the rule."""

from collections.abc import Collection, Iterable
from dataclasses import fields, replace
from typing import Any, Final, cast

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from services.portal.models import Credit, Customer, PaymentMethod, Subscription, Vendor
from services.portal.queries import billing
from services.portal.rules.customers import reverse_charge
from services.portal.rules.customers.reverse_charge import Party
from services.portal.rules.payments import method
from services.portal.rules.payments.crediting import Kept
from services.portal.rules.sources import support
from services.portal.rules.subscriptions import addons, agreed, renewal
from services.portal.rules.subscriptions.addons import Fit, Item
from services.portal.rules.subscriptions.agreed import Target
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.period import Interval, Period
from services.portal.rules.subscriptions.renewal import Ahead, NextCharge, Terms
from shared.totals import Line, TaxBehavior

_CREDITS: Final = "portal.renewals.credits"
_REVERSED: Final = "portal.renewals.reversed"
_KNOWN: Final = (
    select(
        Customer.id,
        Customer.country,
        Customer.tax_id,
        Customer.tax_id_standing,
        Customer.tax_id_check_at.is_not(None).label("is_waiting"),
        Vendor.profile,
        Credit,
    )
    .outerjoin(Vendor, Vendor.id == Customer.vendor)
    .outerjoin(Credit, and_(Credit.customer == Customer.id, Credit.remaining > 0))
    .where(Customer.id.in_(bindparam("customers", expanding=True)))
    .order_by(Credit.created_at, Credit.id)
)
"""Of customers: what decides who accounts for the tax, and their credit, a row each."""
_LINE: Final = frozenset(each.name for each in fields(Line))


def next_charge(
    session: Session, row: Subscription, *, description: str, status: Status | None = None
) -> NextCharge | None:
    """What the clock will charge next, to the cent, as the row stands; None when nothing."""
    return renewal.calculate(
        status=status or row.status,
        terms=terms(session, row, description=description),
        running=Period(start=row.current_period_start, end=row.current_period_end),
        ahead=ahead(session, row),
    )


def terms(session: Session, row: Subscription, *, description: str) -> Terms:
    """What it was agreed at, less the tax that the customer accounts for."""
    agreed_at = Terms(
        description=description,
        quantity=row.quantity,
        unit_amount=row.unit_amount,
        currency=row.currency,
        tax_rate=row.tax_rate,
        tax_behavior=cast("TaxBehavior", row.tax_behavior),
        interval=Interval(row.interval),
        interval_count=row.interval_count,
        anchor=row.anchor,
        addons=addons.following(addons.of(row.addons)),
    )
    # What another source bills has the tax that the source says.
    return agreed_at if support.is_elsewhere(row.source) else _taxed(session, agreed_at, customer=row.customer)


def taxed(session: Session, *, customer: str, unit_amount: int, rate: int, tax_behavior: str) -> reverse_charge.Taxed:
    """What this customer is charged for one unit agreed at this amount and rate."""
    return reverse_charge.calculate(
        unit_amount=unit_amount,
        rate=rate,
        tax_behavior=cast("TaxBehavior", tax_behavior),
        is_reversed=rate > 0 and _is_reversed(session, customer),
    )


def taxed_addons(session: Session, items: Iterable[Item], *, customer: str, tax_behavior: str) -> tuple[Item, ...]:
    """The same of add-ons."""
    found = (
        (
            each,
            taxed(
                session, customer=customer, unit_amount=each.unit_amount, rate=each.tax_rate, tax_behavior=tax_behavior
            ),
        )
        for each in items
    )
    return tuple(replace(each, unit_amount=said.unit_amount, tax_rate=said.rate) for each, said in found)


def fit_of(row: Subscription) -> Fit:
    """What an add-on must have to be on it."""
    return Fit(
        product=row.product,
        currency=row.currency,
        interval=row.interval,
        interval_count=row.interval_count,
        tax_behavior=row.tax_behavior,
    )


def staying(row: Subscription, target: Target) -> tuple[Item, ...]:
    """Its add-ons that stay with what it changes to."""
    return addons.staying(addons.of(row.addons), plan=target.plan, old=fit_of(row), new=target.fit)


def ahead(session: Session, row: Subscription) -> Ahead:
    """What lies ahead of it."""
    target = agreed.of(row.scheduled_change)
    brought = None if target is None else target.discount
    keeps = target is None or target.keeps_discount
    is_charged = row.collection == "automatic"
    return Ahead(
        trial_end=row.trial_end,
        pauses_at=row.pauses_at,
        resumes_at=row.resumes_at,
        scheduled=None
        if target is None
        else _taxed(
            session,
            agreed.terms(target, anchor=row.anchor, addons=addons.following(staying(row, target))),
            customer=row.customer,
        ),
        pending=[line_of(each) for each in row.pending_lines],
        credits=_credits(session, row) if is_charged else (),
        discount=brought or (row.discount if keeps else None),
        zone=billing.settings(session).zone,
    )


def line_of(stored: dict[str, Any]) -> Line:
    """As a row keeps it, to what rules take."""
    return Line(**{name: value for name, value in stored.items() if name in _LINE})


def prepare(session: Session, customers: Collection[str]) -> None:
    """Fetch the credit of all of them, and who accounts for the tax, in one statement; for lists."""
    known: dict[str, list[Credit]] = session.info.setdefault(_CREDITS, {})
    wanted = set(customers) - known.keys()
    if not wanted:
        return
    known.update({customer: [] for customer in wanted})
    reverses: dict[str, bool] = session.info.setdefault(_REVERSED, {})
    for row in session.execute(_KNOWN, {"customers": list(wanted)}):
        if row.id not in reverses:
            reverses[row.id] = _reverses(row)
        if row.Credit is not None:
            known[row.id].append(row.Credit)


def forget(session: Session) -> None:
    """Credit was given or used in this transaction: ask again."""
    session.info.pop(_CREDITS, None)
    session.info.pop(_REVERSED, None)


def has_credit(session: Session, customer: str) -> bool:
    """Is anything left to be taken off?"""
    prepare(session, [customer])
    return bool(session.info[_CREDITS][customer])


def has_method(session: Session, row: Subscription) -> bool:
    """Is there a card to charge?"""
    found = session.execute(
        select(PaymentMethod.id, PaymentMethod.is_default).where(
            PaymentMethod.customer == row.customer, PaymentMethod.removed_at.is_(None)
        )
    ).all()
    default = next((each.id for each in found if each.is_default), None)
    return method.charged(own=row.payment_method, default=default, kept=[each.id for each in found]) is not None


def credits_of(session: Session, *, customer: str, currency: str, tax_behavior: str) -> list[Kept]:
    """What is left of the customer's credit in this currency and way of showing tax, oldest first."""
    prepare(session, [customer])
    return [
        Kept(id=each.id, description=each.description, remaining=each.remaining, tax_rate=each.tax_rate)
        for each in session.info[_CREDITS][customer]
        if each.currency == currency and each.tax_behavior in (tax_behavior, None)
    ]


def _taxed(session: Session, agreed_at: Terms, *, customer: str) -> Terms:
    found = taxed(
        session,
        customer=customer,
        unit_amount=agreed_at.unit_amount,
        rate=agreed_at.tax_rate,
        tax_behavior=agreed_at.tax_behavior,
    )
    return replace(
        agreed_at,
        unit_amount=found.unit_amount,
        tax_rate=found.rate,
        addons=taxed_addons(session, agreed_at.addons, customer=customer, tax_behavior=agreed_at.tax_behavior),
    )


def _is_reversed(session: Session, customer: str) -> bool:
    prepare(session, [customer])
    reverses: dict[str, bool] = session.info[_REVERSED]
    return reverses.get(customer, False)


def _reverses(row: Any) -> bool:
    seller = row.profile or {}
    return reverse_charge.decide(
        seller=Party(country=seller.get("country"), tax_id=seller.get("tax_id")),
        buyer=Party(country=row.country, tax_id=row.tax_id),
        counts=reverse_charge.counts(standing=row.tax_id_standing, is_waiting=bool(row.is_waiting)),
    )


def _credits(session: Session, row: Subscription) -> list[Kept]:
    return credits_of(session, customer=row.customer, currency=row.currency, tax_behavior=row.tax_behavior)
