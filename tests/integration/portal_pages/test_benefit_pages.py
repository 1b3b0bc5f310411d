"""What plans include: given through the API, shown where plans are chosen, as gain and loss where one is confirmed, and
as what ends where a subscription is canceled."""

from html import unescape
from typing import Any

import pytest

from tests.integration.portal.shop import Shop, ago
from tests.integration.portal_pages.conftest import Visitor


@pytest.fixture
def plans(visitor: Visitor) -> tuple[dict[str, Any], dict[str, Any]]:
    """A small one and a large one."""
    shop = visitor.shop
    (portal,) = shop.get("/v1/portal_configurations", query_string={"is_default": "true"})["data"]
    update = {"enabled": True, "default_allowed_updates": ["price"], "show_plan_picker": True}
    shop.patch(f"/v1/portal_configurations/{portal['id']}", {"features": {"subscription_update": update}})
    product, group = shop.product(), shop.post("/v1/plan_groups", {"name": "Plans"})["id"]
    small = shop.plan(product=product, plan_group=group, features=["10 GB", "Help by <mail>"])
    large = shop.plan(
        product=product, plan_group=group, unit_amount=5000, features=["50 GB", "help by <mail>", "Your own domain"]
    )
    return small, large


def test_a_plan_says_what_it_includes_and_that_can_change(shop: Shop) -> None:
    made = shop.plan(features=[" One  desk ", "Wi-Fi", "wi-fi"])
    assert made["features"] == ["One desk", "Wi-Fi"]
    assert shop.plan()["features"] == []

    changed = shop.patch(f"/v1/plans/{made['id']}", {"features": ["Two desks"]})
    assert (changed["features"], changed["revision"]) == (["Two desks"], made["revision"] + 1)
    assert shop.get(f"/v1/plans/{made['id']}")["features"] == ["Two desks"]
    assert shop.patch(f"/v1/plans/{made['id']}", {"name": "Desk"})["features"] == ["Two desks"]


@pytest.mark.parametrize("features", [["x"] * 21, ["x" * 121], [""], ["two\nlines"], "one", [1], None])
def test_too_many_too_long_and_no_words_are_refused(shop: Shop, features: Any) -> None:
    made = shop.plan()

    answer = shop.ask("PATCH", f"/v1/plans/{made['id']}", json={"features": features})

    assert answer.status_code == 400
    assert shop.get(f"/v1/plans/{made['id']}")["features"] == []


def test_the_picker_shows_what_each_includes_and_the_confirmation_what_is_gained_and_lost(
    visitor: Visitor, plans: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    small, large = plans
    made = visitor.shop.subscription(customer={"id": visitor.customers[0]}, plan=small, started_at=ago(days=3))

    picker = visitor.get(f"/subscriptions/{made['id']}/change").text
    confirm = unescape(visitor.get(f"/subscriptions/{made['id']}/change?plan={large['id']}").text)

    assert "Help by &lt;mail&gt;" in picker
    assert "Your own domain" in picker
    gained, lost = confirm.split("You gain")[1].split("You lose")
    assert ("50 GB" in gained, "Your own domain" in gained, "10 GB" in lost) == (True, True, True)
    assert "by <mail>" not in gained + lost


def test_canceling_names_what_ends(visitor: Visitor, plans: tuple[dict[str, Any], dict[str, Any]]) -> None:
    made = visitor.shop.subscription(customer={"id": visitor.customers[0]}, plan=plans[0], started_at=ago(days=3))
    bare = visitor.shop.subscription(customer={"id": visitor.customers[0]}, started_at=ago(days=3))

    page = visitor.get(f"/subscriptions/{made['id']}/cancellation").text

    assert "This ends with it" in page
    assert "10 GB" in page.split("This ends with it")[1]
    assert "This ends with it" not in visitor.get(f"/subscriptions/{bare['id']}/cancellation").text
