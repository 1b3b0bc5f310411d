"""What the operator withholds from a vendor: kept, and told to whoever refuses it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from services.auth.models import Vendor
from services.auth.queries.vendors import VendorView, view
from services.auth.rules import entitlements as rule
from shared.bus import outbox
from shared.database.session import Session
from shared.errors import NotFound
from shared.events import Actor, VendorEntitlementsChanged


def withhold(
    session: Session,
    *,
    vendor_id: str,
    withheld: Sequence[str],
    reason: str | None,
    ask: str | None,
    actor: Actor,
    now: datetime,
) -> VendorView:
    """Exactly these are withheld from now on; what uses one already goes on. Raises NotFound, Invalid."""
    row = session.scalars(select(Vendor).where(Vendor.id == vendor_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    decided = rule.decide(withheld=withheld, reason=reason, ask=ask)
    if decided != row.entitlements:
        row.entitlements = decided
        row.revision += 1
        session.flush()
        known = decided or {"withheld": [], "reason": None, "ask": None}
        told = VendorEntitlementsChanged(vendor=row.id, **known, revision=row.revision)
        outbox.record(session, told, vendor=row.id, mode="live", actor=actor, at=now)
    return view(row)
