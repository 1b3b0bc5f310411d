"""Queue messages: a mail is a row first, in the transaction of what it tells of. One row a dedup key, for ever."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from services.notifications.models import Message, Portal, Recipient, Sender
from services.notifications.rules.delivery import State
from services.notifications.rules.messages import MESSAGES, Kind
from shared import addresses, ids
from shared.bus.protocol import Later
from shared.database import Session, scope
from shared.events import Mode
from shared.logs import log


@dataclass(frozen=True, kw_only=True)
class Tidings:
    """What is told of a customer's matter. `revision` grows with the state of the thing `about`; None: it has one only.

    `dedup_key` tells two tellings of one fact from two facts. `locale` is the language the fact came in, or None.
    """

    kind: Kind
    customer: str
    facts: Mapping[str, Any]
    dedup_key: str
    about: str
    revision: int | None = None
    locale: str | None = None


@dataclass(frozen=True, kw_only=True)
class SignInMail:
    """A sign-in mail that auth asks for. `sealed` is the whole of it, secrets included, readable until `expires_at`."""

    request_id: str
    vendor: str
    mode: Mode
    address: str
    locale: str
    sealed: str
    expires_at: datetime


@dataclass(frozen=True)
class _Known:
    """What was heard of the vendor, the customer and the portal of a mail."""

    sender: Sender
    recipient: Recipient
    slug: str


def tell_customer(session: Session, tidings: Tidings, *, now: datetime) -> str | None:
    """Queue the mail, once. Its message id; None when there is nothing to tell any more.

    Raises Later while the vendor, the customer or the vendor's portal is not known here yet.
    """
    if _was_overtaken(session, tidings):
        return None
    known = _known(session, tidings.customer)
    return _queue(
        session,
        tidings.kind,
        now=now,
        customer=tidings.customer,
        address=known.recipient.email,
        locale=known.recipient.locale or tidings.locale or known.sender.default_locale,
        dedup_key=tidings.dedup_key,
        about=tidings.about,
        about_revision=tidings.revision,
        facts={**tidings.facts, "name": known.recipient.display_name, "portal": known.slug},
    )


def tell_helpdesk(session: Session, tidings: Tidings, *, address: str, now: datetime) -> str | None:
    """Queue the mail to a helpdesk of the vendor, in the vendor's language; a reply goes to the customer it is about.

    `address` comes from the vendor's own settings and never from what a customer wrote. One that is no mailbox is
    left out, loudly: the ticket itself waits in the vendor's queue. Raises Later as `tell_customer`.
    """
    if not _is_mailbox(address):
        log.warning("helpdesk.not_told", about=tidings.about, reason="its intake is not the address of one mailbox")
        return None
    known = _known(session, tidings.customer)
    email = known.recipient.email
    # An address of other letters would need SMTPUTF8 of every server on the way to the helpdesk.
    reply_to = email if email.isascii() and _is_mailbox(email) else None
    customer = {"customer_name": known.recipient.display_name, "customer_email": email, "reply_to": reply_to}
    return _queue(
        session,
        tidings.kind,
        now=now,
        customer=tidings.customer,
        address=address,
        locale=known.sender.default_locale,
        dedup_key=tidings.dedup_key,
        about=tidings.about,
        about_revision=tidings.revision,
        facts={**tidings.facts, **customer, "name": None, "portal": known.slug},
    )


def intake_of(session: Session, *, ticket: str) -> str | None:
    """The helpdesk's address that was told of this ticket when it was opened, if one was."""
    opened = select(Message.address).where(Message.about == ticket, Message.kind == Kind.TICKET_INTAKE)
    return session.scalar(opened.limit(1))


def take_sign_in_mail(session: Session, mail: SignInMail, *, now: datetime) -> str:
    """Queue a sign-in mail, once a request. Its message id."""
    with scope.system(vendor=mail.vendor, mode=mail.mode, job="sign_in_mail"):
        return _queue(
            session,
            Kind.SIGN_IN,
            now=now,
            address=mail.address,
            locale=mail.locale,
            dedup_key=mail.request_id,
            sealed=mail.sealed,
            expires_at=mail.expires_at,
            facts={},
        )


def _known(session: Session, customer: str) -> _Known:
    """Raises Later."""
    sender = session.get(Sender, scope.current().vendor)
    recipient = session.scalar(select(Recipient).where(Recipient.id == customer))
    slug = session.scalar(select(Portal.slug).where(Portal.active).order_by(Portal.id).limit(1))
    if sender is None or recipient is None or slug is None:
        raise Later("the vendor, the customer or the portal has not arrived")
    return _Known(sender, recipient, slug)


def _is_mailbox(address: str) -> bool:
    try:
        return addresses.parse(address).written == address
    except addresses.BadAddress:
        return False


def _was_overtaken(session: Session, tidings: Tidings) -> bool:
    """Whether something newer of its topic was told already. Events arrive in any order."""
    topic = MESSAGES[tidings.kind].topic
    if tidings.revision is None or topic is None:
        return False
    rivals = [kind for kind, message in MESSAGES.items() if message.topic is topic]
    newer = select(Message.id).where(
        Message.about == tidings.about, Message.kind.in_(rivals), Message.about_revision > tidings.revision
    )
    return session.scalar(newer.limit(1)) is not None


def _queue(session: Session, kind: Kind, *, now: datetime, dedup_key: str, **columns: Any) -> str:
    row = Message(
        id=ids.new("msg"),
        kind=kind,
        urgent=MESSAGES[kind].urgent,
        state=State.QUEUED,
        attempts=0,
        due_at=now,
        created_at=now,
        dedup_key=dedup_key,
        **columns,
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        return session.scalars(select(Message.id).where(Message.dedup_key == dedup_key)).one()
    return row.id
