"""Canceling and undoing: by the vendor's key in one step, by the customer as policy and portal allow."""

import pytest

from services.portal.rules.policy import FeatureDisabled, PlanRestricted
from shared.errors import Invalid, NotFound
from shared.events import SubscriptionCanceled, SubscriptionEnded, SubscriptionUncanceled
from tests.integration.portal.shop import Shop, ago
from tests.integration.portal.steps import cancel, prepare, undo


@pytest.mark.feature("C03", "C04")
def test_a_vendor_cancels_at_period_end_and_access_goes_on_until_then(shop: Shop) -> None:
    subscription = shop.subscription(started_at=ago(days=3))
    path = f"/v1/subscriptions/{subscription['id']}"

    canceled = shop.post(f"{path}/cancel", {"feedback": "unused", "comment": "Thanks!"})
    again = shop.post(f"{path}/cancel", {"timing": "immediately"})

    (said,) = shop.said(SubscriptionCanceled)
    assert (canceled["status"], canceled["ends_at"]) == ("canceled", subscription["current_period_end"])
    assert canceled["next_charge"] is None
    assert again == canceled
    assert (said.timing, said.ends_at) == ("at_period_end", subscription["current_period_end"])
    assert said.cancellation_details == {
        "feedback": "unused",
        "comment": "Thanks!",
        "reason": "cancellation_requested",
    }
    assert shop.logged(subscription["id"]) == ["subscription.started", "subscription.canceled"]


@pytest.mark.feature("C04")
def test_canceling_immediately_ends_it_at_once(shop: Shop) -> None:
    path = f"/v1/subscriptions/{shop.subscription()['id']}"

    ended = shop.post(f"{path}/cancel", {"timing": "immediately"})
    late = shop.ask("POST", f"{path}/cancel", json={})
    undone = shop.ask("POST", f"{path}/undo_cancel", json={})

    assert (ended["status"], ended["ended_at"]) == ("ended", ended["ends_at"])
    assert (late.status_code, late.json["code"]) == (409, "invalid_state")
    assert (undone.status_code, undone.json["code"]) == (409, "invalid_state")
    assert len(shop.said(SubscriptionCanceled)) == len(shop.said(SubscriptionEnded)) == 1


@pytest.mark.feature("C16")
def test_undoing_restores_it_exactly(shop: Shop) -> None:
    subscription = shop.subscription(started_at=ago(days=3))
    path = f"/v1/subscriptions/{subscription['id']}"
    shop.post(f"{path}/cancel", {"feedback": "unused"})

    undone = shop.post(f"{path}/undo_cancel", {})
    again = shop.post(f"{path}/undo_cancel", {})

    (said,) = shop.said(SubscriptionUncanceled)
    assert {**undone, "revision": 1} == subscription
    assert again == undone
    assert said.renews_at == subscription["current_period_end"]


def test_a_preview_says_what_a_cancel_would_do_and_does_nothing(shop: Shop) -> None:
    subscription = shop.subscription()
    path = f"/v1/subscriptions/{subscription['id']}"

    preview = shop.post(f"{path}/preview", {"action": "cancel"})

    never = preview["never_charged"]
    assert preview["ends_at"] == never["at"] == subscription["current_period_end"]
    assert (never["total"], never["currency"], preview["next_charge"]) == (5000, "EUR", None)
    assert shop.get(path) == subscription


@pytest.mark.feature("C06", "C28")
def test_a_plan_may_deny_and_the_subscription_may_allow_again(shop: Shop) -> None:
    subscription = shop.subscription(plan=shop.plan(cancel="deny", cancel_message="Please call."))
    confirmation = "any"

    with pytest.raises(PlanRestricted) as denied:
        cancel(shop, subscription, confirmation)
    explained = shop.get(f"/v1/policy/explain?subscription={subscription['id']}&action=cancel")
    shop.patch(f"/v1/subscriptions/{subscription['id']}", {"cancel": "allow"})
    allowed = shop.get(f"/v1/policy/explain?subscription={subscription['id']}&action=cancel")

    assert denied.value.params["message"] == "Please call."
    assert {name: explained[name] for name in ("action", "decision", "level", "reason", "message")} == {
        "action": "cancel",
        "decision": "denied",
        "level": "plan",
        "reason": "plan_restricted",
        "message": "Please call.",
    }
    assert (allowed["decision"], allowed["level"]) == ("allowed", "subscription")
    assert cancel(shop, subscription, prepare(shop, subscription).confirmation).changed


@pytest.mark.feature("C03", "C28")
def test_a_toggle_binds_customers_from_the_next_request_and_not_the_vendors_key(shop: Shop) -> None:
    subscription = shop.subscription()
    confirmation = prepare(shop, subscription).confirmation
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]

    shop.patch(f"/v1/portal_configurations/{portal['id']}", {"features": {"subscription_cancel": {"enabled": False}}})

    with pytest.raises(FeatureDisabled):
        cancel(shop, subscription, confirmation)
    assert shop.post(f"/v1/subscriptions/{subscription['id']}/cancel", {})["status"] == "canceled"
    assert undo(shop, subscription).changed


@pytest.mark.parametrize(
    "said", [{"feedback": "boring"}, {"comment": "x" * 1001}, {"comment": "\x00"}], ids=["reason", "long", "NUL"]
)
def test_what_a_customer_says_is_checked(shop: Shop, said: dict[str, str]) -> None:
    subscription = shop.subscription()

    with pytest.raises(Invalid):
        cancel(shop, subscription, prepare(shop, subscription).confirmation, **said)


def test_another_customers_subscription_does_not_exist(shop: Shop, other: Shop) -> None:
    subscription, stranger = shop.subscription(), shop.customer("eve@example.com")

    for where, who in (
        (shop, stranger["id"]),
        (other, subscription["customer"]),
        (shop.live(), subscription["customer"]),
    ):
        theirs = {**subscription, "customer": who}
        with pytest.raises(NotFound):
            prepare(where, theirs)
        with pytest.raises(NotFound):
            cancel(where, theirs, "x")
        with pytest.raises(NotFound):
            undo(where, theirs)


@pytest.mark.feature("C24")
def test_a_hidden_products_subscription_does_not_exist_in_the_portal(shop: Shop) -> None:
    product = shop.product()
    subscription = shop.subscription(plan=shop.plan(product=product))
    shop.patch(f"/v1/products/{product['id']}", {"show_in_portal": False})

    with pytest.raises(NotFound):
        prepare(shop, subscription)
