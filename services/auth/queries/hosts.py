"""Which portals are at a host of a vendor's own."""

from typing import Final

from sqlalchemy import bindparam, select

from services.auth.models import Portal
from services.auth.models.base import table_of
from services.auth.rules.own_host import Place
from shared.database.session import Session

_PORTALS: Final = table_of(Portal)
_AT: Final = select(_PORTALS.c.slug, _PORTALS.c.path).where(_PORTALS.c.host == bindparam("host"))
"""Asked for every request to such a host, of all vendors: built once, and run without the ORM."""


def places(session: Session, *, host: str) -> tuple[Place, ...]:
    """Every portal that is proven to be at this host; none, if nobody's is."""
    rows = session.connection().execute(_AT, {"host": host.lower()})
    return tuple(Place(row.slug, row.path or "") for row in rows)
