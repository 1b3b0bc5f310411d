"""Tell of what somebody was let do who came in by a weak way."""

from datetime import datetime

from services.notifications.actions.messages import Tidings, tell_customer
from services.notifications.rules.messages import Kind
from shared.database import Session
from shared.events import DirectActionTaken


def taken(session: Session, event: DirectActionTaken, *, key: str, now: datetime) -> None:
    """To the address on file, whoever did it: what, by which way in, and what to do if it was a stranger."""
    tidings = Tidings(
        kind=Kind.DIRECT_ACTION,
        customer=event.customer,
        facts={"action": event.action, "way_in": event.way_in, "object": event.object},
        dedup_key=key,
        about=event.object,
        locale=event.locale,
    )
    tell_customer(session, tidings, now=now)
