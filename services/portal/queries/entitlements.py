"""What the operator withholds from the vendor of the scope."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import Vendor
from services.portal.rules import entitlements as rule
from shared.database import scope
from shared.entitlements import Entitlement


def known(session: Session) -> dict[str, Any] | None:
    """What, why and whom to ask; None where nothing is withheld."""
    return session.scalar(select(Vendor.entitlements).where(Vendor.id == scope.current().vendor))


def check(session: Session, needed: frozenset[Entitlement]) -> None:
    """Return when the vendor has all that is needed; nothing is asked where nothing is. Raises NotEntitled."""
    if needed:
        rule.decide(needed, known=known(session))
