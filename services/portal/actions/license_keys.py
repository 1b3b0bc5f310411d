"""License keys of what was bought: the vendor makes them, the portal shows them to who has the product."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.models import Payment, Subscription
from shared.errors import NotFound


def keep(session: Session, *, customer_id: str, purchase_id: str, license_key: str | None, now: datetime) -> str | None:
    """Keep the key of a subscription or payment of this customer; None takes it away. Raises NotFound."""
    row = _locked(session, purchase_id)
    if row is None or row.customer != customer_id:
        raise NotFound
    if row.license_key != license_key:
        had, has = row.license_key is not None, license_key is not None
        row.license_key = license_key
        action_log.write(
            session,
            action="license_key.updated",
            of=row.id,
            before={"has_license_key": had},  # never the key: the log is for ever, and read by others
            after={"has_license_key": has},
            customer=customer_id,
            now=now,
        )
    return row.license_key


def _locked(session: Session, purchase_id: str) -> Subscription | Payment | None:
    if purchase_id.startswith("sub_"):
        return session.scalars(
            select(Subscription).where(Subscription.id == purchase_id).with_for_update()
        ).one_or_none()
    return session.scalars(select(Payment).where(Payment.id == purchase_id).with_for_update()).one_or_none()
