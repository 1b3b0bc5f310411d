"""Who may send a message now: taken by leasing its row, written down by whoever still holds it, or given back.

`attempts` is the fence: it grows with each taking, and what is written under an older number is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Integer, Update, bindparam, func, select, update

from services.notifications.actions.composition import Taken
from services.notifications.models import Message, Sender
from services.notifications.queries import senders, suppressions, texts
from services.notifications.rules.delivery import State
from services.notifications.rules.messages import Kind
from shared import i18n
from shared.database import Begin, Session, scope

BATCH: Final = 20
LEASE: Final = timedelta(seconds=90)

_COLUMNS: Final = (
    Message.id,
    Message.kind,
    Message.vendor,
    Message.mode,
    Message.address,
    Message.locale,
    Message.urgent,
    Message.attempts,
    Message.facts,
    Message.sealed,
    Message.expires_at,
    Message.message_id,
    Message.deliveries,
)


_DUE: Final = (
    select(Message.id)
    .where(Message.urgent == bindparam("urgently"), Message.due_at <= bindparam("present"))
    .order_by(Message.due_at)
    .limit(bindparam("most", type_=Integer()))
    .with_for_update(skip_locked=True)
)
_HELD: Final = (
    Message.id == bindparam("held"),
    Message.attempts == bindparam("fence"),
    Message.state == bindparam("sending"),
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
        held = [_taken(row, lease_until=now + LEASE) for row in rows]
        own = texts.for_mails(session, {(each.vendor, each.mode) for each in held})
        reasons = suppressions.for_mails(session, [(each.vendor, each.mode, each.address) for each in held])
    return [
        replace(
            each,
            own=own.get((each.vendor, each.mode, i18n.base(each.locale)), {}),
            suppressed=reasons.get((each.vendor, each.mode, each.address)),
        )
        for each in held
    ]


def _due(session: Session, *, urgent: bool, now: datetime, limit: int) -> list[str]:
    """Ids of messages that nobody holds. Several workers ask at once: each gets others."""
    return list(session.scalars(_DUE, {"urgently": urgent, "present": now, "most": limit}))


def _taken(row: Any, *, lease_until: datetime) -> Taken:
    sender: Sender | None = row.Sender
    return Taken(
        id=row.id,
        kind=Kind(row.kind),
        vendor=row.vendor,
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
        deliveries=row.deliveries,
        brand=senders.brand_of(sender) if sender else None,
        reply_to=sender.reply_to if sender else None,
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
    held = {"held": message.id, "fence": message.attempts, "sending": State.SENDING}
    # By the connection, past the narrowing to a scope: the fence finds the one row, whoever's it is.
    written = session.connection().execute(_write(frozenset(changes)), {**held, **_named(changes)})
    return written.rowcount == 1


@lru_cache(maxsize=16)
def _write(columns: frozenset[str]) -> Update:
    return update(Message).where(*_HELD).values({name: bindparam(f"new_{name}") for name in sorted(columns)})


def _named(changes: Mapping[str, Any]) -> dict[str, Any]:
    return {f"new_{name}": value for name, value in changes.items()}
