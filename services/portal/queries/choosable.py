"""What of the vendor's own a portal can name, for forms: campaigns, products, plans, coupons, helpdesks in use."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import Campaign, Coupon, Helpdesk, Plan, Product

MOST: Final = 300
"""Of each kind, the newest; whoever has more names them through the API."""


@dataclass(frozen=True)
class Choice:
    """One of them."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Choosable:
    """By kind, in order of their names."""

    campaigns: tuple[Choice, ...]
    products: tuple[Choice, ...]
    plans: tuple[Choice, ...]
    coupons: tuple[Choice, ...]
    helpdesks: tuple[Choice, ...]


def choosable(session: Session) -> Choosable:
    """All of the vendor in this mode. Five statements."""
    return Choosable(
        campaigns=_named(session, Campaign),
        products=_named(session, Product),
        plans=_named(session, Plan),
        coupons=_named(session, Coupon),
        helpdesks=_named(session, Helpdesk),
    )


def _named(session: Session, model: Any) -> tuple[Choice, ...]:
    statement = select(model.id, model.name).where(model.archived_at.is_(None)).order_by(model.id.desc()).limit(MOST)
    found = [Choice(row.id, row.name) for row in session.execute(statement)]
    return tuple(sorted(found, key=lambda each: (each.name.casefold(), each.id)))
