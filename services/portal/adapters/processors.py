"""PROCESSORS: who moves money. One interface; which one is asked is the card's own, or that of the mode for a new one.

A processor never raises for what became of money: it answers. Silence and faults on the way are `UNKNOWN`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from services.portal.adapters.sources import Sources
from services.portal.rules.payments.outcome import Result
from shared.errors import Conflict
from shared.events import Mode
from shared.money import Money


class NoProcessor(Conflict):
    """Nobody moves money in this mode yet."""

    code = "no_processor"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a processor says. `reference` is its own id; `action_url` is where the customer confirms, if they must."""

    result: Result
    reference: str | None = None
    decline_code: str | None = None
    action_url: str | None = None


UNKNOWN = Answer(result=Result.UNKNOWN)


@dataclass(frozen=True, kw_only=True)
class Card:
    """A card kept at the processor: its token there, and what a customer knows it by."""

    token: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What came of a visit to the card page: `reference` is whom it was opened for; no `card` until there is one.

    While it `is_open`, there may still be one.
    """

    reference: str
    card: Card | None
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class CardPage:
    """A page of the processor's on which one card is entered: the visit's `id`, and its `url`."""

    id: str
    url: str


class Processor(Protocol):
    """Moves money. A call with a key that was used before changes nothing and gives the answer of then."""

    name: str

    def charge(
        self, *, key: str, token: str, amount: Money, description: str, off_session: bool, return_url: str
    ) -> Answer:
        """Charge a card. `off_session`: the customer is not here, so nobody can confirm anything."""
        ...

    def look_up_charge(self, key: str) -> Answer | None:
        """What became of a charge; None when there never was one under this key."""
        ...

    def refund(self, *, key: str, charge: str, amount: Money) -> Answer:
        """Give back `amount` of the charge with the processor's reference `charge`."""
        ...

    def look_up_refund(self, key: str) -> Answer | None:
        """What became of a refund; None when there never was one under this key."""
        ...

    def start_setup(self, *, reference: str, return_url: str) -> CardPage:
        """A visit to a page on which the customer enters a card; afterwards it leads to `return_url` with
        `?setup=<id>`. `reference` is ours, to know the visit again."""
        ...

    def detach(self, token: str) -> None:
        """Forget a card for good. One that is forgotten, or never was here, stays so. Raises Unavailable."""
        ...

    def finish_setup(self, setup_id: str) -> Setup | None:
        """What came of that visit; None when there was none."""
        ...


@dataclass(frozen=True)
class Processors:
    """Those that are there, by name; and where customers find our pages, for the way back from theirs.

    `sources` are those who bill instead of us: what they are asked to do goes the same way as money does.
    """

    by_name: Mapping[str, Processor]
    public_url: str
    of_mode: Mapping[str, str]
    sources: Sources = field(default_factory=Sources)

    def of(self, name: str) -> Processor:
        """The processor that keeps a card. Raises NoProcessor."""
        try:
            return self.by_name[name]
        except KeyError:
            raise NoProcessor(mode=name) from None

    def for_mode(self, mode: Mode) -> Processor:
        """The processor of new cards. Raises NoProcessor."""
        name = self.of_mode.get(mode)
        if name is None:
            raise NoProcessor(mode=mode)
        return self.of(name)

    def url(self, path: str) -> str:
        """The public address of a page of ours."""
        return self.public_url.rstrip("/") + path
