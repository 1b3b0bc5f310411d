"""All pages of a portal: a customer with something in every state, and a walk over whatever links lead to."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from playwright.sync_api import Page

from tests.support.polling import until
from tests.support.vendors import Vendor, link_in

EMAIL: Final = "mira@tessaly.example"
FEATURES: Final[dict[str, Any]] = {
    "subscription_cancel": {"enabled": True, "mode": "customer_choice"},
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
    "subscription_addons": {"enabled": True},
    "wallet": {"enabled": True, "currency": "EUR", "amounts": [1000, 2500]},
    "payment_method_update": {"enabled": True},
    "customer_update": {"enabled": True, "allowed_updates": ["address", "name", "phone", "email"]},
}
_ID: Final = re.compile(r"\b[a-z]{2,5}_[0-9a-hjkmnp-tv-z]{26}\b")
_LINKS: Final = """() => [...document.querySelectorAll("#main a[href], nav a[href]")].map(link => link.href)"""
_DOCUMENT: Final = re.compile(
    r"/(pdf|xml|ubl|facturx|receipt|download|logo\.png)(\?|$)|\.(pdf|xml|css|zip|csv|json)(\?|$)"
)


def everything(vendor: Vendor, *, email: str = EMAIL) -> list[str]:
    """A customer who has been through all of it: each state of a subscription, open and paid, asked and answered.

    Returns pages that no link leads to, only a form.
    """
    (portal,) = vendor.get("/v1/portal_configurations", params={"is_default": "true"})["data"]
    links = {"privacy": "https://shop.example/privacy", "terms": "https://shop.example/terms"}
    vendor.patch(f"/v1/portal_configurations/{portal['id']}", {"features": FEATURES, "links": links})
    customer = vendor.customer(email, display_name="Mira Tessaly-Obermayer", company="Tessaly Foods & Sons GmbH")
    sold = {"tax_rate": 1900, "tax_behavior": "inclusive"}
    seats = {"enabled": True, "minimum": 1, "maximum": 50}
    product = vendor.post("/v1/products", {**sold, "name": "Team", "unit_label": "seat", "adjustable_quantity": seats})
    former = vendor.post("/v1/products", {**sold, "name": "Archive"})
    group = vendor.post("/v1/plan_groups", {"name": "Plans"})["id"]
    meter = vendor.post("/v1/meters", {"name": "API calls", "unit_label": "k"})["id"]
    used = [{"meter": meter, "included": 1000}]
    plan = {"product": product["id"], "plan_group": group, "currency": "EUR", "unit_amount": 2900, "interval": "month"}
    team, trial, year, old = (
        vendor.post("/v1/plans", {**plan, "name": name, **more})
        for name, more in (
            ("Team plan", {"usage": used}),
            ("Starter plan", {"trial_days": 14, "unit_amount": 900}),
            ("Donaudampfschifffahrtsgesellschaftskapitänsplan", {"unit_amount": 29000, "interval": "year"}),
            ("Archive plan", {"product": former["id"], "plan_group": None}),
        )
    )
    of = {"product": product["id"], "currency": "EUR", "interval": "month"}
    extra = vendor.post("/v1/addons", {**of, "name": "Backups", "unit_amount": 500, "maximum": 5})
    vendor.post("/v1/addons", {**of, "name": "Phone", "description": "Somebody answers", "unit_amount": 1900})
    first = _in_every_state(vendor, customer, team, trial, old)
    adding = {"addon": extra["id"], "quantity": 2}
    vendor.post(f"/v1/subscriptions/{first}/addons", adding, headers={"Idempotency-Key": f"extra-{first}"})
    vendor.post("/v1/usage_records", {"subscription": first, "meter": meter, "quantity": 1234567})
    granted = {"customer": customer["id"], "amount": 500, "currency": "EUR", "description": "Sorry for the outage"}
    vendor.post("/v1/credits", granted, headers={"Idempotency-Key": f"credit-{first}"})
    for amount in (123456789, 2900, 2900, 2900):
        vendor.payment(customer, amount=amount)
    vendor.invoices(4)
    return [
        f"/subscriptions/{first}/change?plan={year['id']}",
        f"/subscriptions/{first}/quantity?quantity=7",
        f"/subscriptions/{first}/addons/{extra['id']}?quantity=0",
        "/nowhere",
    ]


def _in_every_state(vendor: Vendor, customer: dict[str, Any], plan: Any, trial: Any, old: Any) -> str:
    """The id of the one that just runs."""
    made: list[str] = []
    for of, doing, body in (
        (plan, None, {}),
        (trial, None, {}),
        (plan, "cancel", {"timing": "at_period_end"}),
        (old, "cancel", {"timing": "immediately"}),
        (plan, "pause", {}),
    ):
        body_of = {"customer": customer["id"], "plan": of["id"], "quantity": 2}
        made.append(vendor.post("/v1/subscriptions", body_of)["id"])
        if doing is not None:
            vendor.post(f"/v1/subscriptions/{made[-1]}/{doing}", body, headers={"Idempotency-Key": made[-1]})
    return made[0]


def enter(page: Page, vendor: Vendor, *, email: str = EMAIL) -> None:
    """Sign in by the mailed link."""
    page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}")
    before = len([each for each in vendor.all_of("/v1/messages") if each["kind"] == "sign_in"])
    page.get_by_role("textbox").first.fill(email)
    page.locator("form button.primary").click()
    page.wait_for_url(re.compile("/sign-in/code"))
    page.goto(link_in(vendor.mail("sign_in", to=email, after=before)))
    page.locator("[data-use]").first.click()
    page.wait_for_url(re.compile(rf"/p/{vendor.portal}/?$"))
    until(
        lambda: "Invoice" in page.reload().text() or page.locator("table").count() > 0, seconds=20, what="all is there"
    )


def walk(page: Page, home: str, *, also: Sequence[str] = ()) -> Iterator[str]:
    """Go to every page of the portal that a link leads to, one of each kind, and to some more; where, once there."""
    waiting, seen = [home, *(home + path for path in also)], {_kind(home)}
    while waiting:
        address = waiting.pop(0)
        page.goto(address)
        yield address.removeprefix(home)
        for link in page.evaluate(_LINKS):
            target = link.split("#")[0]
            is_page = target.startswith(home) and not _DOCUMENT.search(target) and "locale=" not in target
            if is_page and _kind(target) not in seen and "appearance=" not in target:
                seen.add(_kind(target))
                waiting.append(target)


def _kind(address: str) -> str:
    """Pages of the same kind have the same one, whatever they are about."""
    return _ID.sub("…", address.rstrip("/"))
