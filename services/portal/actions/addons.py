"""Add-ons of the catalog: made, changed, put away. Subscriptions that have one keep what they agreed to."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import changes
from services.portal.actions.operations import action_log
from services.portal.actions.products import ProductArchived
from services.portal.models import Addon, Plan
from services.portal.queries import addons as queries
from services.portal.queries import products
from services.portal.queries.addons import AddonView
from shared import ids
from shared.errors import FieldError, Invalid, NotFound
from shared.money import Money


def create(
    session: Session,
    *,
    product: str,
    name: str,
    price: Money,
    interval: str,
    interval_count: int = 1,
    description: str | None = None,
    unit_label: str | None = None,
    plans: Sequence[str] = (),
    minimum: int = 1,
    maximum: int = 1,
    now: datetime,
) -> AddonView:
    """Make an add-on of a product. Raises NotFound, ProductArchived, Invalid."""
    if products.product(session, product_id=product).archived_at is not None:
        raise ProductArchived
    row = Addon(
        id=ids.new("add"),
        product=product,
        name=name,
        description=description,
        unit_label=unit_label,
        currency=price.currency,
        unit_amount=price.amount,
        interval=interval,
        interval_count=interval_count,
        plans=list(plans),
        minimum=minimum,
        maximum=maximum,
        created_at=now,
        archived_at=None,
        revision=1,
    )
    _require_plans(session, row, plans)
    _require_order(minimum, maximum)
    session.add(row)
    after = {"name": name, "product": product, "price": str(price), "interval": interval, "count": interval_count}
    action_log.write(session, action="addon.created", of=row.id, before=None, after=after, now=now)
    return queries.addon_view(row)


def update(
    session: Session,
    *,
    addon_id: str,
    values: Mapping[str, Any],
    check: changes.Check = changes.anything,
    now: datetime,
) -> AddonView:
    """Change what is offered from now on, or put it away. Raises NotFound, Invalid, PreconditionFailed."""
    row = session.scalars(select(Addon).where(Addon.id == addon_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    check(row.revision)
    wanted = dict(values)
    _require_plans(session, row, wanted.get("plans", ()))
    _require_order(wanted.get("minimum", row.minimum), wanted.get("maximum", row.maximum))
    if "archived" in wanted:
        wanted["archived_at"] = (row.archived_at or now) if wanted.pop("archived") else None
    changed = changes.apply(row, wanted)
    if changed:
        before, after = changed.before, changed.after
        action_log.write(session, action="addon.updated", of=row.id, before=before, after=after, now=now)
    return queries.addon_view(row)


def _require_plans(session: Session, row: Addon, plans: Sequence[str]) -> None:
    """Raises Invalid when one of them is not there, or one that it can never fit."""
    found = session.scalars(select(Plan).where(Plan.id.in_(plans))).all() if plans else ()
    mine = (row.product, row.currency, row.interval, row.interval_count)
    fit = {each.id for each in found if (each.product, each.currency, each.interval, each.interval_count) == mine}
    if set(plans) - {each.id for each in found}:
        raise Invalid(FieldError.of("plans", "unknown_reference"))
    if set(plans) - fit:
        raise Invalid(FieldError.of("plans", "addon_does_not_fit"))


def _require_order(minimum: int, maximum: int) -> None:
    if minimum > maximum:
        raise Invalid(FieldError.of("maximum", "below_minimum"))
