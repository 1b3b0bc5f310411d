"""An event: something that happened, frozen, named and versioned. Facts, not commands; no secrets."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

Mode = Literal["test", "live"]
ActorKind = Literal["customer", "delegate", "staff", "key", "system"]


@dataclass(frozen=True, kw_only=True)
class Event:
    """Fields are str, int, bool, None, or lists and dicts of those; times are ISO 8601 strings in UTC.

    `name` and `version` together are the key on the wire: `subscription.canceled` and 1 are
    `subscription.canceled.v1`.
    """

    name: ClassVar[str]
    version: ClassVar[int]

    @classmethod
    def key(cls) -> str:
        return f"{cls.name}.v{cls.version}"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who caused something. `id` is a customer's, delegate's, vendor user's or key's id, or the name of a job."""

    kind: ActorKind
    id: str


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What travels around an event: CloudEvents 1.0 on the wire."""

    id: str
    source: str
    vendor: str
    mode: Mode
    actor: Actor
    request_id: str
    time: datetime
    event: Event
