"""Who may send a message now: taken by leasing its row, written down by whoever still holds it, or given back.

`attempts` is the fence: it grows with each taking, and what is written under an older number is refused.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select, update

from services.notifications.actions.composition import Taken
from services.notifications.adapters.mjml import Brand
from services.notifications.models import Message, Sender
from services.notifications.rules.delivery import State
from services.notifications.rules.messages import Kind
from shared.database import Begin, Session, scope

BATCH: Final = 20
LEASE: Final = timedelta(seconds=90)

_COLUMNS: Final = (
    Message.id,
    Message.kind,
    Message.mode,
    Message.address,
    Message.locale,
    Message.urgent,
    Message.attempts,
    Message.facts,
    Message.sealed,
    Message.expires_at,
    Message.message_id,
)


def take(begin: Begin, *, domain: str, now: datetime) -> list[Taken]:
    """Lease the messages that are due, urgent ones first. Their Message-ID, at `domain`, is fixed from here on."""
    with begin() as session, scope.platform():
        due = _due(session, urgent=True, now=now, limit=BATCH)
        due += _due(session, urgent=False, now=now, limit=BATCH - len(due))
        if not due:
            return []
        session.execute(
            update(Message)
            .where(Message.id.in_(due))
            .values(
                state=State.SENDING,
                attempts=Message.attempts + 1,
                due_at=now + LEASE,
                message_id=func.coalesce(Message.message_id, "<" + Message.id + f"@{domain}>"),
            )
            .execution_options(synchronize_session=False)
        )
        rows = session.execute(
            select(*_COLUMNS, Sender)
            .outerjoin(Sender, Sender.id == Message.vendor)
            .where(Message.id.in_(due))
            .order_by(Message.urgent.desc(), Message.created_at, Message.id)
        )
        return [_taken(row, lease_until=now + LEASE) for row in rows]


def _due(session: Session, *, urgent: bool, now: datetime, limit: int) -> list[str]:
    """Ids of messages that nobody holds. Several workers ask at once: each gets others."""
    due = (
        select(Message.id)
        .where(Message.urgent == urgent, Message.due_at <= now)
        .order_by(Message.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(due))


def _taken(row: Any, *, lease_until: datetime) -> Taken:
    sender: Sender | None = row.Sender
    return Taken(
        id=row.id,
        kind=Kind(row.kind),
        mode=row.mode,
        address=row.address,
        locale=row.locale,
        urgent=row.urgent,
        attempts=row.attempts,
        facts=row.facts,
        sealed=row.sealed,
        expires_at=row.expires_at,
        lease_until=lease_until,
        message_id=row.message_id,
        brand=_brand(sender) if sender else None,
        reply_to=sender.reply_to if sender else None,
    )


def _brand(sender: Sender) -> Brand:
    return Brand(
        name=sender.display_name,
        color=sender.brand_color,
        support_url=sender.support_url,
        imprint=", ".join([sender.legal_name or sender.display_name, *sender.address]),
    )


def give_back(begin: Begin, untried: Sequence[Taken], *, now: datetime) -> None:
    """These were not begun: anybody may take them, and it counts as no attempt."""
    if not untried:
        return
    with begin() as session:
        for message in untried:
            write(session, message, {"state": State.QUEUED, "due_at": now, "attempts": message.attempts - 1})


def write(session: Session, message: Taken, changes: dict[str, Any]) -> bool:
    """Change the row of a message we hold; False when somebody else holds it by now."""
    held = (Message.id == message.id, Message.attempts == message.attempts, Message.state == State.SENDING)
    # By the connection, past the narrowing to a scope: the fence finds the one row, whoever's it is.
    written = session.connection().execute(update(Message).where(*held).values(changes))
    return written.rowcount == 1
