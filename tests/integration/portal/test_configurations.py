"""Portal configurations through the API: made, changed, switched, one of them the default."""

from functools import partial
from typing import Any

import pytest

from services.portal.models import Helpdesk
from shared import clock, ids
from shared.events import PortalConfigurationPublishedV3
from tests.integration.portal.changing import at_once
from tests.integration.portal.shop import Shop

URL = "/v1/portal_configurations"


def made(shop: Shop, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = shop.post(URL, {"name": "Music", **more})
    return found


def refused(shop: Shop, body: dict[str, Any], *, of: str | None = None) -> set[tuple[str, str]]:
    answer = shop.ask("PATCH" if of else "POST", f"{URL}/{of}" if of else URL, json=body)
    assert answer.status_code in (400, 422), answer.text
    return {(each["field"], each["code"]) for each in answer.json["errors"]}


def the_default(shop: Shop) -> dict[str, Any]:
    [found] = [each for each in shop.get(URL)["data"] if each["is_default"]]
    return found


def a_helpdesk(shop: Shop) -> str:
    desk = ids.new("hd")
    with shop.inside() as session:
        session.add(
            Helpdesk(id=desk, name="Help", email=None, url=None, departments=[], created_at=clock.now(), revision=1)
        )
    return desk


@pytest.mark.feature("J01")
def test_a_portal_is_made_with_the_vendors_looks_and_the_defaults(shop: Shop) -> None:
    found = made(shop)

    assert (found["kind"], found["active"], found["is_default"]) == ("hosted", True, False)
    assert (found["slug"], found["display_name"]) == (f"{shop.slug}-music-test", "Larkfield")
    assert found["appearance"]["brand_color"] == "#0b7a5b"
    assert found["scope"] == {"campaigns": None, "hidden_products": [], "access_gate": "any_order"}
    assert found["features"]["subscription_cancel"]["mode"] == "at_period_end"
    assert found["features"]["subscription_pause"]["enabled"] is False
    assert shop.get(f"{URL}/{found['id']}") == found
    assert shop.said(PortalConfigurationPublishedV3)[-1].slug == found["slug"]
    assert shop.logged(found["id"]) == ["portal_configuration.created"]


def test_an_address_is_taken_once_on_the_whole_installation(shop: Shop, other: Shop) -> None:
    slug = made(shop, slug=f"{shop.slug}-x")["slug"]

    answer = other.ask("POST", URL, json={"name": "Mine", "slug": slug})

    assert (answer.status_code, answer.json["code"]) == (409, "portal_slug_taken")
    assert made(shop)["slug"] != made(shop)["slug"]


def test_a_helpdesks_portal_takes_tickets_from_the_start(shop: Shop) -> None:
    assert made(shop, kind="helpdesk")["features"]["tickets"]["enabled"] is True
    assert made(shop)["features"]["tickets"]["enabled"] is False


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"slug": "Über"}, ("slug", "bad_portal_slug")),
        ({"features": {"subscription_cancel": {"execution": "manual"}}},
         ("features.subscription_cancel.helpdesk", "helpdesk_required")),
        ({"features": {"refund_request": {"helpdesk": "hd_0"}}},
         ("features.refund_request.helpdesk", "unknown_reference")),
        ({"features": {"subscription_pause": {"duration": {"interval_options": [
            {"interval": "month", "interval_count": 37}]}}}},
         ("features.subscription_pause.duration.interval_options.0.interval_count", "pause_too_long")),
        ({"features": {"subscription_cancel": {"offers": [{"kind": "coupon", "coupon": "cpn_0"}]}}},
         ("features.subscription_cancel.offers.0.coupon", "unknown_reference")),
        ({"scope": {"campaigns": ["camp_0"]}}, ("scope.campaigns.0", "unknown_reference")),
        ({"scope": {"hidden_products": ["prod_0"]}}, ("scope.hidden_products.0", "unknown_reference")),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_at_its_field(
    shop: Shop, body: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert refused(shop, {"name": "Music", **body}) == {problem}
    assert len(shop.get(URL)["data"]) == 2  # the two it began with


@pytest.mark.parametrize(
    "body",
    [
        {"preset": "stripe"},
        {"is_default": 1},
        {"vendor": "ven_1"},
        {"features": {"subscription_cancel": {"proration_behavior": "always_invoice"}}},
        {"features": {"subscription_pause": {"duration": {"interval_options": [{"interval": "month"}]}}}},
        {"features": {"teleport": {"enabled": True}}},
    ],
)
def test_what_is_not_in_the_schema_is_malformed(shop: Shop, body: dict[str, Any]) -> None:
    answer = shop.ask("POST", URL, json={"name": "Music", **body})

    assert (answer.status_code, answer.json["code"]) == (400, "malformed_request")


@pytest.mark.feature("J01")
def test_each_feature_is_switched_by_itself_and_the_rest_stays(shop: Shop) -> None:
    desk, portal = a_helpdesk(shop), the_default(shop)
    before = portal["features"]
    asked = {**before["refund_request"], "enabled": True, "execution": "manual", "helpdesk": desk}

    changed = shop.patch(
        f"{URL}/{portal['id']}",
        {"features": {"refund_request": {"enabled": True, "execution": "manual", "helpdesk": desk}}},
    )

    assert changed["features"] == {**before, "refund_request": asked}
    assert changed["revision"] == portal["revision"] + 1


def test_a_helpdesk_of_somebody_else_is_none(shop: Shop, other: Shop) -> None:
    body = {"features": {"tickets": {"helpdesk": a_helpdesk(other)}}}

    assert refused(shop, body, of=the_default(shop)["id"]) == {("features.tickets.helpdesk", "unknown_reference")}


def test_what_was_named_before_stands_in_the_way_of_nothing(shop: Shop) -> None:
    product = shop.product()
    portal = made(shop, scope={"hidden_products": [product["id"]]})
    shop.patch(f"/v1/products/{product['id']}", {"archived": True})

    changed = shop.patch(f"{URL}/{portal['id']}", {"name": "Vinyl"})

    assert (changed["name"], changed["scope"]["hidden_products"]) == ("Vinyl", [product["id"]])
    problem = ("scope.hidden_products.0", "unknown_reference")
    assert refused(shop, {"name": "New", "scope": {"hidden_products": [product["id"]]}}) == {problem}


def test_one_portal_is_the_default(shop: Shop) -> None:
    first, second = the_default(shop), made(shop)

    assert shop.patch(f"{URL}/{second['id']}", {"is_default": True})["is_default"] is True
    assert the_default(shop)["id"] == second["id"]
    third = made(shop, name="Third", is_default=True)
    assert the_default(shop)["id"] == third["id"]
    answer = shop.ask("PATCH", f"{URL}/{third['id']}", json={"is_default": False})
    assert (answer.status_code, answer.json["code"]) == (409, "default_portal_required")
    assert shop.patch(f"{URL}/{first['id']}", {"is_default": False})["is_default"] is False


def test_of_two_that_take_over_at_once_one_is_the_default(shop: Shop) -> None:
    portals = [made(shop, name=f"P{number}")["id"] for number in range(4)]

    at_once(*(partial(shop.patch, f"{URL}/{portal}", {"is_default": True}) for portal in portals))

    assert the_default(shop)["id"] in portals


def test_a_portal_that_is_switched_off_is_told_to_the_others(shop: Shop) -> None:
    portal = made(shop)

    shop.patch(f"{URL}/{portal['id']}", {"active": False})

    assert shop.said(PortalConfigurationPublishedV3)[-1].active is False
    assert shop.patch(f"{URL}/{portal['id']}", {"active": True})["active"] is True


def test_a_stale_change_changes_nothing(shop: Shop) -> None:
    portal = the_default(shop)
    shop.patch(f"{URL}/{portal['id']}", {"name": "One"})

    answer = shop.ask("PATCH", f"{URL}/{portal['id']}", json={"name": "Two"}, headers={"If-Match": '"1"'})

    assert (answer.status_code, the_default(shop)["name"]) == (412, "One")
