"""A mail came back since nobody is there: the address is not written to from then on."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from services.notifications.actions.composition import Taken
from services.notifications.models import Message, Suppression
from services.notifications.queries.suppressions import key_of
from services.notifications.rules.messages import Kind
from services.notifications.rules.suppression import Reason, Reply, is_bounce
from shared import ids
from shared.database import Session
from shared.logs import log


def note(session: Session, message: Taken, reply: Reply | None, *, detail: str, now: datetime) -> None:
    """Suppress the address of a message that we hold, where this reply says so. Once is enough.

    Whoever was erased is not noted: their receipt is the last mail to them, and their address is not kept.
    """
    key = key_of(message.address)
    if key is None or not is_bounce(reply) or message.kind is Kind.CUSTOMER_ERASED:
        return
    # By the connection, past the narrowing to a scope: the message says whose row it is.
    connection = session.connection()
    kept = connection.scalar(select(Message.address).where(Message.id == message.id))
    if kept != message.address:  # erased while the mail server thought
        return
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = {
        "id": ids.new("sup"),
        "vendor": message.vendor,
        "mode": message.mode,
        "address": message.address,
        "key": key,
        "reason": Reason.BOUNCE,
        "message": message.id,
        "detail": detail,
        "created_at": now,
    }
    if connection.execute(insert(Suppression).values(row).on_conflict_do_nothing()).rowcount:
        log.info("address.suppressed", suppression=row["id"], message=message.id, reason=Reason.BOUNCE)
