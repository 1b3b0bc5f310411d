"""The policy explained: which level decided, what each said, and the same for payments and for the customer."""

from typing import Any

import pytest

from tests.integration.portal.refunding import charged
from tests.integration.portal.shop import Shop, ago

URL = "/v1/portal_configurations"
LEVELS = ["platform", "configuration", "product", "plan", "subscription"]


def explained(shop: Shop, action: str, **about: str) -> Any:
    return shop.get("/v1/policy/explain", query_string={"action": action, **about})


def allow(shop: Shop, **features: Any) -> str:
    """Change the default portal's features; its id."""
    [portal] = shop.get(f"{URL}?is_default=true")["data"]
    shop.patch(f"{URL}/{portal['id']}", {"features": features})
    return str(portal["id"])


def words(answer: dict[str, Any]) -> tuple[str, str, str | None]:
    return answer["decision"], answer["level"], answer["reason"]


@pytest.mark.feature("C28", "M07", "C06")
def test_each_level_says_its_word_and_the_most_specific_decides(shop: Shop) -> None:
    product = shop.product(cancel="needs_approval")
    subscription = shop.subscription(plan=shop.plan(product=product, cancel="deny", cancel_message="Please call."))

    denied = explained(shop, "cancel", subscription=subscription["id"])
    shop.patch(f"/v1/subscriptions/{subscription['id']}", {"cancel": "allow"})
    allowed = explained(shop, "cancel", subscription=subscription["id"])

    assert (*words(denied), denied["message"]) == ("denied", "plan", "plan_restricted", "Please call.")
    assert [each["level"] for each in denied["said"]] == LEVELS
    assert [each["setting"] for each in denied["said"]] == ["allow", "allow", "needs_approval", "deny", "inherit"]
    assert words(allowed) == ("allowed", "subscription", None)
    assert [each["setting"] for each in allowed["said"]] == ["allow", "allow", "needs_approval", "deny", "allow"]


@pytest.mark.feature("C28", "J01")
def test_a_refusal_of_the_first_two_levels_is_final(shop: Shop) -> None:
    subscription = shop.subscription()
    shop.patch(f"/v1/subscriptions/{subscription['id']}", {"cancel": "allow"})

    allow(shop, subscription_cancel={"enabled": False})
    switched_off = explained(shop, "cancel", subscription=subscription["id"])
    shop.post(f"/v1/subscriptions/{subscription['id']}/cancel", {})
    in_no_state = explained(shop, "cancel", subscription=subscription["id"])

    assert words(switched_off) == ("denied", "configuration", "feature_disabled")
    assert words(in_no_state) == ("denied", "platform", "invalid_state")


@pytest.mark.feature("C28", "M07")
@pytest.mark.parametrize(
    ("action", "feature", "on"),
    [
        ("change_plan", "subscription_update", {"enabled": True, "default_allowed_updates": ["price"]}),
        ("change_quantity", "subscription_update", {"enabled": True, "default_allowed_updates": ["quantity"]}),
        ("apply_coupon", "subscription_update", {"enabled": True, "default_allowed_updates": ["promotion_code"]}),
        ("pause", "subscription_pause", {"enabled": True}),
    ],
)
def test_an_action_is_off_until_its_feature_is_on_and_then_the_plan_may_deny_it(
    shop: Shop, action: str, feature: str, on: dict[str, Any]
) -> None:
    plan = shop.plan()
    subscription = shop.subscription(plan=plan)

    off = explained(shop, action, subscription=subscription["id"])
    allow(shop, **{feature: on})
    allowed = explained(shop, action, subscription=subscription["id"])
    shop.patch(f"/v1/plans/{plan['id']}", {"policies": {action: {"setting": "deny", "message": "Not on this plan."}}})
    denied = explained(shop, action, subscription=subscription["id"])

    assert words(off) == ("denied", "configuration", "feature_disabled")
    assert words(allowed) == ("allowed", "configuration", None)
    assert (*words(denied), denied["message"]) == ("denied", "plan", "plan_restricted", "Not on this plan.")


@pytest.mark.feature("C28")
def test_a_product_says_what_holds_for_all_its_plans(shop: Shop) -> None:
    product = shop.product(policies={"pause": {"setting": "deny"}})
    loose = shop.plan(product=product, policies={"pause": {"setting": "allow"}})
    allow(shop, subscription_pause={"enabled": True})

    denied = explained(shop, "pause", subscription=shop.subscription(plan=shop.plan(product=product))["id"])
    allowed = explained(shop, "pause", subscription=shop.subscription(plan=loose)["id"])

    assert words(denied) == ("denied", "product", "product_restricted")
    assert words(allowed) == ("allowed", "plan", None)


