"""A customer as scenarios need one: signed in to the portal by code, with a card, buying from a vendor of their own."""

import re
from dataclasses import dataclass
from typing import Any, Final

import requests

from shared import ids
from tests.support.stack import Stack
from tests.support.vendors import Vendor, code_in, register

EMAIL: Final = "mira@tessaly.example"
_CARD: Final = {"cardnumber": "4242 4242 4242 4242", "expiry": "12/40", "cvc": "123"}
_FIELD: Final = re.compile(r'name="csrf_token" value="(\w+)"')


@dataclass(frozen=True)
class Buyer:
    """The customer's record, the vendor, and two plans of one group: `solo` and `team`."""

    vendor: Vendor
    customer: dict[str, Any]
    browser: requests.Session
    solo: str
    team: str

    @property
    def home(self) -> str:
        """The path of the portal's first page."""
        return f"/p/{self.vendor.portal}"

    def subscribe(self, *, quantity: int = 2) -> dict[str, Any]:
        """A subscription that was charged to the card."""
        body = {"customer": self.customer["id"], "plan": self.solo, "quantity": quantity, "collection": "automatic"}
        made: dict[str, Any] = self.vendor.post("/v1/subscriptions", body, headers=once())
        return made

    def end(self, subscription: dict[str, Any]) -> None:
        """It is over, at once."""
        path = f"/v1/subscriptions/{subscription['id']}/cancel"
        self.vendor.post(path, {"timing": "immediately"}, headers=once())


def once() -> dict[str, str]:
    """A key for a request that is sent once."""
    return {"Idempotency-Key": ids.new("key")}


def signed_in(stack: Stack) -> Buyer:
    """A new vendor's only customer."""
    vendor = register(stack)
    product = vendor.post(
        "/v1/products", {"name": "Studio", "tax_rate": 1900, "tax_behavior": "inclusive", "unit_label": "seat"}
    )
    plan = {
        "product": product["id"],
        "plan_group": vendor.post("/v1/plan_groups", {"name": "Studio"})["id"],
        "currency": "EUR",
        "interval": "month",
    }
    solo, team = (
        vendor.post("/v1/plans", {**plan, "name": name, "unit_amount": cents})["id"]
        for name, cents in (("Solo", 1000), ("Team", 2500))
    )
    customer = vendor.customer(EMAIL, display_name="Mira Tessaly")
    buyer = Buyer(vendor, customer, _sign_in(vendor), solo, team)
    _add_card(buyer)
    return buyer


def _sign_in(vendor: Vendor) -> requests.Session:
    """By code."""
    vendor.until_known(EMAIL)
    browser, home = requests.Session(), vendor.stack.base_url
    browser.headers["Origin"] = home
    start = f"{home}/p/{vendor.portal}/sign-in"
    asked = sent(browser, start, {"email": EMAIL}, shown=browser.get(start, timeout=30).text)
    sent(browser, f"{start}/code", {"code": code_in(vendor.mail("sign_in", to=EMAIL))}, shown=asked.text)
    return browser


def _add_card(buyer: Buyer) -> None:
    setup = buyer.vendor.post("/v1/payment_methods/setups", {"customer": buyer.customer["id"]})["url"]
    sent(buyer.browser, setup, _CARD, shown=buyer.browser.get(setup, timeout=30).text)


def sent(browser: requests.Session, address: str, form: dict[str, str], *, shown: str) -> requests.Response:
    """The form of a page that was shown, sent as a browser does, and followed."""
    token = _FIELD.search(shown)
    assert token, shown[:500]
    answer = browser.post(address, data={**form, "csrf_token": token[1]}, timeout=30)
    assert answer.ok, answer.text
    return answer
