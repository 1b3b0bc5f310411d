"""What vendors of an older release are without: portals that every vendor has by now."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from services.portal.actions import portals
from services.portal.actions.projections import MODES
from services.portal.models import Vendor
from shared.database import Begin, scope

JOB: Final = "complete_portals"


def complete(begin: Begin, *, now: datetime) -> int:
    """Give each vendor the default portals it has not, and tell the others. How many vendors were looked at."""
    with begin() as session:
        vendors = session.scalars(select(Vendor.id).order_by(Vendor.id)).all()
    for vendor in vendors:
        for mode in MODES:
            with scope.system(vendor=vendor, mode=mode, job=JOB), begin() as session:
                row = session.get_one(Vendor, vendor, with_for_update=True)
                portals.create_defaults(session, vendor=row, slug=row.slug, now=now)
    return len(vendors)
