"""What a source sells, to whom, at which discounts: products, plans, coupons, customers.

What the vendor set here (texts, permissions, groups) stays; what the source decides follows it. A customer's details
are taken when first seen; from then on they are changed here, with the customer's own consent.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import changes
from services.portal.actions import customers as customer_actions
from services.portal.actions.operations import action_log
from services.portal.actions.sources.reading import Missing, Reading, Unusable
from services.portal.adapters.sources import Kind
from services.portal.models import Coupon, Customer, Plan, Product
from services.portal.rules.customers import details
from services.portal.rules.customers.details import Details
from services.portal.rules.sources.facts import CouponFacts, CustomerFacts, PlanFacts, ProductFacts
from shared import ids
from shared.bus import outbox
from shared.errors import Invalid
from shared.money import EXPONENTS

NAME_LENGTH: Final = 200
CODE_LENGTH: Final = 40
UNIT_LENGTH: Final = 80
_INHERITS: Final[dict[str, Any]] = {"policies": {}, "cancel": "inherit", "revision": 1}


def take_product(session: Session, found: ProductFacts, *, reading: Reading) -> bool:
    """True when it is new."""
    row = session.scalars(select(Product).where(Product.source_id == found.id).with_for_update()).one_or_none()
    values = {"name": _name(found.name, found.id), "archived_at": _archived(row, found.is_active, reading.now)}
    if row is not None:
        _follow(row, values, reading)
        return False
    session.add(
        Product(
            id=ids.new("prod"),
            description=found.description,
            unit_label=(found.unit_label or "")[:UNIT_LENGTH] or None,
            tax_rate=0,
            tax_behavior="inclusive",
            show_in_portal=True,
            access_links=[],
            source_id=found.id,
            source_read=reading.number,
            created_at=reading.now,
            **values,
            **_INHERITS,
        )
    )
    return True


def take_plan(session: Session, found: PlanFacts, *, reading: Reading) -> bool:
    """True when it is new. Raises Missing, Unusable."""
    product = session.scalars(select(Product).where(Product.source_id == found.product)).one_or_none()
    if product is None:
        raise Missing(Kind.PRODUCTS, found.product)
    if found.currency not in EXPONENTS:
        raise Unusable("source_currency")
    row = session.scalars(select(Plan).where(Plan.source_id == found.id).with_for_update()).one_or_none()
    values = {
        "name": _name(found.name, product.name),
        "unit_amount": found.unit_amount or 0,
        "archived_at": _archived(row, found.is_active, reading.now),
    }
    if row is not None:
        _follow(row, values, reading)
        return False
    session.add(
        Plan(
            id=ids.new("plan"),
            product=product.id,
            currency=found.currency,
            interval=found.interval,
            interval_count=found.interval_count,
            trial_days=found.trial_days,
            source_id=found.id,
            source_read=reading.number,
            created_at=reading.now,
            **values,
            **_INHERITS,
        )
    )
    return True


def take_coupon(session: Session, found: CouponFacts, *, reading: Reading) -> bool:
    """True when it is new. Raises Unusable."""
    row = session.scalars(select(Coupon).where(Coupon.source_id == found.id).with_for_update()).one_or_none()
    most = found.max_redemptions
    values = {
        "name": _name(found.name, found.id),
        "archived_at": _archived(row, found.is_valid, reading.now),
        "redeemed": found.redeemed if most is None else min(found.redeemed, most),
        "max_redemptions": most,
        "expires_at": found.expires_at,
    }
    if row is not None:
        _follow(row, values, reading)
        return False
    code = found.id.upper()
    if len(code) > CODE_LENGTH or session.scalar(select(Coupon.id).where(Coupon.code == code)) is not None:
        raise Unusable("source_coupon_code")
    session.add(
        Coupon(
            id=ids.new("cpn"),
            code=code,
            percent_off=found.percent_off,
            amount_off=found.amount_off,
            currency=found.currency,
            duration=found.duration,
            periods=found.months,
            plans=[],
            source_id=found.id,
            source_read=reading.number,
            created_at=reading.now,
            revision=1,
            **values,
        )
    )
    return True


def take_customer(session: Session, found: CustomerFacts, *, reading: Reading) -> bool:
    """True when it is new. One who is here already by e-mail, and from no source, is the same. Raises Unusable."""
    if session.scalar(select(Customer.id).where(Customer.source_id == found.id)) is not None or found.is_gone:
        return False
    if not found.email:
        raise Unusable("source_customer_without_email")
    given = _details(found)
    same = session.scalars(
        select(Customer)
        .where(Customer.email_key == given.email_key, Customer.source_id.is_(None), Customer.erased_at.is_(None))
        .limit(2)
        .with_for_update()
    ).all()
    if len(same) == 1:
        same[0].source_id, same[0].source_read = found.id, reading.number
        return False
    row = Customer(
        id=ids.new("cus"),
        source_id=found.id,
        source_read=reading.number,
        created_at=reading.now,
        revision=1,
        **customer_actions.columns(given),
        **customer_actions.unverified(given, now=reading.now),
    )
    session.add(row)
    action_log.write(session, action="customer.created", of=row.id, before=None, after=None, now=reading.now)
    outbox.record(session, customer_actions.created(row))
    return True


def _details(found: CustomerFacts) -> Details:
    """As far as they are good here: what only one field is wrong with must not hide a customer. Raises Unusable."""
    more = {"display_name": found.name, "phone": found.phone, "country": found.country, "locale": found.locale}
    for given in ({"address": found.address, **more}, {"display_name": found.name}, {}):
        try:
            return details.decide(email=found.email or "", **given)
        except Invalid:
            continue
    raise Unusable("bad_email")


def _follow(row: Any, values: dict[str, Any], reading: Reading) -> None:
    """Newer readings only."""
    if row.source_read is None or row.source_read < reading.number:
        row.source_read = reading.number
        changes.apply(row, values)


def _archived(row: Any, is_active: bool, now: datetime) -> datetime | None:
    if is_active:
        return None
    return now if row is None or row.archived_at is None else row.archived_at


def _name(name: str | None, otherwise: str) -> str:
    plain = "".join(each for each in name or otherwise if each.isprintable()).strip()
    return (plain or otherwise)[:NAME_LENGTH]
