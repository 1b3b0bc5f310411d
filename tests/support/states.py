"""A customer in each state that a portal has a face for, and the way in to each of them."""

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import Page

from tests.support.polling import until
from tests.support.vendors import Vendor

GOOD, FAILS_LATER, ASKS_THE_BANK = "4242 4242 4242 4242", "4000 0000 0000 0341", "4000 0000 0000 3220"
LINKS: Final = {
    "privacy": "https://larkfield.example/privacy",
    "terms": "https://larkfield.example/terms",
    "support": "https://larkfield.example/help",
    "return": "https://larkfield.example/",
}
FEATURES: Final[dict[str, Any]] = {
    "subscription_cancel": {
        "enabled": True,
        "mode": "customer_choice",
        "cancellation_reason": {"enabled": True},
    },
    "subscription_pause": {"enabled": True},
    "subscription_update": {
        "enabled": True,
        "default_allowed_updates": ["price", "promotion_code", "quantity"],
        "show_plan_picker": True,
    },
    "subscription_resubscribe": {"enabled": True, "allow_plan_change": True, "allow_coupon": True},
    "refund_request": {"enabled": True},
    "tickets": {"enabled": True},
    "product_access": {"enabled": True},
    "payment_method_update": {"enabled": True},
    "customer_update": {"enabled": True, "allowed_updates": ["address", "name", "phone", "email"]},
}
_KEYS: Final = itertools.count(1)


@dataclass(frozen=True)
class Shop:
    """A vendor with three plans of one product, whose customers are named after the state they are in."""

    vendor: Vendor
    solo: str
    team: str
    yearly: str
    trial: str

    @property
    def home(self) -> str:
        """Where the portal begins."""
        return f"{self.vendor.stack.base_url}/p/{self.vendor.portal}"

    def customer(self, state: str) -> str:
        """A new customer of that name."""
        found: str = self.vendor.customer(f"{state}@tessaly.example", display_name=f"Mira {state.title()}")["id"]
        return found

    def subscribe(self, customer: str, *, plan: str | None = None, **more: Any) -> dict[str, Any]:
        """A subscription that runs, by default to the middle plan."""
        body = {"customer": customer, "plan": plan or self.team, "quantity": 2, **more}
        made: dict[str, Any] = self.vendor.post("/v1/subscriptions", body, headers=key())
        return made

    def act(self, subscription: dict[str, Any], what: str, **body: Any) -> dict[str, Any]:
        """Do something about a subscription through the API."""
        made: dict[str, Any] = self.vendor.post(f"/v1/subscriptions/{subscription['id']}/{what}", body, headers=key())
        return made

    def later(self, by: str) -> None:
        """Let time pass for this vendor."""
        self.vendor.post("/v1/test_clock/advance", {"by": by}, headers=key())

    def features(self, **features: Any) -> None:
        """Set features of the portal."""
        (portal,) = self.vendor.get("/v1/portal_configurations", params={"is_default": "true"})["data"]
        self.vendor.patch(f"/v1/portal_configurations/{portal['id']}", {"features": features})

    def enter(self, page: Page, customer: str) -> None:
        """Sign in with a session that the vendor made."""
        made: list[dict[str, Any]] = []

        def known() -> bool:
            answer = self.vendor.ask("POST", "/v1/portal_sessions", json={"customer": customer})
            made[:] = [answer.json()] if answer.status_code == 201 else []
            return bool(made)

        until(known, seconds=20, what="sign-in knows the customer")
        page.goto(made[0]["url"])
        page.locator("[data-use]").first.click()
        page.wait_for_url(re.compile(rf"/p/{self.vendor.portal}/?$"))

    def add_card(self, page: Page, number: str, *, expiry: str = "12/40") -> None:
        """On the processor's own page, and back; where the bank asks, it is told yes."""
        page.goto(f"{self.home}/payment-methods/new")
        page.locator("main form button.primary").click()
        page.locator("[name=cardnumber]").fill(number)
        page.locator("[name=expiry]").fill(expiry)
        page.locator("[name=cvc]").fill("123")
        page.locator("main form button.primary").click()
        if "/sandbox/challenge/" in page.url:
            page.locator("button[value=confirm]").click()
        page.wait_for_url(re.compile(r"/payment-methods\?done=added|/pay$"))


def key() -> dict[str, str]:
    """A new idempotency key."""
    return {"Idempotency-Key": f"state-{next(_KEYS)}"}


