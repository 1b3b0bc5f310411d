"""Messages as the vendor's API and the mailbox of the embedded mode show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import undefer_group

from services.notifications.models import Message, Sender
from services.notifications.rules.delivery import State
from services.notifications.rules.messages import MESSAGES, Kind
from shared.database import Session, moments, scope
from shared.database.moments import Place
from shared.errors import NotFound

MAILBOX_LENGTH: Final = 50
ROW: Final = Message
"""What `listing` yields, for whoever cuts pages of it."""


@dataclass(frozen=True, kw_only=True)
class MessageView:
    """A message as its vendor sees it. `html`, `text` and `headers` are None before the first attempt, and in
    lists.
    """

    id: str
    kind: str
    may_be_switched_off: bool
    customer: str | None
    to: str
    locale: str
    subject: str | None
    state: str
    attempts: int
    last_error: str | None
    next_attempt_at: datetime | None
    created_at: datetime
    sent_at: datetime | None
    repeats: str | None = None
    html: str | None = None
    text: str | None = None
    headers: Mapping[str, str] | None = None
    deliveries: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, kw_only=True)
class MailView:
    """A mail as the mailbox of the embedded mode lists it; `text` is for the mail alone."""

    id: str
    sender: str
    to: str
    subject: str
    mode: str
    sent_at: datetime
    text: str = ""


def listing(
    *, customer: str | None = None, kind: str | None = None, state: str | None = None, to: str | None = None
) -> Select[Message]:
    """The scope's messages that fit, without their bodies; the page is cut elsewhere.

    `to` is a part of the address they go to, in any case.
    """
    statement = select(Message)
    if to is not None:
        statement = statement.where(func.lower(Message.address).contains(to.lower(), autoescape=True))
    wanted = ((Message.customer, customer), (Message.kind, kind), (Message.state, state))
    for column, value in wanted:
        if value is not None:
            statement = statement.where(column == value)
    return statement


def newest_of(session: Session, *, customer: str, place: Place | None, limit: int) -> list[MessageView]:
    """What this customer was written, newest first, from a place on."""
    statement = moments.before(listing(customer=customer), Message.created_at, Message.id, place=place, limit=limit)
    return [view(row) for row in session.scalars(statement)]


def view(row: Message, *, whole: bool = False) -> MessageView:
    """A row as the vendor sees it; `whole` with its texts."""
    return MessageView(
        id=row.id,
        kind=row.kind,
        may_be_switched_off=MESSAGES[Kind(row.kind)].may_be_switched_off,
        customer=row.customer,
        to=row.address,
        locale=row.locale,
        subject=row.subject,
        state=row.state,
        attempts=row.attempts,
        last_error=row.last_error,
        next_attempt_at=row.due_at if row.state == State.QUEUED else None,
        created_at=row.created_at,
        sent_at=row.sent_at,
        repeats=row.repeats,
        html=row.html if whole else None,
        text=row.text if whole else None,
        headers=row.headers if whole else None,
        deliveries=tuple(row.deliveries) if whole else (),
    )


def get(session: Session, message_id: str) -> MessageView:
    """One message of the scope, whole. Raises NotFound."""
    row = session.scalar(select(Message).where(Message.id == message_id).options(undefer_group("body")))
    if row is None:
        raise NotFound
    return view(row, whole=True)


def is_readable(kind: Kind, *, keeps_secrets: bool) -> bool:
    """Whether staff may read what a mail said: never one that was sealed, for it signs in, or lets somebody in.

    `keeps_secrets`: links that work without a sign-in are masked in the log but there, as in the embedded mode.
    """
    message = MESSAGES[kind]
    return not message.sealed and not (keeps_secrets and message.link is not None)


def without_body(view: MessageView) -> MessageView:
    """The same message with nothing of what it says."""
    return replace(view, html=None, text=None)


def mailbox(session: Session) -> Sequence[MailView]:
    """The newest mails of every vendor and mode: the mailbox belongs to the person at this machine."""
    with scope.platform():
        rows = session.execute(
            select(*_LISTED, Sender.display_name)
            .outerjoin(Sender, Sender.id == Message.vendor)
            .where(Message.state == State.SENT)
            .order_by(Message.created_at.desc(), Message.id.desc())
            .limit(MAILBOX_LENGTH)
        ).all()
    return [_mail(row) for row in rows]


def mail(session: Session, message_id: str) -> MailView:
    """One mail of the mailbox. Raises NotFound."""
    row = _sent(session, message_id, *_LISTED, Message.text, Sender.display_name)
    return replace(_mail(row), text=row.text)


def mail_html(session: Session, message_id: str) -> str:
    """The HTML of one mail of the mailbox, as it was sent. Raises NotFound."""
    return str(_sent(session, message_id, Message.html).html)


_LISTED: Final = (Message.id, Message.address, Message.subject, Message.mode, Message.sent_at)


def _sent(session: Session, message_id: str, *columns: Any) -> Any:
    with scope.platform():
        row = session.execute(
            select(*columns)
            .select_from(Message)
            .outerjoin(Sender, Sender.id == Message.vendor)
            .where(Message.state == State.SENT, Message.id == message_id)
        ).one_or_none()
    if row is None:
        raise NotFound
    return row


def _mail(row: Any) -> MailView:
    return MailView(
        id=row.id,
        sender=row.display_name or "",
        to=row.address,
        subject=row.subject,
        mode=row.mode,
        sent_at=row.sent_at,
    )


def recent(session: Session, *, limit: int) -> Sequence[MessageView]:
    """The newest messages of every vendor and mode, for the operator's command line."""
    with scope.platform():
        rows = session.scalars(select(Message).order_by(Message.id.desc()).limit(limit)).all()
    return [view(row) for row in rows]
