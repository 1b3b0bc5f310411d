"""A vendor of a test's own, made through the public API: keys, a catalog, customers, subscriptions, mails."""

import itertools
import re
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

import pytest
import requests

from tests.support.polling import until
from tests.support.stack import Stack

_NUMBER: Final = itertools.count(1)
_LINK: Final = re.compile(r"http\S+/sign-in/link#t=[\w-]+")
_CODE: Final = re.compile(r"\b(\d{3}) ?(\d{3})\b")


@dataclass(frozen=True)
class Vendor:
    """A vendor with its test key; `portal` is the slug of its test portal."""

    stack: Stack
    id: str
    slug: str
    name: str
    test_key: str
    live_key: str

    @property
    def portal(self) -> str:
        return f"{self.slug}-test"

    def ask(self, method: str, path: str, *, live: bool = False, **options: Any) -> requests.Response:
        """A request with this vendor's key, whatever the answer."""
        return self.stack.request(method, path, key=self.live_key if live else self.test_key, **options)

    def get(self, path: str, **options: Any) -> Any:
        """The JSON of a GET that works."""
        return _good(self.ask("GET", path, **options))

    def post(self, path: str, body: dict[str, Any], **options: Any) -> Any:
        """The JSON of a POST that works."""
        return _good(self.ask("POST", path, json=body, **options))

    def patch(self, path: str, body: dict[str, Any], **options: Any) -> Any:
        """The JSON of a PATCH that works."""
        return _good(self.ask("PATCH", path, json=body, **options))

    def all_of(self, path: str) -> list[dict[str, Any]]:
        """Every element of a list, page by page."""
        found: list[dict[str, Any]] = []
        more = True
        while more:
            after = {"starting_after": found[-1]["id"]} if found else {}
            page = self.get(path, params={"limit": 100, **after})
            found, more = found + page["data"], page["has_more"]
        return found

    def customer(self, email: str = "mira@tessaly.example", **more: Any) -> dict[str, Any]:
        """A new customer. The other services hear of it a moment later."""
        made: dict[str, Any] = self.post("/v1/customers", {"email": email, **more})
        return made

    def until_known(self, email: str) -> None:
        """Return once sign-in has heard of whoever has this address: nobody is mailed whom it does not know yet."""
        until(
            lambda: self.ask("POST", "/v1/sign_in_links", json={"email": email}, headers=_once()).status_code == 201,
            what="sign-in knows the customer",
        )

    def plan(self, **more: Any) -> dict[str, Any]:
        """A monthly plan of 29.00 EUR, 19 % tax within."""
        product = self.post(
            "/v1/products", {"name": "Team", "tax_rate": 1900, "tax_behavior": "inclusive", "unit_label": "seat"}
        )
        made: dict[str, Any] = self.post(
            "/v1/plans",
            {
                "product": product["id"],
                "name": "Team plan",
                "currency": "EUR",
                "unit_amount": 2900,
                "interval": "month",
                **more,
            },
        )
        return made

    def subscription(self, customer: dict[str, Any], *, quantity: int = 2, **plan: Any) -> dict[str, Any]:
        """A running subscription of this customer."""
        body = {"customer": customer["id"], "plan": self.plan(**plan)["id"], "quantity": quantity}
        made: dict[str, Any] = self.post("/v1/subscriptions", body)
        return made

    def payment(self, customer: dict[str, Any], *, amount: int = 5800, **more: Any) -> dict[str, Any]:
        """A payment taken elsewhere."""
        body = {"customer": customer["id"], "currency": "EUR", "description": "Team plan", "amount": amount, **more}
        made: dict[str, Any] = self.post("/v1/payments", body, headers=_once())
        return made

    def invoices(self, count: int) -> list[dict[str, Any]]:
        """All invoices, once there are `count`."""
        found: list[dict[str, Any]] = []

        def enough() -> bool:
            found[:] = self.all_of("/v1/invoices")
            return len(found) >= count

        until(enough, seconds=60, what=f"{count} invoices are issued")
        return found

    def mail(self, kind: str, *, to: str | None = None, after: int = 0, state: str = "sent") -> dict[str, Any]:
        """The newest mail of this kind that was handed over, once there are more than `after` of them."""
        found: list[dict[str, Any]] = []

        def arrived() -> bool:
            sent = [each for each in self.all_of("/v1/messages") if each["kind"] == kind and each["state"] == state]
            found[:] = [each for each in sent if to is None or each["to"] == to]
            return len(found) > after

        until(arrived, seconds=30, what=f"a {kind} mail arrives")
        whole: dict[str, Any] = self.get(f"/v1/messages/{found[0]['id']}")
        return whole


def link_in(mail: dict[str, Any]) -> str:
    """The sign-in link of a mail."""
    found = _LINK.search(mail["text"])
    assert found, mail["text"]
    return unescape(found[0])


def code_in(mail: dict[str, Any]) -> str:
    """The six-digit code of a mail."""
    found = _CODE.search(mail["text"].split("#t=")[0]) or _CODE.search(mail["text"])
    assert found, mail["text"]
    return found[1] + found[2]


def register(stack: Stack, name: str | None = None) -> Vendor:
    """A new vendor, known to every service when this returns."""
    number = next(_NUMBER)
    display_name = name or f"Shop {number}"
    made = _good(
        stack.request(
            "POST",
            "/v1/vendors",
            key=stack.admin_token,
            json={
                "display_name": display_name,
                "slug": f"shop-{number}-{stack.port}",
                "email": "owner@shop.example",
                "profile": {
                    "legal_name": f"{display_name} GmbH",
                    "address": ["Obstgasse 12", "20095 Hamburg"],
                    "country": "DE",
                    "tax_id": "DE136695976",
                },
            },
        )
    )
    vendor = Vendor(stack, made["id"], made["slug"], display_name, made["test_key"], made["live_key"])
    until(
        lambda: stack.request("GET", f"/p/{vendor.portal}/sign-in").status_code == 200,
        seconds=30,
        what="the vendor's portal is open",
    )
    return vendor


@pytest.fixture
def vendor(stack: Stack) -> Vendor:
    """A vendor that no other test sees, and a client that has asked for nothing yet."""
    stack.let_an_hour_pass()
    return register(stack)


def _once() -> dict[str, str]:
    return {"Idempotency-Key": f"once-{next(_NUMBER)}"}


def _good(answer: requests.Response) -> Any:
    assert answer.status_code < 300, f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text}"
    return answer.json()
