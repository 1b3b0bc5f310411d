"""Notifications as a test works it: a database, a way out, a clock of its own, and a real mail server to send to."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select
from sqlalchemy.orm import undefer_group

from services.notifications import handlers
from services.notifications.actions import delivery, messages
from services.notifications.actions.messages import SealedMail
from services.notifications.adapters.mailing import Mailing
from services.notifications.models import KeptEvent, Message
from services.notifications.rules.messages import Kind
from services.notifications.settings import Settings
from shared import clock, events, ids, sealing
from shared.database import Database, scope
from shared.events import Actor, Event, Mode
from shared.settings import Secret
from tests.integration.notifications.builders import NOW, VENDOR, sign_in_payload

KEY, LINK_KEY = sealing.new_key(), sealing.new_key()


_BY_ITSELF = Actor(kind="system", id="test")


@dataclass
class MailServer:
    """What arrived, and what to answer: `replies` maps a recipient to what RCPT is answered, once or always."""

    port: int = 0
    arrived: list[Envelope] = field(default_factory=list)
    rcpts: list[str] = field(default_factory=list)
    replies: dict[str, list[str]] = field(default_factory=dict)
    connections: int = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, name: str, responses: list[str]
    ) -> list[str]:
        session.host_name = name
        self.connections += 1
        return responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.rcpts.append(address)
        waiting = self.replies.get(address)
        if waiting:
            return waiting.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's names
        self.arrived.append(envelope)
        return "250 OK"

    def mails(self) -> list[EmailMessage]:
        """What arrived, read by the standard library."""
        return [message_from_bytes(bytes(each.content), policy=policy.default) for each in self.arrived]  # type: ignore[misc,arg-type]


@dataclass
class Office:
    """Notifications with its database, its way out and a clock of its own."""

    database: Database
    mailing: Mailing
    now: datetime = NOW

    def hear(
        self,
        event: Event,
        *,
        mode: Mode = "test",
        event_id: str | None = None,
        actor: Actor = _BY_ITSELF,
        request_id: str = "",
    ) -> None:
        """An event arrives: its handlers run in its scope, in one transaction."""
        envelope = events.Envelope(
            id=event_id or ids.new("evt"),
            source="/bursar/test",
            vendor=VENDOR,
            mode=mode,
            actor=actor,
            request_id=request_id,
            time=self.now,
            event=event,
        )
        with (
            clock.fixed(self.now),
            scope.system(vendor=VENDOR, mode=mode, job="test"),
            self.database.begin() as session,
        ):
            for handler in handlers.HANDLERS[type(event)]:
                handler(session, event, envelope=envelope)
        self.later(milliseconds=1)  # so that ids sort by age

    def ask_for_sign_in_mail(
        self, *, request_id: str = "sir_1", to: str = "Mira.Okafor@example.com", **changes: Any
    ) -> str:
        """What auth's request does. The message's id."""
        payload = sign_in_payload(self.now, to=to, **changes)
        with clock.fixed(self.now), scope.platform(), self.database.begin() as session:
            mail = SealedMail(
                id=request_id,
                kind=Kind.SIGN_IN,
                vendor=VENDOR,
                mode="test",
                customer=payload.get("customer"),
                address=to,
                locale=payload["locale"],
                sealed=sealing.seal(KEY, payload),
                expires_at=datetime.fromisoformat(payload["expires_at"]),
            )
            messages.take_sealed_mails(session, [mail], now=self.now)
            return session.scalars(select(Message.id).where(Message.dedup_key == request_id)).one()

    def deliver(self, mailing: Mailing | None = None) -> int:
        return delivery.deliver(self.database.begin, mailing=mailing or self.mailing, clock=lambda: self.now)

    def later(self, **elapsed: float) -> None:
        self.now += timedelta(**elapsed)

    def rows(self) -> list[Message]:
        with scope.platform(), self.database.begin(read_only=True) as session:
            return list(session.scalars(select(Message).options(undefer_group("body")).order_by(Message.id)))

    def events(self) -> list[KeptEvent]:
        """What happened, as it is kept, oldest first."""
        with scope.platform(), self.database.begin(read_only=True) as session:
            return list(session.scalars(select(KeptEvent).order_by(KeptEvent.id)))

    def row(self) -> Message:
        (row,) = self.rows()
        return row


def settings_for(port: int, *, invoices_url: str = "http://127.0.0.1:1") -> Settings:
    return Settings(
        database_url="",
        bus_url="",
        public_url="http://localhost:8080",
        auth_url="http://127.0.0.1:1",
        mail_url=f"smtp://127.0.0.1:{port}",
        mail_from="billing@bursar.example",
        sealing_key=Secret(KEY),
        link_key=Secret(LINK_KEY),
        invoices_url=invoices_url,
        webhook_localhost=True,
    )
