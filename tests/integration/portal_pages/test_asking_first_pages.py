"""What a vendor wants to be asked about first, without scripts: the page says so, and a ticket waits."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.integration.portal import cards
from tests.integration.portal.clockwork import advance, read
from tests.integration.portal.lifecycle import portal, post
from tests.integration.portal_pages.conftest import Visitor

ALL = {"resume": "needs_approval", "apply_coupon": "needs_approval"}


@pytest.fixture
def subscription(visitor: Visitor) -> dict[str, Any]:
    """Ada's, of a vendor who wants to be asked before it goes on or gets a coupon."""
    shop, customer = visitor.shop, visitor.customers[0]
    cards.card(shop, customer)
    portal(shop, subscription_update={"enabled": True, "default_allowed_updates": ["promotion_code"]})
    body = {"customer": customer, "plan": shop.plan()["id"], "quantity": 2}
    made: dict[str, Any] = shop.post("/v1/subscriptions", body, headers={"Idempotency-Key": "ada"})
    policies = {action: {"setting": setting} for action, setting in ALL.items()}
    shop.patch(f"/v1/subscriptions/{made['id']}", {"policies": policies})
    return read(shop, made["id"])


def ticket_of(visitor: Visitor, answer: Any) -> dict[str, Any]:
    """The ticket that the answer leads to, which its customer can read."""
    assert answer.status_code == 303, answer.text
    path = answer.headers["Location"]
    page = visitor.browser.get(path, headers=visitor._passport())
    assert page.status_code == 200
    found: dict[str, Any] = visitor.shop.get(f"/v1/tickets/{path.rpartition('/')[2]}")
    assert found["subject"] in page.text
    return found


@pytest.mark.feature("C28")
def test_going_on_is_asked_for(visitor: Visitor, subscription: dict[str, Any]) -> None:
    post(visitor.shop, subscription, "pause")
    advance(visitor.shop, to=datetime.fromisoformat(subscription["current_period_end"]) + timedelta(days=3))
    path = f"/subscriptions/{subscription['id']}/resumption"

    shown = visitor.get(path).text
    ticket = ticket_of(visitor, visitor.post(path, visitor.hidden(path)))

    assert "The vendor looks at this first." in shown
    assert "Send the request" in shown
    assert "Resume and pay" not in shown
    assert (ticket["kind"], ticket["status"]) == ("resume", "open")
    assert read(visitor.shop, subscription["id"])["status"] == "paused"


@pytest.mark.feature("C28", "C13")
def test_a_coupon_is_asked_for_and_so_is_taking_it_off(visitor: Visitor, subscription: dict[str, Any]) -> None:
    visitor.shop.post("/v1/coupons", {"code": "SPRING", "name": "Spring", "percent_off": 2000})
    path = f"/subscriptions/{subscription['id']}/coupon"

    shown = visitor.get(path).text
    ticket = ticket_of(visitor, visitor.post(path, {**visitor.hidden(path), "code": "spring"}))
    unchanged = read(visitor.shop, subscription["id"])
    visitor.shop.post(f"/v1/tickets/{ticket['id']}/approve", {}, headers={"Idempotency-Key": "yes"})
    removal = ticket_of(visitor, visitor.post(f"{path}/removal", visitor.hidden(path)))

    assert "Send the request" in shown
    assert unchanged == subscription
    assert [each["kind"] for each in (ticket, removal)] == ["apply_coupon", "remove_coupon"]
    assert read(visitor.shop, subscription["id"])["next_charge"]["total"] == 4000
