"""Stand-ins for the services that auth asks: what they are told, and what they answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.auth.adapters.notifications import Order
from services.auth.adapters.portal import PortalRefused
from services.auth.rules.flow import Named
from shared import sealing
from shared.errors import NotFound, Unavailable

SEALING_KEY = sealing.new_key()


@dataclass
class Mailroom:
    """Stands where notifications is: opens what is sealed, or is away, or refuses."""

    mails: list[dict[str, Any]] = field(default_factory=list)
    passports: list[str] = field(default_factory=list)
    is_away: bool = False
    refuses: bool = False
    suppressed: set[str] = field(default_factory=set)

    def withheld(self, kind: str, addresses: Sequence[str], *, vendor: str, mode: str, passport: str) -> frozenset[str]:
        assert (kind, vendor[:4], mode in ("test", "live"), bool(passport)) == ("subscriber_link", "ven_", True, True)
        if self.is_away:
            raise Unavailable(part="notifications")
        return frozenset(self.suppressed & set(addresses))

    def send_mails(self, orders: Sequence[Order], *, passport: str) -> frozenset[str]:
        if self.is_away:
            raise Unavailable(part="notifications")
        if self.refuses:
            return frozenset(order.id for order in orders)
        for order in orders:
            self.passports.append(passport)
            opened = sealing.unseal(SEALING_KEY, order.sealed, max_age=600)
            self.mails.append({"id": order.id, "kind": order.kind, **opened})
        return frozenset()


@dataclass
class OrderBook:
    """Stands where portal is: knows whose order a number is, and when somebody last bought."""

    customers: dict[str, str] = field(default_factory=dict)
    last: dict[str, datetime] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    unheard: list[dict[str, str | None]] = field(default_factory=list)
    foreign: set[str] = field(default_factory=set)
    accepted: list[dict[str, Any]] = field(default_factory=list)
    is_away: bool = False
    refuses: bool = False
    told: list[dict[str, Any]] = field(default_factory=list)

    def change_email(self, *, vendor: str, mode: str, customer: str, email: str, passport: str, **by: Any) -> None:
        """What it is told to change, and by whom, also while it is away."""
        assert (vendor[:4], mode in ("test", "live"), bool(passport)) == ("ven_", True, True)
        self.told.append({"customer": customer, "email": email, **by})
        if self.is_away:
            raise Unavailable(part="portal")
        if self.refuses:
            raise PortalRefused(status=403)

    def find_customers(
        self, *, vendor: str, mode: str, passport: str, by: Mapping[str, str | None]
    ) -> list[dict[str, str | None]]:
        """The customers whom auth has not heard of yet: `id`, `locale`, and what finds them."""
        assert (vendor[:4], mode in ("test", "live"), bool(passport)) == ("ven_", True, True)
        if self.is_away:
            raise Unavailable(part="portal")
        wanted = {"id": by["customer"], "email_key": by["email_key"], "reference": by["reference"]}
        return [
            {"id": one["id"], "locale": one.get("locale")}
            for one in self.unheard
            if any(value is not None and one.get(name) == value for name, value in wanted.items())
        ]

    def check_flow(self, *, vendor: str, mode: str, customer: str, named: Named, passport: str) -> str | None:
        """Nothing of what is `foreign` is this customer's; `inv_1` is the invoice of `pay_1`."""
        assert (vendor[:4], mode in ("test", "live"), bool(passport)) == ("ven_", True, True)
        if self.foreign & set(vars(named).values()):
            raise NotFound
        return "pay_1" if named.invoice == "inv_1" else None

    def buyers(self, *, vendor: str, mode: str, order_number: str, passport: str) -> list[str]:
        assert passport
        assert (vendor[:4], mode in ("test", "live")) == ("ven_", True)
        self.asked.append(order_number)
        return [self.customers[order_number]] if order_number in self.customers else []

    def accept_direct_actions(self, **given: Any) -> None:
        """Portal takes what a person accepted."""
        assert given.pop("passport")
        if self.is_away:
            raise Unavailable(part="portal")
        self.accepted.append(given)

    def last_orders(
        self, *, vendor: str, mode: str, customers: Sequence[str], passport: str
    ) -> dict[str, datetime | None]:
        assert (vendor[:4], mode in ("test", "live"), bool(passport)) == ("ven_", True, True)
        if self.is_away:
            raise Unavailable(part="portal")
        return {customer: self.last.get(customer) for customer in customers}
