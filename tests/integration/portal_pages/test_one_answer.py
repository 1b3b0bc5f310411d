"""One policy: whatever is configured, the page, the API and the deed give one answer (TI-11)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from services.portal.models import Helpdesk
from services.portal.queries import portals, subscriptions
from services.portal.rules.policy import Setting
from shared import clock, ids
from tests.integration.portal.shop import ago
from tests.integration.portal_pages.conftest import Visitor

URL = "/v1/portal_configurations"
SETTINGS = some.sampled_from([each.value for each in Setting])
WORDS = some.fixed_dictionaries({"setting": some.sampled_from(["inherit", "allow", "deny"])})
ALL_WORDS = some.fixed_dictionaries({"setting": SETTINGS})
POLICIES = some.fixed_dictionaries(
    {"pause": WORDS, "resubscribe": WORDS, "apply_coupon": ALL_WORDS, "undo_cancel": WORDS},
    optional={"change_plan": ALL_WORDS},
)
LEVEL = some.fixed_dictionaries({"cancel": SETTINGS, "policies": POLICIES})
UPDATES = some.lists(some.sampled_from(["price", "quantity", "promotion_code"]), min_size=1, unique=True)
CASE = some.fixed_dictionaries(
    {
        "features": some.fixed_dictionaries(
            {
                "subscription_cancel": some.fixed_dictionaries(
                    {"enabled": some.booleans(), "execution": some.sampled_from(["automated", "manual"])}
                ),
                "tickets": some.just({"enabled": True}),
                "subscription_pause": some.fixed_dictionaries({"enabled": some.booleans()}),
                "subscription_resubscribe": some.fixed_dictionaries({"enabled": some.booleans()}),
                "subscription_update": some.fixed_dictionaries(
                    {"enabled": some.booleans(), "default_allowed_updates": UPDATES}
                ),
            }
        ),
        "product": LEVEL,
        "plan": LEVEL,
        "subscription": LEVEL,
        "state": some.sampled_from(["active", "canceled", "ended"]),
    }
)
DEEDS = {
    "cancel": "cancellation",
    "pause": "pause",
    "resubscribe": "resubscription",
}
"""The pages on which a customer begins an action."""


@pytest.fixture
def desk(visitor: Visitor) -> str:
    desk = ids.new("hd")
    with visitor.shop.inside() as session:
        session.add(
            Helpdesk(id=desk, name="Help", email=None, url=None, departments=[], created_at=clock.now(), revision=1)
        )
    return desk


@pytest.mark.feature("C28", "M07")
@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.generate],  # each example asks a real application, so finding a smaller one would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(case=CASE)
def test_page_api_and_deed_give_one_answer(visitor: Visitor, desk: str, case: dict[str, Any]) -> None:
    subscription = arranged(visitor, desk, case)

    on_page = answers_of_the_page(visitor, subscription)
    overview = visitor.get("").text

    for action, (decision, reason, message) in on_page.items():
        explained = visitor.shop.get(f"/v1/policy/explain?action={action}&subscription={subscription}")
        assert (explained["decision"], explained["reason"], explained["message"]) == (decision, reason, message)
    for action, page in DEEDS.items():
        decision, reason, _message = on_page[action]
        assert (f"/subscriptions/{subscription}/{page}" in overview) is (decision != "denied"), (action, on_page)
        status = begun(visitor, f"/subscriptions/{subscription}/{page}")
        back_home = {303} if reason == "invalid_state" and action == "cancel" else set()
        assert status in ({403, 409} | back_home if decision == "denied" else {200, 303}), (action, status, on_page)


def begun(visitor: Visitor, path: str) -> int:
    """How the first step of an action is answered; a pause has only one."""
    if path.endswith("/pause"):
        return visitor.post(path, {**visitor.hidden("/tickets/new"), "length": "month:1"}).status_code
    return visitor.get(path).status_code


def arranged(visitor: Visitor, desk: str, case: dict[str, Any]) -> str:
    """A new subscription in that state, with every level saying what the case has it say."""
    shop = visitor.shop
    plan = shop.plan()
    begun = shop.subscription(customer={"id": visitor.customers[0]}, plan=plan, started_at=ago(days=3))
    path = f"/v1/subscriptions/{begun['id']}"
    if case["state"] != "active":
        shop.post(f"{path}/cancel", {"timing": "immediately" if case["state"] == "ended" else "at_period_end"})
    shop.patch(path, case["subscription"])
    shop.patch(f"/v1/products/{plan['product']}", case["product"])
    shop.patch(f"/v1/plans/{plan['id']}", case["plan"])
    [portal] = shop.get(f"{URL}?is_default=true")["data"]
    features = {
        **case["features"],
        "subscription_cancel": {**case["features"]["subscription_cancel"], "helpdesk": desk},
    }
    shop.patch(f"{URL}/{portal['id']}", {"features": features})
    return str(begun["id"])


def answers_of_the_page(visitor: Visitor, subscription: str) -> dict[str, tuple[str, str | None, str | None]]:
    """What the card on the overview is made from."""
    shop = visitor.shop
    with shop.as_customer(*visitor.customers) as session:
        card = subscriptions.card(
            session,
            subscription_id=subscription,
            portal=portals.portal(session, slug=shop.portal),
            by=shop.who(),
            now=clock.now(),
        )
    return {
        str(action): (answer.decision.value, answer.reason, answer.message) for action, answer in card.actions.items()
    }
