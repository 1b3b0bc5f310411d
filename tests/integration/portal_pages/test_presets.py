"""Five portals, each made by its preset alone, walked through as the product's own documents describe them."""

import itertools
import re
from dataclasses import replace
from typing import Any, Final

import pytest
from werkzeug.test import TestResponse

from shared.events import RefundSucceeded, SubscriptionCanceled, SubscriptionEnded, TicketOpened
from tests.integration.portal import cards, changing
from tests.integration.portal.refunding import charged
from tests.integration.portal.shop import Shop, ago
from tests.integration.portal_pages.conftest import Visitor, invoiced

URL = "/v1/portal_configurations"
_KEYS: Final = itertools.count(1)


def opened(visitor: Visitor, preset: str, **more: Any) -> dict[str, Any]:
    """A portal made by its preset; the visitor is in it from now on."""
    slug = f"{visitor.shop.slug}-{preset}"
    made: dict[str, Any] = visitor.shop.post(URL, {"name": preset, "slug": f"{slug}-test", "preset": preset, **more})
    visitor.shop = replace(visitor.shop, slug=slug)
    return made


def running(visitor: Visitor, **more: Any) -> dict[str, Any]:
    """A subscription of the visitor that the vendor collects for, three days old."""
    body = {"customer": {"id": visitor.customers[0]}, "started_at": ago(days=3), **more}
    return visitor.shop.subscription(**body)


def charged_to_a_card(visitor: Visitor, plan: dict[str, Any]) -> dict[str, Any]:
    """A subscription of the visitor that is charged to a card, from now on."""
    cards.card(visitor.shop, visitor.customers[0])
    body = {"customer": visitor.customers[0], "plan": plan["id"], "quantity": 1, "collection": "automatic"}
    headers = {"Idempotency-Key": f"preset-{next(_KEYS)}"}
    made: dict[str, Any] = visitor.shop.post("/v1/subscriptions", body, headers=headers)
    return made


