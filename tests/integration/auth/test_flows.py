"""Flows and ways back: what a portal session opens first, and where it leads in the end."""

from typing import Any

import pytest

from services.auth.actions.vendors import Registered
from tests.integration.auth.house import House, a_portal_v3
from tests.integration.auth.opening import create, made, told, use


@pytest.fixture
def key(vendor: Registered) -> str:
    return vendor.keys["live"].secret


@pytest.mark.feature("B22")
def test_the_way_back_lies_on_an_origin_of_the_configuration(
    house: House, key: str, mira: str, vendor: Registered
) -> None:
    """ML-13: refused when it is made, not when it is used."""
    origins = {"allowed_origins": ["https://app.acme.example", "https://shop.acme.example:8443"]}
    house.hear(a_portal_v3(embed=origins), vendor=vendor.vendor.id)

    for good in ("https://app.acme.example/account?tab=2", "https://shop.acme.example:8443/"):
        opened = made(house, key, customer="cus_1", return_url=good)
        assert opened["return_url"] == good
    for bad in ("https://app.acme.example.evil.example/", "https://app.acme.example@evil.example", "//evil.example"):
        refused = create(house, key, customer="cus_1", return_url=bad)
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "return_url"), bad


@pytest.mark.feature("B21")
@pytest.mark.parametrize(
    ("flow", "lands"),
    [
        ({"type": "payment_method_update"}, "/p/acme/payment-methods/new"),
        (
            {"type": "subscription_cancel", "subscription_cancel": {"subscription": "sub_1"}},
            "/p/acme/subscriptions/sub_1/cancellation",
        ),
        (
            {
                "type": "subscription_update_confirm",
                "subscription_update_confirm": {
                    "subscription": "sub_1",
                    "items": [{"plan": "plan_2", "quantity": 3}],
                    "discounts": [{"coupon": "cpn_1"}],
                },
            },
            "/p/acme/subscriptions/sub_1/change?plan=plan_2&quantity=3",
        ),
        ({"type": "invoice_payment", "invoice_payment": {"invoice": "inv_1"}}, "/p/acme/payments/pay_1/pay"),
    ],
)
def test_a_flow_opens_its_one_action(house: House, key: str, mira: str, flow: dict[str, Any], lands: str) -> None:
    opened = made(house, key, customer="cus_1", flow_data=flow)
    browser = house.browser()

    assert opened["flow"]["type"] == flow["type"]
    assert use(browser, opened["url"]).headers["HX-Redirect"] == lands
    assert told(house, browser)["flow"]["type"] == flow["type"]


@pytest.mark.feature("B21")
@pytest.mark.parametrize(
    ("flow", "status"),
    [
        ({"type": "subscription_cancel"}, 400),
        ({"type": "subscription_cancel", "subscription_pause": {"subscription": "sub_1"}}, 400),
        ({"type": "no_such_flow"}, 400),
        ({"type": "subscription_pause", "subscription_pause": {"subscription": "sub_foreign"}}, 404),
        ({"type": "invoice_payment", "invoice_payment": {"invoice": "inv_paid_elsewhere"}}, 404),
        (
            {
                "type": "subscription_update_confirm",
                "subscription_update_confirm": {
                    "subscription": "sub_1",
                    "items": [{"plan": "plan_2"}],
                    "discounts": [{"coupon": "cpn_1"}, {"coupon": "cpn_2"}],
                },
            },
            400,
        ),
        (
            {
                "type": "subscription_update_confirm",
                "subscription_update_confirm": {
                    "subscription": "sub_1",
                    "items": [{"plan": "plan_2"}],
                    "discounts": [{"coupon": "sub_foreign"}],
                },
            },
            404,
        ),
        ({"type": "payment_method_update", "after_completion": {"type": "redirect"}}, 400),
        (
            {
                "type": "payment_method_update",
                "after_completion": {"type": "redirect", "redirect": {"return_url": "https://evil.example/"}},
            },
            422,
        ),
        (
            {
                "type": "payment_method_update",
                "after_completion": {
                    "type": "hosted_confirmation",
                    "hosted_confirmation": {"custom_message": "x" * 501},
                },
            },
            400,
        ),
    ],
)
def test_a_flow_that_is_not_whole_or_not_the_customers_is_refused(
    house: House, key: str, mira: str, flow: dict[str, Any], status: int
) -> None:
    house.orders.foreign = {"sub_foreign"}

    assert create(house, key, customer="cus_1", flow_data=flow).status_code == status


@pytest.mark.feature("B21")
def test_a_frame_is_told_where_its_flow_begins(house: House, key: str, mira: str, vendor: Registered) -> None:
    house.hear(a_portal_v3("acme-shop", kind="widget", is_default=False, revision=1), vendor=vendor.vendor.id)
    flow = {"type": "subscription_pause", "subscription_pause": {"subscription": "sub_1"}}
    opened = made(house, key, customer="cus_1", configuration="pcfg_acme-shop", flow_data=flow)

    answer = house.app.test_client().post("/embed/pcfg_acme-shop/session", json={"token": opened["client_secret"]})

    assert answer.json["start"] == "/p/acme-shop/subscriptions/sub_1/pause"
