"""How far a vendor has set itself up, read from what is there: nobody ticks anything."""

from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from services.portal.models import (
    BillingSettings,
    Customer,
    Entry,
    Plan,
    PortalConfiguration,
    PortalSighting,
    PortalVersion,
    Subscription,
    Vendor,
)
from shared.database import scope


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to be done; `name` says which."""

    name: str
    is_done: bool


# A vendor begins with two portals, the default one and the global one, which nobody there has looked at yet.
_OWN: Final = and_(PortalConfiguration.is_default.is_(False), PortalConfiguration.kind != "global")
_PUBLISHED: Final = (
    select(PortalVersion.id)
    .join(PortalConfiguration, PortalConfiguration.id == PortalVersion.configuration)
    .where(or_(PortalVersion.number > 1, _OWN))
)
_THERE: Final[dict[str, Select[Any]]] = {
    "catalog": select(Plan.id).where(Plan.archived_at.is_(None)),
    "billing": select(BillingSettings.id),
    "portal": _PUBLISHED,
    "seen": select(PortalSighting.origin),
    "customer": select(Customer.id),
    "subscription": select(Subscription.id),
}
_PRINTED: Final = ("legal_name", "address")
"""What every invoice says of the vendor."""


_CAME: Final = "vendor_user.invited"
_LEFT: Final = "vendor_user.removed"
_PEOPLE: Final = (
    select(Entry.action, func.count().label("times")).where(Entry.action.in_((_CAME, _LEFT))).group_by(Entry.action)
)


def steps(session: Session) -> tuple[Step, ...]:
    """Those of the scope's vendor and mode, in the order to take them in. A statement each, of one row at most."""
    found = {"company": _has_company(session)}
    found |= {name: session.execute(wanted.limit(1)).first() is not None for name, wanted in _THERE.items()}
    found["team"] = _has_team(session)
    return tuple(Step(name=name, is_done=is_done) for name, is_done in found.items())


def _has_team(session: Session) -> bool:
    """Whether the owner that every vendor begins with is not alone: more were invited since than were removed.

    The action log knows, that of live: people work in both modes and stand there.
    """
    with scope.use(replace(scope.current(), mode="live")):
        times = {row.action: row.times for row in session.execute(_PEOPLE)}
    return bool(times.get(_CAME, 0) > times.get(_LEFT, 0))


def _has_company(session: Session) -> bool:
    profile = session.scalar(select(Vendor.profile).where(Vendor.id == scope.current().vendor)) or {}
    return all(profile.get(each) for each in _PRINTED)
