"""How a mail leaves, whichever way: what both transports take and answer."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.notifications.rules.delivery import Answer
from services.notifications.rules.suppression import Reply


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A PDF that goes with a mail. `name` is of letters, digits, dots, dashes and underscores."""

    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail to exactly one address. `message_id` stays the same however often it is tried.

    `reply_to_name` is whose mailbox `reply_to` is. `unsubscribe` is the address that ends such mails with one POST
    (RFC 8058).
    """

    message_id: str
    sender_name: str
    sender_address: str
    reply_to: str | None
    reply_to_name: str
    address: str
    language: str
    subject: str
    html: str
    text: str
    date: datetime
    unsubscribe: str | None = None
    attachment: Attachment | None = None


@dataclass(frozen=True, kw_only=True)
class HandedOver:
    """What became of a mail, and what the other side said about it; `reply` where that was a mail server's no."""

    answer: Answer
    detail: str = ""
    reply: Reply | None = None


class Unreachable(Exception):
    """The mail server does not answer, or not to us; nothing is wrong with any mail."""


class Connection(Protocol):
    """An open way out, used for one mail after another."""

    def hand_over(self, mail: Mail) -> HandedOver:
        """Send this mail. Raises Unreachable when the way out is gone; then the mail may or may not have left."""


class Transport(Protocol):
    """A way out."""

    def connect(self) -> AbstractContextManager[Connection]:
        """Open it, for some mails. Raises Unreachable."""
