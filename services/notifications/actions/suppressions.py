"""Addresses that are not written to: put there by staff or by the vendor's own mail provider, and taken away again."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from services.notifications.models import Suppression
from services.notifications.queries import messages, suppressions
from services.notifications.queries.suppressions import SuppressionView
from services.notifications.rules.suppression import Reason, is_stronger
from shared import addresses, ids
from shared.database import Session
from shared.errors import FieldError, Invalid, NotFound
from shared.logs import log


def add(session: Session, *, address: str, reason: Reason, detail: str | None, now: datetime) -> SuppressionView:
    """Mails stay away from this address, as far as the reason goes. One that is there keeps the stronger reason.

    `detail` is what is known of it. Raises Invalid for what is not the address of one mailbox.
    """
    try:
        given = addresses.parse(address)
    except addresses.BadAddress:
        raise Invalid(FieldError("address", "bad_address")) from None
    row = _row(session, key=given.key)
    if row is None:
        row = Suppression(
            id=ids.new("sup"), address=given.written, key=given.key, reason=reason, detail=detail, created_at=now
        )
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()
        except IntegrityError:  # it bounced, or somebody else put it there, at the same moment
            row = session.scalars(select(Suppression).where(Suppression.key == given.key)).one()
    if is_stronger(reason, Reason(row.reason)):
        row.reason, row.detail, row.message = reason, detail, None
    session.flush()
    log.info("address.suppressed", suppression=row.id, reason=row.reason)
    return suppressions.view(row)


def lift(session: Session, *, suppression_id: str) -> SuppressionView:
    """Mails go to this address again, beginning with the next one. What it was. Raises NotFound."""
    was = suppressions.get(session, suppression_id=suppression_id)
    session.execute(delete(Suppression).where(Suppression.id == suppression_id))
    log.info("address.written_to_again", suppression=suppression_id)
    return was


def lift_for(session: Session, *, message_id: str) -> None:
    """The same for the address that this message went to, or did not. Raises NotFound."""
    found = suppressions.of_address(session, messages.get(session, message_id).to)
    if found is None:
        raise NotFound
    lift(session, suppression_id=found.id)


def _row(session: Session, *, key: str) -> Suppression | None:
    return session.scalar(select(Suppression).where(Suppression.key == key).with_for_update())
