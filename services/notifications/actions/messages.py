"""Queue messages: a mail is a row first, in the transaction of what it tells of. One row a dedup key, for ever."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from services.notifications.models import Message, Portal, Recipient, Sender
from services.notifications.queries import senders
from services.notifications.rules.delivery import State
from services.notifications.rules.messages import MESSAGES, Kind
from shared import addresses, ids
from shared.bus.protocol import Later
from shared.database import Session, erased, scope
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
class SealedMail:
    """A mail that auth asks for. `sealed` is the whole of it, secrets included, readable until `expires_at`;
    `customer` whom it is about, where that is one."""

    id: str
    kind: Kind
    vendor: str
    mode: Mode
    customer: str | None
    address: str
    locale: str
    sealed: str
    expires_at: datetime


@dataclass(frozen=True)
class _Known:
    """What was heard of the vendor, the customer and the portal of a mail."""

    sender: Sender
    recipient: Recipient
    portal: Portal

    @property
    def around(self) -> dict[str, Any]:
        return around(self.portal)


def around(portal: Portal) -> dict[str, Any]:
    """The portal that a mail leads to, its links, and in whose name it comes where that is not the vendor's."""
    return {
        "portal": portal.slug,
        "at": {"host": portal.host, "path": portal.path} if portal.host else None,
        "sender": {"name": portal.sender_name, "reply_to": portal.reply_to},
        "links": {"privacy": portal.privacy_url, "terms": portal.terms_url},
        "logo": portal.logo,
    }


def tell_customer(session: Session, tidings: Tidings, *, now: datetime) -> str | None:
    """Queue the mail, once. Its message id; None when there is nothing to tell any more.

    Raises Later while the vendor, the customer or the vendor's portal is not known here yet.
    """
    if erased.is_erased(session, tidings.customer) or _was_overtaken(session, tidings):
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
        facts={**tidings.facts, "name": known.recipient.display_name, **known.around},
    )


def tell_other(session: Session, tidings: Tidings, *, address: str, now: datetime) -> str | None:
    """Queue a mail about the customer's matter to another address: somebody they invited, or where they were before.

    Raises Later as `tell_customer`.
    """
    if erased.is_erased(session, tidings.customer):
        return None
    if not _is_mailbox(address):
        log.warning("mail.not_told", about=tidings.about, reason="not the address of one mailbox")
        return None
    known = _known(session, tidings.customer)
    name = known.recipient.display_name
    return _queue(
        session,
        tidings.kind,
        now=now,
        customer=tidings.customer,
        address=address,
        locale=known.recipient.locale or known.sender.default_locale,
        dedup_key=tidings.dedup_key,
        about=tidings.about,
        facts={**tidings.facts, "name": name, "customer_name": name or known.recipient.email, **known.around},
    )


def tell_helpdesk(session: Session, tidings: Tidings, *, address: str, now: datetime) -> str | None:
    """Queue the mail to a helpdesk of the vendor, in the vendor's language; a reply goes to the customer it is about.

    `address` comes from the vendor's own settings and never from what a customer wrote. One that is no mailbox is
    left out, loudly: the ticket itself waits in the vendor's queue. Raises Later as `tell_customer`.
    """
    if erased.is_erased(session, tidings.customer):
        return None
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
        facts={**tidings.facts, **customer, "name": None, **known.around},
    )


def tell_vendor(
    session: Session, kind: Kind, facts: Mapping[str, Any], *, address: str, dedup_key: str, about: str, now: datetime
) -> str | None:
    """Queue a mail to somebody of the vendor's, in the vendor's language. Raises Later as `tell_customer`."""
    sender, portal = session.get(Sender, scope.current().vendor), senders.portal_of_mails(session)
    if sender is None or portal is None:
        raise Later("the vendor or the portal has not arrived")
    return _queue(
        session,
        kind,
        now=now,
        customer=None,
        address=address,
        locale=sender.default_locale,
        dedup_key=dedup_key,
        about=about,
        facts={**facts, "name": None, **around(portal)},
    )


def intake_of(session: Session, *, ticket: str) -> str | None:
    """The helpdesk's address that was told of this ticket when it was opened, if one was."""
    opened = select(Message.address).where(Message.about == ticket, Message.kind == Kind.TICKET_INTAKE)
    return session.scalar(opened.limit(1))


def take_sealed_mails(session: Session, mails: Sequence[SealedMail], *, now: datetime) -> None:
    """Queue them, each once an id."""
    if not mails:
        return
    rows = [
        {
            **_new(mail.kind, now=now),
            "vendor": mail.vendor,
            "mode": mail.mode,
            "customer": mail.customer,
            "address": mail.address,
            "locale": mail.locale,
            "dedup_key": mail.id,
            "sealed": mail.sealed,
            "expires_at": mail.expires_at,
            "facts": {},
        }
        for mail in mails
    ]
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.connection().execute(insert(Message).values(rows).on_conflict_do_nothing())


def repeat(session: Session, first: Message, *, address: str, dedup_key: str, now: datetime) -> Message:
    """Queue what `first` said once more. It tells of no newer state, so it overtakes nothing."""
    again = _queue(
        session,
        Kind(first.kind),
        now=now,
        customer=first.customer,
        address=address,
        locale=first.locale,
        dedup_key=dedup_key,
        about=first.about,
        facts=dict(first.facts),
        repeats=first.id,
    )
    return session.scalars(select(Message).where(Message.id == again)).one()


def recipient_of(session: Session, customer: str) -> Recipient:
    """The customer as mails reach them. Raises Later."""
    return _known(session, customer).recipient


def _known(session: Session, customer: str) -> _Known:
    """Raises Later."""
    sender = session.get(Sender, scope.current().vendor)
    recipient = session.scalar(select(Recipient).where(Recipient.id == customer))
    portal = senders.portal_of_mails(session)
    if sender is None or recipient is None or portal is None:
        raise Later("the vendor, the customer or the portal has not arrived")
    return _Known(sender, recipient, portal)


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


def _new(kind: Kind, *, now: datetime) -> dict[str, Any]:
    return {
        "id": ids.new("msg"),
        "kind": kind,
        "urgent": MESSAGES[kind].urgent,
        "state": State.QUEUED,
        "attempts": 0,
        "due_at": now,
        "created_at": now,
    }


def _queue(session: Session, kind: Kind, *, now: datetime, dedup_key: str, **columns: Any) -> str:
    row = Message(**_new(kind, now=now), dedup_key=dedup_key, **columns)
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        return session.scalars(select(Message.id).where(Message.dedup_key == dedup_key)).one()
    return row.id
