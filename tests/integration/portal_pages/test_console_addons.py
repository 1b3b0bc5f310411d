"""Add-ons in the console: made, changed and put away; who has one keeps the price they agreed to."""

from typing import Any

import pytest

from tests.integration.portal_pages.console import Staff, fields_of

HOME = "/console/catalog/addons"


def addon(product: str, **more: str) -> dict[str, Any]:
    return {
        "addon.product": product,
        "addon.name": "Backups",
        "addon.description": "A copy each night",
        "addon.price": "5.00",
        "addon.currency": "eur",
        "addon.interval": "month",
        "addon.interval_count": "1",
        "addon.minimum": "1",
        "addon.maximum": "5",
        **more,
    }


@pytest.mark.feature("C27")
def test_an_add_on_is_made_changed_and_listed_and_who_has_it_keeps_the_price(staff: Staff, portal: str) -> None:
    shop = staff.shop
    product = shop.product()
    team = shop.plan(product=product)
    subscription = shop.subscription(plan=team, quantity=1)

    made = staff.post(f"{HOME}/new", addon(product["id"]) | {"addon.plans": [team["id"]]})
    assert made.status_code == 303, made.text
    found = shop.get("/v1/addons")["data"][0]
    expected = {
        "product": product["id"],
        "name": "Backups",
        "unit_amount": 500,
        "currency": "EUR",
        "interval": "month",
        "interval_count": 1,
        "plans": [team["id"]],
        "minimum": 1,
        "maximum": 5,
    }
    assert {name: found[name] for name in expected} == expected
    path, headers = f"/v1/subscriptions/{subscription['id']}/addons", {"Idempotency-Key": "console"}
    shop.post(path, {"addon": found["id"], "quantity": 2}, headers=headers)

    address = f"{HOME}/{found['id']}"
    page = staff.get(address).text
    assert staff.post(address, fields_of(page)).status_code == 303
    assert shop.get(f"/v1/addons/{found['id']}")["revision"] == 1
    form = fields_of(page)
    form["addon.price"], form["addon.unit_label"] = "7.50", "disk"
    assert staff.post(address, form).status_code == 303
    outdated = staff.post(address, form)
    now = shop.get(f"/v1/addons/{found['id']}")

    assert (now["unit_amount"], now["unit_label"], now["plans"]) == (750, "disk", [team["id"]])
    assert outdated.status_code == 409
    assert shop.get(f"/v1/subscriptions/{subscription['id']}")["next_charge"]["total"] == 2500 + 1000
    assert "€7.50" in staff.get(HOME).text
    assert "Backups" in staff.get(f"{HOME}/list.csv").text
    assert staff.post(f"{address}/archive", {"do": "archive"}).status_code == 303
    assert "Backups" not in staff.get(f"{HOME}?q=back").text


@pytest.mark.feature("C27")
@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("addon.product", "", "This field is required."),
        ("addon.price", "", "This field is required."),
        ("addon.price", "5,00", "is not an amount."),
        ("addon.name", "", "This field is required."),
        ("addon.minimum", "6", "The most can’t be less than the fewest."),
        ("addon.maximum", "0", "Give a whole number from 1"),
        ("addon.plans", "plan_1", "There is no such object here"),
    ],
)
def test_what_it_cannot_be_is_said_at_the_field(staff: Staff, portal: str, field: str, typed: str, said: str) -> None:
    product = staff.shop.product()["id"]

    answer = staff.post(f"{HOME}/new", addon(product) | {field: typed})

    assert answer.status_code == 422, answer.text
    assert said in answer.text
    assert staff.shop.get("/v1/addons")["data"] == []


@pytest.mark.feature("C27")
def test_a_plan_that_it_does_not_fit_is_refused_at_the_field(staff: Staff, portal: str) -> None:
    product = staff.shop.product()
    yearly = staff.shop.plan(product=product, interval="year")

    answer = staff.post(f"{HOME}/new", addon(product["id"]) | {"addon.plans": [yearly["id"]]})

    assert answer.status_code == 422
    assert "A plan must have the add-on’s product, currency and interval." in answer.text
