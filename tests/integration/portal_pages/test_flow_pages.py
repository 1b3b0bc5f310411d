"""What a portal session was made for: one action with the rest hidden, and an end where the vendor says."""

import re
from typing import Any

import pytest

from shared.events import SubscriptionCanceled
from tests.integration.portal.shop import ago
from tests.integration.portal_pages.conftest import Visitor
from tests.integration.portal_pages.test_ways_pages import BACK, canceling, configure


@pytest.fixture
def subscription(visitor: Visitor) -> str:
    made = visitor.shop.subscription(customer={"id": visitor.customers[0]}, started_at=ago(days=3))
    return str(made["id"])


@pytest.mark.feature("B21")
def test_a_flow_shows_its_one_action_and_nothing_else(
    visitor: Visitor, brought: dict[str, Any], subscription: str
) -> None:
    brought |= {
        "return_url": BACK,
        "flow": {"type": "subscription_cancel", "subscription_cancel": {"subscription": subscription}},
    }

    page = visitor.get(canceling(subscription)).text
    assert "in-flow" in page
    assert f'href="{visitor.home}"' not in page
    assert f'class="btn" href="{BACK}"' in page
    assert "in-flow" not in visitor.get().text

    answer = visitor.post(canceling(subscription), visitor.hidden(canceling(subscription)))
    assert answer.headers["Location"].startswith(f"{visitor.home}?done=canceled")


@pytest.mark.feature("B21")
@pytest.mark.parametrize("framed", [False, True], ids=["page", "frame"])
def test_a_flow_ends_where_the_vendor_says(
    visitor: Visitor, brought: dict[str, Any], subscription: str, framed: bool
) -> None:
    after = {"type": "redirect", "redirect": {"return_url": BACK}}
    of = {"subscription": subscription}
    brought["flow"] = {"type": "subscription_cancel", "subscription_cancel": of, "after_completion": after}
    visitor.more["framed"] = framed

    form = visitor.hidden(canceling(subscription))
    answer = visitor.post(canceling(subscription), form)

    assert len(visitor.shop.said(SubscriptionCanceled)) == 1
    if framed:
        assert f"{visitor.home}/done" in answer.headers["Bursar-Location"]
        assert f'href="{BACK}"' in visitor.get("/done").text
    else:
        assert (answer.status_code, answer.headers["Location"]) == (303, BACK)


@pytest.mark.feature("B21")
def test_a_flow_may_end_with_the_vendors_own_words(
    visitor: Visitor, brought: dict[str, Any], subscription: str
) -> None:
    after = {"type": "hosted_confirmation", "hosted_confirmation": {"custom_message": "Sad to see you go <b>"}}
    of = {"subscription": subscription}
    brought |= {
        "return_url": BACK,
        "flow": {"type": "subscription_cancel", "subscription_cancel": of, "after_completion": after},
    }

    answer = visitor.post(canceling(subscription), visitor.hidden(canceling(subscription)))
    page = visitor.get(answer.headers["Location"].removeprefix(visitor.home)).text

    assert "Sad to see you go &lt;b&gt;" in page
    assert "Back to app.larkfield.example" in page


def test_another_subscription_is_not_of_the_flow(visitor: Visitor, brought: dict[str, Any], subscription: str) -> None:
    other = visitor.shop.subscription(customer={"id": visitor.customers[0]}, started_at=ago(days=2))["id"]
    after = {"type": "redirect", "redirect": {"return_url": BACK}}
    of = {"subscription": other}
    brought["flow"] = {"type": "subscription_cancel", "subscription_cancel": of, "after_completion": after}

    answer = visitor.post(canceling(subscription), visitor.hidden(canceling(subscription)))

    assert answer.headers["Location"].startswith(visitor.home)
    assert visitor.get("/done").status_code == 200  # asked for by hand, it says what the flow would


def test_no_flow_has_no_end(visitor: Visitor) -> None:
    assert visitor.get("/done").headers["Location"] == visitor.home


@pytest.mark.feature("B21")
def test_a_flow_that_the_policy_denies_says_why(visitor: Visitor, brought: dict[str, Any], subscription: str) -> None:
    configure(visitor.shop, features={"subscription_pause": {"enabled": False}})
    brought["flow"] = {"type": "subscription_pause", "subscription_pause": {"subscription": subscription}}

    answer = visitor.get(f"/subscriptions/{subscription}/pause")

    assert "in-flow" in answer.text
    assert "That is not offered here." in answer.text
    assert "<form" not in answer.text.partition("<main")[2]


@pytest.mark.feature("B21")
def test_a_flow_may_offer_one_coupon_of_its_own(visitor: Visitor, brought: dict[str, Any], subscription: str) -> None:
    terms = {"name": "Stay", "code": "STAY20", "percent_off": 2000, "duration": "once"}
    coupon = visitor.shop.post("/v1/coupons", terms)
    offer = {"type": "coupon_offer", "coupon_offer": {"coupon": coupon["id"]}}
    own = {"subscription": subscription, "retention": offer}
    after = {"type": "redirect", "redirect": {"return_url": BACK}}
    brought["flow"] = {"type": "subscription_cancel", "subscription_cancel": own, "after_completion": after}

    page = visitor.post(canceling(subscription), visitor.hidden(canceling(subscription))).text
    assert "20 %" in page or "20%" in page
    form = dict(re.findall(r'name="(csrf_token|offer|kind)" value="([^"]+)"', page))
    answer = visitor.post(f"/subscriptions/{subscription}/offer", form)

    assert answer.headers["Location"] == BACK
    assert visitor.shop.get(f"/v1/subscriptions/{subscription}")["discount"]["code"] == "STAY20"
    assert visitor.shop.said(SubscriptionCanceled) == []
