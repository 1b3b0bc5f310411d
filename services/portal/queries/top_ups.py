"""What of a top-up was spent, so that only what is left of its credit can go back as money."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import Credit


def spent(session: Session, payments: Collection[str]) -> Mapping[str, int]:
    """By payment, in minor units; those that topped nothing up are not in it. No statement for none."""
    if not payments:
        return {}
    found = session.execute(
        select(Credit.payment, Credit.amount - Credit.remaining - Credit.withdrawn).where(Credit.payment.in_(payments))
    )
    return {str(payment): int(gone) for payment, gone in found}
