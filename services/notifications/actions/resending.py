"""Send a mail again: a message of its own, with what the first one said of the matter."""

from datetime import datetime

from sqlalchemy import select

from services.notifications.actions import messages
from services.notifications.models import DocumentRecipient, Message
from services.notifications.queries.messages import MessageView, view
from services.notifications.rules import resending
from services.notifications.rules.delivery import State
from services.notifications.rules.messages import Kind
from services.notifications.rules.resending import NothingToResend, To
from shared.bus.protocol import Later
from shared.database import Session, erased
from shared.errors import NotFound
from shared.logs import log


def resend(session: Session, *, message_id: str, now: datetime) -> MessageView:
    """Queue it once more, to where `resending.decide` says. Two at the same moment make one mail.

    Raises NotFound, NeverResent, StillUnderWay, NothingToResend.
    """
    first = session.scalar(select(Message).where(Message.id == message_id).with_for_update())
    if first is None:
        raise NotFound
    copies = session.scalars(select(Message.state).where(Message.repeats == first.id)).all()
    to = resending.decide(
        Kind(first.kind),
        state=State(first.state),
        has_facts=bool(first.facts) and bool(first.customer) and not _is_gone(session, first),
        copies_waiting=sum(state in (State.QUEUED, State.SENDING) for state in copies),
    )
    again = messages.repeat(
        session,
        first,
        address=_address(session, first, to),
        dedup_key=f"again:{first.id}:{len(copies) + 1}",
        now=now,
    )
    log.info("message.resent", message=first.id, again=again.id)
    return view(again)


def _is_gone(session: Session, message: Message) -> bool:
    return message.customer is not None and erased.is_erased(session, message.customer)


def _address(session: Session, message: Message, to: To) -> str:
    match to:
        case To.SAME:
            return message.address
        case To.AGREEING:
            agreed = select(DocumentRecipient.email).where(
                DocumentRecipient.id == message.about, DocumentRecipient.is_confirmed
            )
            found = session.scalar(agreed)
        case To.CUSTOMER:
            found = None if message.customer is None else _of_customer(session, message.customer)
    if not found:
        raise NothingToResend
    return found


def _of_customer(session: Session, customer: str) -> str | None:
    try:
        return messages.recipient_of(session, customer).email
    except Later:
        return None
