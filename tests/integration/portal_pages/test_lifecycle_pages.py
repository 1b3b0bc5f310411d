"""Pausing, going on, coming back and the one offer, as a browser does it without scripts."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.events import SubscriptionCanceled, SubscriptionResumed
from tests.integration.portal import cards
from tests.integration.portal.clockwork import advance, read
from tests.integration.portal.lifecycle import portal, post
from tests.integration.portal_pages.conftest import Visitor


@pytest.fixture
def subscription(visitor: Visitor) -> dict[str, Any]:
    """Ada has one, charged to a card that pays."""
    shop, customer = visitor.shop, visitor.customers[0]
    cards.card(shop, customer)
    body = {"customer": customer, "plan": shop.plan()["id"], "quantity": 2}
    made: dict[str, Any] = shop.post("/v1/subscriptions", body, headers={"Idempotency-Key": "ada"})
    return made


def follow(visitor: Visitor, answer: Any) -> str:
    assert answer.status_code == 303, answer.text
    return str(visitor.browser.get(answer.headers["Location"], headers=visitor._passport()).text)


def after_period(visitor: Visitor, subscription: dict[str, Any], **more: float) -> None:
    end = datetime.fromisoformat(subscription["current_period_end"])
    advance(visitor.shop, to=end + timedelta(**more))


@pytest.mark.feature("C01")
def test_the_card_says_what_is_charged_when_from_what_and_what_can_be_done(
    visitor: Visitor, subscription: dict[str, Any]
) -> None:
    portal(visitor.shop, subscription_pause={"enabled": True})

    page = visitor.get().text

    assert "€50.00" in page
    assert "Visa" in page
    assert "4242" in page
    assert f'/subscriptions/{subscription["id"]}/pause"' in page
    assert f'/subscriptions/{subscription["id"]}/cancellation"' in page


@pytest.mark.feature("C01")
def test_a_state_of_need_is_said_on_the_card_with_the_way_out(visitor: Visitor) -> None:
    shop, customer = visitor.shop, visitor.customers[0]
    cards.card(shop, customer, cards.KEPT_WITHOUT_MONEY)
    body = {"customer": customer, "plan": shop.plan()["id"], "allow_past_due": True}
    made = shop.post("/v1/subscriptions", body, headers={"Idempotency-Key": "ada"})

    page = visitor.get().text

    assert 'data-status="past_due"' in page
    assert f"/payments/{made['open_payment']['id']}/pay" in page
    assert f"/subscriptions/{made['id']}/cancellation" in page


@pytest.mark.feature("C17")
def test_pausing_and_withdrawing_it(visitor: Visitor, subscription: dict[str, Any]) -> None:
    portal(visitor.shop, subscription_pause={"enabled": True})
    path = f"/subscriptions/{subscription['id']}/pause"

    shown = visitor.get(path).text
    paused = follow(visitor, visitor.post(path, {**visitor.hidden(path), "length": "month:1"}))
    withdrawn = follow(visitor, visitor.post(f"/subscriptions/{subscription['id']}/resumption", visitor.hidden("")))

    assert "one month" in shown
    assert "will pause" in paused
    assert "Withdraw the pause" in paused
    assert "will not pause" in withdrawn
    assert [each.withdrawn for each in visitor.shop.said(SubscriptionResumed)] == [True]


@pytest.mark.feature("C17", "C18")
def test_resuming_shows_the_amount_first_and_charges_it_once(visitor: Visitor, subscription: dict[str, Any]) -> None:
    post(visitor.shop, subscription, "pause")
    after_period(visitor, subscription, days=3)
    path = f"/subscriptions/{subscription['id']}/resumption"

    shown = visitor.get(path)
    form = visitor.hidden(path)
    done = follow(visitor, visitor.post(path, form))

    assert "Resume and pay €50.00" in shown.text
    assert "goes on" in done
    assert visitor.post(path, form).status_code == 409
    assert len(visitor.shop.get(f"/v1/payments?subscription={subscription['id']}")["data"]) == 2


@pytest.mark.feature("C17")
def test_a_declined_card_is_said_and_nothing_changes(visitor: Visitor, subscription: dict[str, Any]) -> None:
    post(visitor.shop, subscription, "pause")
    after_period(visitor, subscription, days=3)
    cards.card(visitor.shop, visitor.customers[0], cards.KEPT_WITHOUT_MONEY)
    path = f"/subscriptions/{subscription['id']}/resumption"

    answer = visitor.post(path, visitor.hidden(path))

    assert answer.status_code == 402
    assert "declined" in answer.text
    assert read(visitor.shop, subscription["id"])["status"] == "paused"


@pytest.mark.feature("C11", "C12", "C14", "C18")
def test_coming_back_on_another_plan_with_a_coupon(visitor: Visitor, subscription: dict[str, Any]) -> None:
    shop = visitor.shop
    back = {"enabled": True, "allow_plan_change": True, "allow_coupon": True}
    price = {"enabled": True, "default_allowed_updates": ["price"]}
    portal(shop, subscription_resubscribe=back, subscription_update=price)
    shop.post("/v1/coupons", {"code": "BACK", "name": "Back", "percent_off": 5000, "duration": "once"})
    other = shop.plan(product={"id": subscription["product"]}, unit_amount=4000)
    post(shop, subscription, "cancel", {"timing": "immediately"})
    path = f"/subscriptions/{subscription['id']}/resubscription"

    assert path in visitor.get().text
    chosen = f"{path}?plan={other['id']}&coupon=BACK"
    shown = visitor.get(chosen).text
    form = {**visitor.hidden(chosen), "plan": other["id"], "coupon": "BACK"}
    stale = visitor.post(path, {**form, "coupon": ""})
    done = follow(visitor, visitor.post(path, {**form, **visitor.hidden(chosen)}))

    assert "Subscribe and pay €40.00" in shown
    assert stale.status_code == 409
    assert "You have" in done
    assert other["name"] in done


@pytest.mark.feature("C11")
def test_without_a_card_coming_back_leads_to_adding_one(visitor: Visitor) -> None:
    shop = visitor.shop
    portal(shop, subscription_resubscribe={"enabled": True})
    made = shop.subscription(customer={"id": visitor.customers[0]})
    post(shop, made, "cancel", {"timing": "immediately"})

    page = visitor.get(f"/subscriptions/{made['id']}/resubscription").text

    assert "Please add a payment method first." in page
    assert "/payment-methods/new" in page


@pytest.mark.feature("H02")
def test_an_offer_is_one_page_and_taking_it_keeps_the_subscription(
    visitor: Visitor, subscription: dict[str, Any]
) -> None:
    coupon = visitor.shop.post("/v1/coupons", {"code": "STAY", "name": "S", "percent_off": 5000, "duration": "once"})
    offered = {"reasons": ["too_expensive"], "kind": "coupon", "coupon": coupon["id"]}
    portal(visitor.shop, subscription_cancel={"offers": [offered]})
    path = f"/subscriptions/{subscription['id']}"

    shown = visitor.post(
        f"{path}/cancellation", {**visitor.hidden(f"{path}/cancellation"), "feedback": "too_expensive"}
    )
    token = re.findall(r'name="offer" value="([^"]+)"', shown.text)[0]
    form = {**dict(re.findall(r'name="(csrf_token)" value="([^"]+)"', shown.text)), "offer": token, "kind": "coupon"}
    kept = follow(visitor, visitor.post(f"{path}/offer", form))

    assert "50%" in shown.text or "50 %" in shown.text
    assert "Cancel now" in shown.text
    assert "goes on" in kept
    assert "STAY" in kept
    assert visitor.shop.said(SubscriptionCanceled) == []


@pytest.mark.feature("H02")
def test_an_offer_stays_when_its_page_is_loaded_again_and_cancel_now_cancels(
    visitor: Visitor, subscription: dict[str, Any]
) -> None:
    portal(visitor.shop, subscription_cancel={"offers": [{"reasons": [], "kind": "contact"}]})
    path = f"/subscriptions/{subscription['id']}/cancellation"
    form = visitor.hidden(path)

    first, again = visitor.post(path, form), visitor.post(path, form)
    newer = visitor.post(path, visitor.hidden(path))

    for each in (first, again):
        assert (each.status_code, "Cancel now" in each.text) == (200, True)
    assert newer.status_code == 303  # whoever came back has seen the offer
    assert len(visitor.shop.said(SubscriptionCanceled)) == 1


@pytest.mark.feature("H02")
def test_declining_an_offer_cancels_at_once(visitor: Visitor, subscription: dict[str, Any]) -> None:
    portal(visitor.shop, subscription_cancel={"offers": [{"reasons": [], "kind": "contact"}]})
    path = f"/subscriptions/{subscription['id']}/cancellation"
    form = visitor.hidden(path)
    shown = visitor.post(path, form)

    answer = visitor.post(path, {**form, "declined": re.findall(r'name="declined" value="(\d)"', shown.text)[0]})

    assert answer.status_code == 303
    assert len(visitor.shop.said(SubscriptionCanceled)) == 1


@pytest.mark.feature("C07")
def test_the_vendors_own_message_stands_on_the_confirm_page(visitor: Visitor, subscription: dict[str, Any]) -> None:
    portal(visitor.shop, subscription_cancel={"confirmation_message": "Sorry to see <b>you</b> go."})

    page = visitor.get(f"/subscriptions/{subscription['id']}/cancellation").text

    assert "Sorry to see &lt;b&gt;you&lt;/b&gt; go." in page