def open_shop(vendor: Vendor) -> Shop:
    """The catalog, and a portal with everything switched on."""
    (portal,) = vendor.get("/v1/portal_configurations", params={"is_default": "true"})["data"]
    vendor.patch(f"/v1/portal_configurations/{portal['id']}", {"features": FEATURES, "links": LINKS})
    product = vendor.post(
        "/v1/products",
        {
            "name": "Larkfield Studio",
            "tax_rate": 1900,
            "tax_behavior": "inclusive",
            "unit_label": "seat",
            "unit_label_plural": "seats",
            "adjustable_quantity": {"enabled": True, "minimum": 1, "maximum": 10},
        },
    )["id"]
    group = vendor.post("/v1/plan_groups", {"name": "Studio"})["id"]
    plan = {"product": product, "plan_group": group, "currency": "EUR", "interval": "month"}
    ids = [
        vendor.post("/v1/plans", {**plan, "name": name, "unit_amount": cents, **more})["id"]
        for name, cents, more in (
            ("Solo", 1900, {"features": ["10 GB of recordings", "Scores and takes"]}),
            ("Team", 2900, {"features": ["100 GB of recordings", "Scores and takes", "Notes for the whole band"]}),
            ("Team yearly", 27800, {"interval": "year", "features": ["100 GB of recordings", "Scores and takes"]}),
            ("Starter", 900, {"trial_days": 14}),
        )
    ]
    return Shop(vendor, *ids)


def everyone(shop: Shop, visit: Callable[[], Page]) -> dict[str, str]:
    """A customer in each state: the state, and the customer's id. `visit` gives a browser for entering cards."""
    made = {state: shop.customer(state) for state in ("past_due", "bank", "expiring")}
    _paying_badly(shop, visit, made)
    for state, does in _DOES.items():
        made[state] = shop.customer(state)
        does(shop, made[state])
    return made


def _paying_badly(shop: Shop, visit: Callable[[], Page], made: dict[str, str]) -> None:
    """Those whose card stops working when the clock moves; first, since it moves for everybody."""
    page = visit()
    shop.enter(page, made["past_due"])
    shop.add_card(page, FAILS_LATER)
    began = shop.subscribe(made["past_due"], plan=shop.trial, quantity=1, collection="automatic")
    page.context.clear_cookies()
    shop.enter(page, made["expiring"])
    shop.add_card(page, GOOD, expiry=_this_month(began["started_at"]))
    shop.subscribe(made["expiring"], collection="automatic")
    page.context.clear_cookies()
    shop.enter(page, made["bank"])
    shop.add_card(page, ASKS_THE_BANK)
    shop.subscribe(made["bank"], plan=shop.trial, quantity=1, collection="automatic")
    shop.later("14d")
    page.context.close()


def _this_month(started: str) -> str:
    year, month = int(started[:4]), int(started[5:7]) + 1
    return f"{(month - 1) % 12 + 1:02d}/{(year + (month > 12)) % 100:02d}"


def _pay(shop: Shop, customer: str, subscription: dict[str, Any] | None = None) -> None:
    more = {} if subscription is None else {"subscription": subscription["id"]}
    shop.vendor.payment({"id": customer}, **more)


def _active(shop: Shop, customer: str) -> None:
    subscription = shop.subscribe(customer)
    for _ in range(4):
        _pay(shop, customer, subscription)
    _pay(shop, customer)


def _ended(shop: Shop, customer: str) -> None:
    shop.act(shop.subscribe(customer), "cancel", timing="immediately")


def _ticket(shop: Shop, customer: str) -> None:
    shop.subscribe(customer)
    shop.vendor.post(
        "/v1/tickets",
        {"customer": customer, "subject": "Invoice in my company's name", "message": "Please add our VAT id."},
        headers=key(),
    )


_DOES: Final[dict[str, Callable[[Shop, str], None]]] = {
    "empty": lambda _shop, _customer: None,
    "trial": lambda shop, customer: void(shop.subscribe(customer, plan=shop.trial)),
    "active": _active,
    "paused": lambda shop, customer: void(
        shop.act(shop.subscribe(customer), "pause", interval="month", interval_count=2)
    ),
    "leaving": lambda shop, customer: void(shop.act(shop.subscribe(customer), "cancel", timing="at_period_end")),
    "ended": _ended,
    "ticket": _ticket,
}


def void(_made: object) -> None:
    """Nothing comes of it."""
