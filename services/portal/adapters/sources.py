"""SOURCES: who else bills subscriptions. One interface; the engine here is the source that needs no adapter.

Calls that change something never raise for what became of them: they tell. Reading raises Unavailable.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.portal.rules.sources.facts import (
    CouponFacts,
    CustomerFacts,
    InvoiceFacts,
    PlanFacts,
    ProductFacts,
    SubscriptionFacts,
)
from shared import sealing
from shared.errors import Conflict, Invalid


class NoSource(Conflict):
    """This installation has no way to that source, or the vendor has not connected it."""

    code = "no_source"


class SignatureWrong(Invalid):
    """What came was not signed by the source, or too long ago."""

    code = "signature_wrong"


class Outcome(StrEnum):
    """What became of a call."""

    DONE = "done"
    REFUSED = "refused"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    NOT_SENT = "not_sent"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the source told of a call. `reference` is what it made or changed; `code` says why not."""

    outcome: Outcome
    reference: str | None = None
    code: str | None = None


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be done to a subscription there. `params` are those of the action, as `source_calls` keeps them."""

    action: str
    subscription: str
    item: str | None
    params: Mapping[str, Any]


class Kind(StrEnum):
    """What a source has, in the order in which it can be taken over: each refers only to those before it."""

    PRODUCTS = "products"
    PLANS = "plans"
    COUPONS = "coupons"
    CUSTOMERS = "customers"
    SUBSCRIPTIONS = "subscriptions"
    INVOICES = "invoices"


Facts = ProductFacts | PlanFacts | CouponFacts | CustomerFacts | SubscriptionFacts | InvoiceFacts


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some of a kind, and what to ask for the next ones after; None: these were the last."""

    found: tuple[Facts, ...]
    after: str | None


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A message of the source: its id, what it is about (None: nothing for us), and in which mode."""

    id: str
    kind: Kind | None
    about: str | None
    mode: str
    is_of_another_account: bool


class Account(Protocol):
    """A vendor's account at a source, in one mode. Everything that reads raises Unavailable."""

    def carry_out(self, order: Order, *, key: str) -> Told:
        """Do it. The same key again changes nothing more, and tells the same."""
        ...

    def preview(self, order: Order) -> InvoiceFacts:
        """The invoice that a change would come to."""
        ...

    def find(self, kind: Kind, found_id: str) -> Facts | None:
        """One of a kind, as it is now; None when there is none."""
        ...

    def page(self, kind: Kind, *, after: str | None) -> Page:
        """Those of a kind, some at a time."""
        ...


class Source(Protocol):
    """Another billing source."""

    name: str

    def account(self, secret_key: str) -> Account:
        """The account that this key opens. Nothing is asked yet. Raises NoSource."""
        ...

    def hear(self, body: bytes, *, signature: str, secret: str, now: datetime) -> Heard:
        """A message, once it is certain that the source signed it and just now. Raises SignatureWrong, NoSource."""
        ...


def sealing_key(secret_key: str) -> str:
    """The key that vendors' keys to their sources are sealed with, made of the installation's."""
    made = HKDF(hashes.SHA256(), 32, salt=None, info=b"bursar source connections").derive(secret_key.encode())
    return base64.urlsafe_b64encode(made).decode()


@dataclass(frozen=True)
class Sources:
    """Those that are there, by name, and the key that the vendors' own keys to them are sealed with."""

    by_name: Mapping[str, Source] = field(default_factory=dict)
    key: str = field(default="", repr=False)

    def of(self, name: str) -> Source:
        """Raises NoSource."""
        try:
            return self.by_name[name]
        except KeyError:
            raise NoSource(source=name) from None

    def seal(self, payload: dict[str, Any]) -> str:
        """As it is kept."""
        return sealing.seal(self.key, payload)

    def open(self, sealed: str) -> dict[str, Any]:
        """What was sealed. Raises SealBroken when the installation's key is another one now."""
        return sealing.reopen(self.key, sealed)
