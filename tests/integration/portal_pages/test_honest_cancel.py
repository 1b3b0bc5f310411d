"""How many clicks lie between the overview and a confirmed cancel, on every configuration (M12)."""

import itertools
import re
from typing import Any

import pytest

from shared.events import SubscriptionCanceled
from tests.integration.portal import cards
from tests.integration.portal.lifecycle import portal
from tests.integration.portal_pages.conftest import Visitor

MOST = 5
_HIDDEN = re.compile(r'name="(csrf_token|confirmation|timing|feedback|comment|declined)" value="([^"]*)"')


class Walk:
    """Somebody who wants to leave, and does all that the page asks for; counts clicks, also those on choices."""

    def __init__(self, visitor: Visitor, subscription: str) -> None:
        self.visitor = visitor
        self.path = f"/subscriptions/{subscription}/cancellation"
        self.clicks = 0
        self.screens: list[str] = []

    def leave(self) -> None:
        assert f'href="{self.visitor.home}{self.path}"' in self.visitor.get().text
        self.clicks += 1
        page = self.visitor.get(self.path).text
        form = dict(_HIDDEN.findall(re.sub(r"<label.*?</label>", "", page)))
        for name in ("timing", "feedback"):
            choices = re.findall(rf'<input type="radio" name="{name}" value="([^"]+)"', page)
            if choices:
                form[name] = "too_expensive" if "too_expensive" in choices else choices[-1]
                self.clicks += 1
        assert "required" not in page
        answer = self._send(form)
        while answer.status_code == 200:
            self.screens.append(answer.text)
            assert re.search(r'class="btn danger" type="submit">Cancel now<', answer.text)
            answer = self._send(dict(_HIDDEN.findall(answer.text)))
        assert answer.status_code == 303

    def _send(self, form: dict[str, str]) -> Any:
        self.clicks += 1
        return self.visitor.post(self.path, form)


@pytest.fixture
def subscription(visitor: Visitor) -> str:
    shop, customer = visitor.shop, visitor.customers[0]
    cards.card(shop, customer)
    body = {"customer": customer, "plan": shop.plan()["id"]}
    return str(shop.post("/v1/subscriptions", body, headers={"Idempotency-Key": "ada"})["id"])


@pytest.mark.feature("M12")
@pytest.mark.parametrize(
    ("mode", "asks", "offers", "message"),
    list(itertools.product(["at_period_end", "immediately", "customer_choice"], [True, False], [True, False], [None])),
)
def test_five_clicks_at_most_lead_from_the_overview_to_a_confirmed_cancel(
    visitor: Visitor, subscription: str, mode: str, asks: bool, offers: bool, message: str | None
) -> None:
    offered = [{"reasons": ["too_expensive"], "kind": "contact"}, {"reasons": [], "kind": "contact"}] if offers else []
    reason: dict[str, Any] = {"enabled": asks, "feedback_options": ["Moved away"] if asks else []}
    feature = {"mode": mode, "cancellation_reason": reason, "offers": offered, "confirmation_message": message}
    portal(visitor.shop, subscription_cancel=feature)
    walk = Walk(visitor, subscription)

    walk.leave()

    assert walk.clicks <= MOST
    assert len(walk.screens) == (1 if offers else 0)
    assert len(visitor.shop.said(SubscriptionCanceled)) == 1
    if not asks and not offers and mode != "customer_choice":
        assert walk.clicks == 2
