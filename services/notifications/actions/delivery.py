"""Deliver messages: take some, send one after another, record each. Three kinds of transactions, none held while
the mail server thinks.

A worker takes messages by leasing them, so no two workers send one. A worker that dies between sending and
recording leaves one mail that will be sent again after its lease, under the same Message-ID; the others it
held were not sent. A worker that wakes after its lease is fenced off by `attempts`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select

from services.notifications.actions import bounces, leasing
from services.notifications.actions.composition import Composed, Taken, compose
from services.notifications.adapters.mailing import Mailing
from services.notifications.adapters.transport import Connection, Unreachable
from services.notifications.models import Message
from services.notifications.rules.delivery import Answer, State, decide
from services.notifications.rules.messages import MESSAGES
from services.notifications.rules.suppression import Reply, is_withheld
from shared.database import Begin, scope
from shared.logs import log
from shared.sealing import SealBroken

RESERVE: Final = timedelta(seconds=70)
"""What one mail may take at worst: seven steps of SMTP, each with its timeout. With less left, none is begun."""

_LONGEST_DETAIL: Final = 500


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What became of trying: the answer, what was said, the mail that was tried, the mail server's no; `lost` when
    the connection is.
    """

    answer: Answer
    detail: str = ""
    composed: Composed | None = None
    reply: Reply | None = None
    lost: bool = False


def deliver(begin: Begin, *, mailing: Mailing, clock: Callable[[], datetime]) -> int:
    """Deliver the messages that are due, urgent ones first, at most a batch. How many were tried."""
    taken = leasing.take(begin, domain=mailing.mail_from.rpartition("@")[2], now=clock())
    if not taken:
        return 0
    untried: Sequence[Taken] = ()
    try:
        with mailing.transport.connect() as connection:
            untried = _through(connection, taken, begin=begin, mailing=mailing, clock=clock)
    except Unreachable as error:
        log.warning("mail.unreachable", messages=len(taken), detail=str(error))
        for message in taken:
            _record(begin, message, Attempt(answer=Answer.DEFERRED, detail=str(error)), now=clock())
    leasing.give_back(begin, untried, now=clock())
    return len(taken) - len(untried)


def prune(begin: Begin, *, now: datetime, limit: int = 1000) -> int:
    """Forget messages older than their kind is kept for. How many."""
    forgotten = 0
    for kind, message in MESSAGES.items():
        old = (
            select(Message.id)
            .where(Message.kind == kind, Message.created_at < now - message.kept_for, Message.due_at.is_(None))
            .limit(limit)
        )
        with begin() as session, scope.platform():
            ids = session.scalars(old).all()
            session.execute(delete(Message).where(Message.id.in_(ids)))
        forgotten += len(ids)
    return forgotten


def _through(
    connection: Connection, taken: Sequence[Taken], *, begin: Begin, mailing: Mailing, clock: Callable[[], datetime]
) -> Sequence[Taken]:
    """Send one after another; those that were not begun, since the connection or the time was gone."""
    for index, message in enumerate(taken):
        now = clock()
        if message.lease_until - now < RESERVE:
            return taken[index:]
        attempt = _attempt(connection, message, mailing=mailing, now=now)
        _record(begin, message, attempt, now=clock())
        if attempt.lost:
            return taken[index + 1 :]
    return ()


def _attempt(connection: Connection, message: Taken, *, mailing: Mailing, now: datetime) -> Attempt:
    if message.expires_at is not None and now >= message.expires_at:
        return Attempt(answer=Answer.EXPIRED, detail="expired before it could be sent")
    if message.suppressed is not None and is_withheld(message.kind, message.suppressed):
        return Attempt(answer=Answer.SUPPRESSED, detail=f"not sent: the address is suppressed ({message.suppressed})")
    try:
        composed = compose(message, mailing=mailing, now=now)
    except SealBroken:
        return Attempt(answer=Answer.EXPIRED, detail="its sealed part can't be read, or no longer")
    except Exception as error:  # noqa: BLE001 - one mail that can't be composed must not hold up the others
        log.error("message.not_composed", message=message.id, exc_info=True)
        return Attempt(answer=Answer.DEFERRED, detail=f"not composed: {type(error).__name__}")
    try:
        handed = connection.hand_over(composed.mail)
    except Unreachable as error:
        return Attempt(answer=Answer.DEFERRED, detail=str(error), composed=composed, lost=True)
    return Attempt(answer=handed.answer, detail=handed.detail, composed=composed, reply=handed.reply)


def _record(begin: Begin, message: Taken, attempt: Attempt, *, now: datetime) -> None:
    """Write down what became of it. What was secret is gone with the last attempt."""
    following = decide(
        answer=attempt.answer, attempts=message.attempts, urgent=message.urgent, expires_at=message.expires_at, now=now
    )
    is_sent, is_over = following.state is State.SENT, following.at is None
    changes: dict[str, Any] = {
        "state": following.state,
        "due_at": following.at,
        "last_error": None if is_sent else attempt.detail[:_LONGEST_DETAIL],
        "sent_at": now if is_sent else None,
        "deliveries": [*message.deliveries, _told(message, attempt, now=now)],
    }
    if is_over:
        changes["sealed"] = None
    if attempt.composed is not None:
        kept = attempt.composed.kept
        changes |= {"subject": kept.subject, "html": kept.html, "text": kept.text, "headers": attempt.composed.headers}
    with begin() as session:
        is_ours = leasing.write(session, message, changes)
        if is_ours:
            bounces.note(session, message, attempt.reply, detail=attempt.detail[:_LONGEST_DETAIL], now=now)
    if not is_ours:
        log.warning("message.taken_over", message=message.id, attempt=message.attempts)
    elif following.state is State.FAILED:
        log.warning("message.failed", message=message.id, kind=message.kind, detail=attempt.detail)
    else:
        log.info(f"message.{following.state}", message=message.id, kind=message.kind, attempt=message.attempts)


def _told(message: Taken, attempt: Attempt, *, now: datetime) -> dict[str, Any]:
    """This attempt, as the log of the mail has it."""
    return {
        "attempt": message.attempts,
        "at": now.isoformat(),
        "answer": attempt.answer,
        "detail": attempt.detail[:_LONGEST_DETAIL],
    }
