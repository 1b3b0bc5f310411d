"""Asks the notifications service for mails with a secret in them, and whom they would not reach."""

from collections.abc import Sequence
from typing import Final, Protocol

from shared.errors import Unavailable
from shared.http import Client

_QUICK: Final = (1.0, 3.0)  # seconds; somebody waits for a page


class Order(Protocol):
    """A mail to ask for. Asked for again with the same id, it is sent once."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def sealed(self) -> str: ...


class Notifications:
    """A typed client. Its calls raise `errors.Unavailable` when notifications does not answer."""

    def __init__(self, base_url: str) -> None:
        self._client = Client(base_url, name="notifications")

    def send_mails(self, orders: Sequence[Order], *, passport: str) -> frozenset[str]:
        """Hand them over. The ids of those that it will never send: asking again would not help."""
        mails = [{"id": order.id, "kind": order.kind, "sealed": order.sealed} for order in orders]
        answer = self._client.post("/internal/sealed_mails", json={"mails": mails}, passport=passport)
        if not answer.ok:  # not one of them was looked at: its version, or its keys, are not ours yet
            raise Unavailable(part="notifications")
        return frozenset(answer.json()["refused"])

    def withheld(self, kind: str, addresses: Sequence[str], *, vendor: str, mode: str, passport: str) -> frozenset[str]:
        """Those of the vendor's addresses, 100 at most, that mails of this kind stay away from."""
        asked = {"vendor": vendor, "mode": mode, "kind": kind, "addresses": list(addresses)}
        answer = self._client.post("/internal/withheld", json=asked, passport=passport, timeout=_QUICK)
        if not answer.ok:
            raise Unavailable(part="notifications")
        return frozenset(answer.json()["withheld"])
