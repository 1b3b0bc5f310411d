"""What a vendor calls the things that a portal names, and which thing a name means."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, false, or_, select
from sqlalchemy.orm import Session

from services.portal.models import Campaign, Coupon, Helpdesk, Plan, Product

_NAMED_BY: Final[Mapping[str, tuple[Any, Any]]] = {
    "helpdesks": (Helpdesk, Helpdesk.name),
    "coupons": (Coupon, Coupon.code),
    "campaigns": (Campaign, Campaign.name),
    "products": (Product, Product.name),
}
_BETWEEN: Final = " / "  # a product and its plan


def meant(session: Session, kind: str, names: Collection[str]) -> dict[str, str]:
    """The ids that these names, or ids, mean. What nothing is called is left out, and so is what several are called.

    Of things with the same name, one that is in use is meant rather than one that is archived.
    """
    by_name: dict[str, list[tuple[str, bool]]] = {}
    known: dict[str, str] = {}
    for identity, name, is_archived in _rows(session, kind, names):
        by_name.setdefault(name, []).append((identity, is_archived))
        if identity in names:
            known[identity] = identity
    return {**{name: one for name, found in by_name.items() if (one := _the_one(found)) and name in names}, **known}


def called(session: Session, kind: str, ids: Collection[str]) -> dict[str, str]:
    """What to call these: each by a name that means it and nothing else, and by its id where there is no such name."""
    found = {identity: name for identity, name, _archived in _rows(session, kind, ids) if identity in ids}
    back = meant(session, kind, frozenset(found.values()))
    return {each: found[each] if back.get(found.get(each, "")) == each else each for each in ids}


def _the_one(found: list[tuple[str, bool]]) -> str | None:
    used = [identity for identity, is_archived in found if not is_archived] or [identity for identity, _ in found]
    return used[0] if len(used) == 1 else None


def _rows(session: Session, kind: str, wanted: Collection[str]) -> Iterable[tuple[str, str, bool]]:
    """Id, name and whether it is archived, of whatever has one of these as its name or as its id."""
    if not wanted:
        return ()
    statement: Select[*tuple[Any, ...]] = _plans(wanted) if kind == "plans" else _others(kind, wanted)
    return [(row[0], _BETWEEN.join(row[2:]), row[1] is not None) for row in session.execute(statement)]


def _others(kind: str, wanted: Collection[str]) -> Select[Any]:
    model, name = _NAMED_BY[kind]
    return select(model.id, model.archived_at, name).where(or_(model.id.in_(wanted), name.in_(wanted)))


def _plans(wanted: Collection[str]) -> Select[str, datetime | None, str, str]:
    """Either name may hold the sign between them, so each place to part them is tried."""
    pairs = [
        and_(Product.name == _BETWEEN.join(parts[:cut]), Plan.name == _BETWEEN.join(parts[cut:]))
        for parts in (each.split(_BETWEEN) for each in wanted)
        for cut in range(1, len(parts))
    ]
    rows = select(Plan.id, Plan.archived_at, Product.name, Plan.name).join(Product, Product.id == Plan.product)
    return rows.where(or_(Plan.id.in_(wanted), *pairs, false()))
