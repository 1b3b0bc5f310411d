"""What a bus promises, whichever carries the messages. The contract suite holds both adapters to it."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from sqlalchemy.orm import Session

from shared.events import Envelope, Event

Handler: TypeAlias = Callable[..., None]  # (session: Session, event: E, *, envelope: Envelope)
Handlers: TypeAlias = Mapping[type[Event], Sequence[Handler]]
"""Event to its effects in order; all of them run in the one transaction of the message."""


class Later(Exception):
    """The handler can't do this yet (what it needs has not arrived): try again, with growing delay."""


class Drop(Exception):
    """The message is of no use to anybody: log it and forget it."""


class Unreachable(Exception):
    """The bus or the database does not answer; nothing is wrong with the message."""


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A message to publish: its event id, routing key (`subscription.canceled.v1`) and wire bytes."""

    id: str
    key: str
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A message to handle. `attempts` counts from 1; `receipt` is the adapter's own."""

    key: str
    body: bytes
    attempts: int
    receipt: Any


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """A message that was given up: where, what, after how many attempts, why."""

    id: str
    queue: str
    key: str
    body: bytes
    attempts: int
    reason: str
    died_at: datetime


class Bus(Protocol):
    """Durable publish and subscribe, at least once. Not shared between threads."""

    def declare(self, queue: str, keys: Sequence[str]) -> None:
        """Make the queue and bind it to exactly these keys; idempotent. Raises on a mismatch."""

    def publish(self, messages: Sequence[Outgoing]) -> set[str]:
        """Publish; the ids that were confirmed *and* routed to at least one queue. Raises Unreachable."""

    def receive(self, queue: str, *, limit: int, wait: float) -> Sequence[Incoming]:
        """Up to `limit` messages, waiting at most `wait` seconds for the first. Raises Unreachable."""

    def ack(self, messages: Sequence[Incoming]) -> None:
        """They are done."""

    def retry(self, message: Incoming, *, delay: float) -> None:
        """Not done: deliver again after `delay` seconds, with one more attempt counted."""

    def give_back(self, messages: Sequence[Incoming]) -> None:
        """Not tried: deliver again at once, no attempt counted (the consumer stops or its database is away)."""

    def bury(self, message: Incoming, *, reason: str) -> None:
        """Given up: among the dead letters."""

    def dead(self, queue: str | None = None) -> Sequence[DeadLetter]:
        """The dead letters, oldest first."""

    def replay(self, letters: Sequence[DeadLetter]) -> None:
        """Deliver these again to their own queue under their old event id, attempts from 1."""

    def discard(self, letters: Sequence[DeadLetter]) -> None:
        """Forget these."""

    def ping(self) -> None:
        """Raises Unreachable when the bus does not answer."""

    def close(self) -> None:
        """Give back connections."""


Stop: TypeAlias = threading.Event
HandleOne: TypeAlias = Callable[[Session, Envelope], None]