@pytest.mark.feature("M07")
def test_a_refund_is_explained_of_its_payment(shop: Shop) -> None:
    customer = shop.customer()
    lately = shop.payment(customer, paid_at=ago(days=3))
    long_ago = shop.payment(customer, paid_at=ago(days=30))

    off = explained(shop, "request_refund", payment=lately["id"])
    allow(shop, refund_request={"enabled": True, "refund_window_days": 14})

    assert words(off) == ("denied", "configuration", "feature_disabled")
    by_hand = explained(shop, "request_refund", payment=lately["id"])  # money that was taken elsewhere
    assert (words(by_hand), by_hand["said"][0]["setting"]) == (("needs_approval", "platform", None), "needs_approval")
    charge = charged(shop, customer["id"])
    assert words(explained(shop, "request_refund", payment=charge)) == ("allowed", "configuration", None)
    over = explained(shop, "request_refund", payment=long_ago["id"], customer=customer["id"])
    assert words(over) == ("denied", "platform", "refund_window_over")


@pytest.mark.feature("J01")
@pytest.mark.parametrize(
    ("action", "feature"),
    [
        ("update_payment_method", "payment_method_update"),
        ("download_invoice", "invoice_history"),
        ("access_product", "product_access"),
        ("open_ticket", "tickets"),
    ],
)
def test_what_is_about_no_subscription_hangs_on_its_switch_alone(shop: Shop, action: str, feature: str) -> None:
    for enabled, decision in ((True, "allowed"), (False, "denied")):
        allow(shop, **{feature: {"enabled": enabled}})

        assert explained(shop, action)["decision"] == decision


@pytest.mark.feature("C24", "M07")
def test_what_a_portal_does_not_show_it_does_not_explain(shop: Shop) -> None:
    subscription = shop.subscription()
    hiding = shop.post(URL, {"name": "Other", "scope": {"hidden_products": [subscription["product"]]}})

    answer = shop.ask(
        "GET",
        "/v1/policy/explain",
        query_string={"action": "cancel", "subscription": subscription["id"], "portal_configuration": hiding["id"]},
    )

    assert (answer.status_code, answer.json["code"]) == (404, "not_shown_here")
    assert explained(shop, "cancel", subscription=subscription["id"])["decision"] == "allowed"


@pytest.mark.parametrize(
    ("about", "status"),
    [
        ({"action": "cancel"}, 422),
        ({"action": "request_refund"}, 422),
        ({"action": "fly"}, 400),
        ({"action": "cancel", "subscription": "sub_0"}, 404),
        ({"action": "request_refund", "payment": "pay_0"}, 404),
        ({"action": "open_ticket", "customer": "cus_0"}, 404),
        ({"action": "open_ticket", "portal_configuration": "pcfg_0"}, 404),
    ],
)
def test_what_is_asked_of_nothing_is_refused(shop: Shop, about: dict[str, str], status: int) -> None:
    assert shop.ask("GET", "/v1/policy/explain", query_string=about).status_code == status


def test_a_subscription_of_somebody_else_is_not_explained(shop: Shop) -> None:
    subscription, stranger = shop.subscription(), shop.customer("eve@example.com")
    about = {"action": "cancel", "subscription": subscription["id"], "customer": stranger["id"]}

    assert shop.ask("GET", "/v1/policy/explain", query_string=about).status_code == 404


@pytest.mark.feature("M07")
def test_a_draft_is_tried_on_what_runs_and_saves_nothing(shop: Shop) -> None:
    stuck = shop.plan(cancel="deny", policies={"pause": {"setting": "deny"}})
    for plan in (shop.plan(), shop.plan(), stuck):
        shop.subscription(plan=plan)
    draft = {"subscription_cancel": {"enabled": False}, "subscription_pause": {"enabled": True}}

    found = shop.post("/v1/policy/preview", {"features": draft})

    assert found == {
        "subscriptions": 3,
        "differences": [{"action": "cancel", "gain": 0, "lose": 2}, {"action": "pause", "gain": 2, "lose": 0}],
    }
    assert shop.post("/v1/policy/preview", {"features": {}}) == {"subscriptions": 3, "differences": []}
    nowhere = {"features": draft, "portal_configuration": "pcfg_0"}
    assert shop.ask("POST", "/v1/policy/preview", json=nowhere).status_code == 404


@pytest.mark.feature("C28")
def test_a_person_is_only_asked_for_what_a_person_can_carry_out(shop: Shop) -> None:
    asked = {"name": "Course", "policies": {"undo_cancel": {"setting": "needs_approval"}}}

    answer = shop.ask("POST", "/v1/products", json=asked)

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (400, "policies.undo_cancel.setting")
    product = shop.product(policies={"change_plan": {"setting": "needs_approval"}})
    allow(shop, subscription_update={"enabled": True, "default_allowed_updates": ["price"]})
    subscription = shop.subscription(plan=shop.plan(product=product))
    assert words(explained(shop, "change_plan", subscription=subscription["id"])) == ("needs_approval", "product", None)
