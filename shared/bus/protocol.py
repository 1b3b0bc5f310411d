"""What a bus promises, whichever carries the messages. The contract suite holds both adapters to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from shared.events import Event

Handler: TypeAlias = Callable[..., None]  # (session: Session, event: E, *, envelope: Envelope)
Handlers: TypeAlias = Mapping[type[Event], Sequence[Handler]]
"""Event to its effects in order; all of them run in the one transaction of the message."""


class Later(Exception):
    """The handler can't do this yet (what it needs has not arrived): try again, with growing delay."""


class Drop(Exception):
    """The message is of no use to anybody: log it and forget it."""


class Mismatch(Exception):
    """The bus lacks a queue, or has one of this name with other properties; an operator must decide.

    Its text names the queue and what differs.
    """


class Unreachable(Exception):
    """The bus or the database does not answer; nothing is wrong with the message."""


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A message to publish: its event id, routing key (`subscription.canceled.v1`) and wire bytes."""

    id: str
    key: str
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Published:
    """What became of messages, by id. What is in neither set was not confirmed and must go again."""

    routed: frozenset[str]
    unrouted: frozenset[str]  # confirmed, but no queue is bound to its key


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


@dataclass(frozen=True, kw_only=True)
class Depth:
    """How many messages wait in a queue (those at work included), and how many are dead."""

    waiting: int
    dead: int


class Bus(Protocol):
    """Durable publish and subscribe, at least once. Not shared between threads. Every call may raise Unreachable."""

    def declare(self, queue: str, keys: Sequence[str]) -> None:
        """Make the queue and bind it to these keys and no other of the catalog; idempotent. Raises Mismatch."""

    def check(self, queue: str) -> None:
        """Raises Mismatch unless the queue, and what it relies on, is there as `declare` makes it. Makes nothing."""

    def publish(self, messages: Sequence[Outgoing]) -> Published:
        """Publish to every queue bound to the message's key, and wait for what became of it."""

    def receive(self, queue: str, *, limit: int, wait: float) -> Sequence[Incoming]:
        """Up to `limit` messages, waiting at most `wait` seconds for the first.

        One that may have killed the process that held it comes alone, so that no other is blamed.
        """

    def ack(self, messages: Sequence[Incoming]) -> None:
        """They are done."""

    def retry(self, message: Incoming, *, delay: float) -> None:
        """Not done: deliver again after about `delay` seconds, with one more attempt counted."""

    def give_back(self, messages: Sequence[Incoming]) -> None:
        """Not tried: deliver again at once, no attempt counted (the consumer stops or its database is away)."""

    def bury(self, message: Incoming, *, reason: str) -> None:
        """Given up: among the dead letters."""

    def dead(self, queue: str, *, limit: int = 10_000) -> Sequence[DeadLetter]:
        """A queue's dead letters, oldest first."""

    def replay(self, letters: Sequence[DeadLetter]) -> int:
        """Deliver these again to their own queue under their old event id, attempts from 1. How many were there."""

    def discard(self, letters: Sequence[DeadLetter]) -> int:
        """Forget these. How many were there."""

    def depth(self, queue: str) -> Depth:
        """How much waits and how much is dead."""

    def ping(self) -> None:
        """Raises Unreachable when the bus does not answer, or takes no messages just now (a broker's alarm)."""

    def close(self) -> None:
        """Give back connections."""