def read(visitor: Visitor, subscription: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = visitor.shop.get(f"/v1/subscriptions/{subscription['id']}")
    return found


def of(subscription: dict[str, Any], page: str) -> str:
    return f"/subscriptions/{subscription['id']}/{page}"


def confirmed(visitor: Visitor, path: str, **form: str) -> TestResponse:
    """The form of a confirm page, sent with what was filled in."""
    return visitor.post(path.partition("?")[0], {**visitor.hidden(path), **form})


def page_of(visitor: Visitor, answer: TestResponse) -> str:
    assert answer.status_code == 303, answer.text
    return visitor.get(answer.headers["Location"].removeprefix(visitor.home)).text


def is_refused(visitor: Visitor, path: str) -> bool:
    return visitor.get(path).status_code in (403, 404)


@pytest.mark.feature("B26", "C04", "A13")
def test_paykickstart_opens_with_the_first_payment_and_lets_customers_choose_the_end(visitor: Visitor) -> None:
    opened(visitor, "paykickstart")
    shop = visitor.shop
    product = shop.product(name="Course", access_links=[{"label": "Open", "url": "https://learn.example/a"}])
    now, later = (running(visitor, plan=shop.plan(product=product)) for _ in range(2))
    assert now["id"] not in visitor.get("").text
    assert is_refused(visitor, of(now, "cancellation"))

    shop.payment({"id": visitor.customers[0]}, subscription=now["id"], product=product["id"])
    assert now["id"] in visitor.get("").text
    assert "https://learn.example/a" in visitor.get("/products").text
    page = visitor.get(of(now, "cancellation")).text
    assert set(re.findall(r'name="timing" value="(\w+)"', page)) == {"at_period_end", "immediately"}
    assert 'name="feedback"' not in page
    assert confirmed(visitor, of(now, "cancellation")).status_code == 422
    confirmed(visitor, of(now, "cancellation"), timing="immediately")
    confirmed(visitor, of(later, "cancellation"), timing="at_period_end")

    assert (read(visitor, now)["status"], read(visitor, later)["status"]) == ("ended", "canceled")
    assert visitor.get("/invoices").status_code == visitor.get("/payment-methods").status_code == 200
    assert len(shop.said(SubscriptionEnded)) == 1


@pytest.mark.feature("B26", "C03", "C08", "C09")
def test_wingback_moves_up_and_down_and_cancels_at_the_end(visitor: Visitor) -> None:
    opened(visitor, "wingback")
    sold = changing.plans(visitor.shop)
    subscription = charged_to_a_card(visitor, sold.team)

    upgraded = confirmed(visitor, of(subscription, f"change?plan={sold.pro['id']}"), plan=sold.pro["id"])
    assert (upgraded.status_code, read(visitor, subscription)["plan"]) == (303, sold.pro["id"])
    confirmed(visitor, of(subscription, f"change?plan={sold.solo['id']}"), plan=sold.solo["id"])
    waiting = read(visitor, subscription)
    assert (waiting["plan"], waiting["scheduled_change"]["plan"]) == (sold.pro["id"], sold.solo["id"])
    page = visitor.get(of(subscription, "change")).text
    assert 'name="quantity"' not in page
    assert of(subscription, "coupon") not in page
    confirmed(visitor, of(subscription, "cancellation"))

    [said] = visitor.shop.said(SubscriptionCanceled)
    assert (said.timing, read(visitor, subscription)["status"]) == ("at_period_end", "canceled")
    assert visitor.get("/invoices").status_code == visitor.get("/payment-methods").status_code == 200


@pytest.mark.feature("B26", "G01", "G02")
def test_kartra_refunds_and_cancels_by_itself(visitor: Visitor) -> None:
    opened(visitor, "kartra")
    subscription = running(visitor)
    payment = charged(visitor.shop, visitor.customers[0])

    done = page_of(visitor, confirmed(visitor, f"/payments/{payment}/refund"))
    confirmed(visitor, of(subscription, "cancellation"))

    assert "Refunded" in done
    assert len(visitor.shop.said(RefundSucceeded)) == 1
    assert read(visitor, subscription)["status"] == "canceled"
    assert visitor.get("/tickets/new").status_code == 200


@pytest.mark.feature("B26", "C05", "G02", "G04")
def test_kartra_by_hand_makes_tickets_of_both(visitor: Visitor) -> None:
    desk = visitor.shop.post("/v1/helpdesks", {"name": "Help"})["id"]
    by_hand = {"execution": "manual", "helpdesk": desk}
    opened(visitor, "kartra", features={"subscription_cancel": by_hand, "refund_request": by_hand})
    subscription = running(visitor)
    payment = charged(visitor.shop, visitor.customers[0])

    confirmed(visitor, f"/payments/{payment}/refund")
    answer = confirmed(visitor, of(subscription, "cancellation"))

    assert "/tickets/" in answer.headers["Location"]
    assert sorted(said.kind for said in visitor.shop.said(TicketOpened)) == ["cancel", "refund"]
    assert read(visitor, subscription)["status"] == "active"
    assert visitor.shop.said(RefundSucceeded) == []


@pytest.mark.feature("B26", "C10", "C11", "C12", "C13", "C14", "C15", "H01")
def test_billflow_changes_everything_asks_why_and_takes_customers_back(visitor: Visitor) -> None:
    made = opened(visitor, "billflow")
    assert made["features"]["invoice_history"] == {"enabled": True, "scope": "subscription"}
    shop, sold = visitor.shop, changing.plans(visitor.shop)
    shop.post("/v1/coupons", {"code": "HALF", "name": "Half", "percent_off": 5000, "duration": "forever"})
    subscription = charged_to_a_card(visitor, sold.team)

    confirmed(visitor, of(subscription, f"change?plan={sold.pro['id']}"), plan=sold.pro["id"])
    confirmed(visitor, of(subscription, "quantity?quantity=3"), quantity="3")
    visitor.post(of(subscription, "coupon"), {**visitor.hidden(of(subscription, "coupon")), "code": "half"})
    changed = read(visitor, subscription)
    assert (changed["plan"], changed["quantity"]) == (sold.pro["id"], 3)
    assert changed["next_charge"]["total"] == 3 * 6000 // 2

    page = visitor.get(of(subscription, "cancellation")).text
    assert page.count('name="feedback"') == 8
    confirmed(visitor, of(subscription, "cancellation"), feedback="unused")
    assert read(visitor, subscription)["cancellation_feedback"] == "unused"
    assert visitor.get(of(subscription, "resubscription")).status_code == 409
    shop.post(f"/v1/subscriptions/{subscription['id']}/undo_cancel", {})
    shop.post(f"/v1/subscriptions/{subscription['id']}/cancel", {"timing": "immediately"})

    back = of(subscription, f"resubscription?plan={sold.solo['id']}")
    assert "coupon" in visitor.get(back).text
    answer = confirmed(visitor, back, plan=sold.solo["id"])
    assert answer.status_code == 303, answer.text
    [new] = shop.get(f"/v1/subscriptions?customer={visitor.customers[0]}&status=active")["data"]
    assert (new["resubscribed_from"], new["plan"]) == (subscription["id"], sold.solo["id"])


@pytest.mark.feature("B26", "C06", "C03", "A14")
def test_4geeks_lets_the_plan_forbid_and_closes_with_the_subscription(visitor: Visitor) -> None:
    opened(visitor, "4geeks")
    shop = visitor.shop
    strict = shop.plan(cancel="deny", cancel_message="Please talk to your coach.")
    open_one, strict_one = running(visitor), running(visitor, plan=strict)
    invoiced(shop, visitor.customers[0])

    page = visitor.get("").text
    assert "Please talk to your coach." in page
    assert of(strict_one, "cancellation") not in page
    assert visitor.get(of(strict_one, "cancellation")).status_code == 403
    confirmed(visitor, of(open_one, "cancellation"))
    assert read(visitor, open_one)["status"] == "canceled"
    assert open_one["id"] in visitor.get("").text

    shop.post(f"/v1/subscriptions/{open_one['id']}/undo_cancel", {})
    shop.post(f"/v1/subscriptions/{open_one['id']}/cancel", {"timing": "immediately"})

    assert open_one["id"] not in visitor.get("").text
    assert "INV-1" in visitor.get("/invoices").text


@pytest.mark.feature("B26")
@pytest.mark.parametrize("preset", ["paykickstart", "wingback", "kartra", "billflow", "4geeks"])
def test_what_is_given_along_wins_and_nothing_is_tied_to_the_preset_afterwards(shop: Shop, preset: str) -> None:
    body = {"name": "Mine", "preset": preset, "features": {"subscription_cancel": {"mode": "immediately"}}}

    made = shop.post(URL, body)
    changed = shop.patch(f"{URL}/{made['id']}", {"features": {"tickets": {"enabled": True}}})

    assert made["features"]["subscription_cancel"]["mode"] == "immediately"
    assert made["features"]["subscription_cancel"]["cancellation_reason"]["enabled"] is (preset == "billflow")
    assert changed["features"] == {**made["features"], "tickets": {**made["features"]["tickets"], "enabled": True}}
    assert "preset" not in made
