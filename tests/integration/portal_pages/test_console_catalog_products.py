"""J13: campaigns and products in the console: made, changed, put away, found again, and what customers will see."""

import re
from typing import Any

import pytest

from tests.integration.portal.shop import Shop
from tests.integration.portal_pages.console import Staff, fields_of

HOME = "/console/catalog"


@pytest.mark.feature("J13", "C25")
def test_a_campaign_is_made_renamed_and_put_away(staff: Staff, portal: str) -> None:
    assert "No campaigns yet" in staff.get(f"{HOME}/campaigns").text
    made = staff.post(f"{HOME}/campaigns/new", {"campaign.name": " Music "})
    assert made.status_code == 303, made.text
    campaign = staff.shop.get("/v1/campaigns")["data"][0]
    assert campaign["name"] == "Music"
    address = f"{HOME}/campaigns/{campaign['id']}"
    assert made.headers["Location"] == f"{address}?done=created"
    assert "Created" in staff.get(f"{address}?done=created").text

    changed = staff.post(address, {"campaign.name": "Sheet music", "revision": "1"})
    assert changed.status_code == 303
    assert staff.shop.get(f"/v1/campaigns/{campaign['id']}")["name"] == "Sheet music"

    outdated = staff.post(address, {"campaign.name": "Too late", "revision": "1"})
    assert outdated.status_code == 409
    assert "It was changed meanwhile" in outdated.text
    assert 'value="Too late"' in outdated.text

    assert staff.post(f"{address}/archive", {"do": "archive"}).status_code == 303
    assert campaign["id"] not in staff.get(f"{HOME}/campaigns").text
    assert campaign["id"] in staff.get(f"{HOME}/campaigns?show=archived").text
    assert staff.post(f"{address}/archive", {"do": "restore"}).status_code == 303
    assert staff.shop.get(f"/v1/campaigns/{campaign['id']}")["archived_at"] is None
    assert staff.post(f"{address}/archive", {"do": "explode"}).status_code == 404
    assert staff.shop.logged(campaign["id"]) == ["campaign.created", *["campaign.updated"] * 3]


@pytest.mark.feature("J13", "C15", "C23", "C24")
def test_a_product_is_made_with_all_that_the_api_knows(staff: Staff, portal: str) -> None:
    campaign = staff.shop.post("/v1/campaigns", {"name": "Desks"})
    made = staff.post(f"{HOME}/products/new", product(campaign["id"]))
    assert made.status_code == 303, made.text
    found = staff.shop.get("/v1/products")["data"][0]
    expected = {
        "name": "Studio",
        "campaign": campaign["id"],
        "description": "A desk by the river.\nWith a view.",
        "show_in_portal": True,
        "unit_label": "seat",
        "unit_label_plural": "seats",
        "adjustable_quantity": {"enabled": True, "minimum": 2, "maximum": 50},
        "refund_window_days": 14,
        "tax_rate": 750,
        "tax_behavior": "inclusive",
        "cancel": "deny",
        "cancel_message": "Write to us.",
        "cancel_timing": "at_period_end",
        "access_links": [{"label": "Open", "url": "https://studio.example/{customer_reference}"}],
    }
    assert {name: found[name] for name in expected} == expected

    page = staff.get(f"{HOME}/products/{found['id']}").text
    again = staff.post(f"{HOME}/products/{found['id']}", fields_of(page))
    assert again.status_code == 303, again.text
    assert staff.shop.get(f"/v1/products/{found['id']}")["revision"] == 1  # saved as it was: nothing changed


@pytest.mark.feature("J13")
@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("product.name", "", "This field is required."),
        ("product.name", "x" * 201, "At most 200 characters are allowed."),
        ("product.tax_rate", "7,5", "Give percent from 0 to 100"),
        ("product.tax_rate", "100.01", "Give percent from 0 to 100"),
        ("product.minimum", "0", "Give a whole number from 1 to 1000000."),
        ("product.maximum", "1", "The most can’t be less than the fewest."),
        ("product.unit_label", "", "Say what one of it is called"),
        ("product.refund_window_days", "two", "Give a whole number from 0 to 3650."),
        ("product.cancel", "perhaps", "This is not one of the choices."),
        ("product.links.0.url", "http://studio.example", "This is not a complete https address."),
        ("product.links.0.label", "", "This field is required."),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(
    staff: Staff, portal: str, field: str, typed: str, said: str
) -> None:
    answer = staff.post(f"{HOME}/products/new", product("") | {field: typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert answer.text.count('aria-invalid="true"') == 1
    assert staff.shop.get("/v1/products")["data"] == []
    kept = fields_of(answer.text)
    for name, value in product("").items():
        if name != field:
            assert kept[name].replace("\r\n", "\n").strip() == value.replace("\r\n", "\n"), name


@pytest.mark.feature("J13", "C24")
def test_what_customers_will_see_is_shown_before_it_is_saved(staff: Staff, portal: str) -> None:
    made = staff.shop.product(name="Studio")
    plan = staff.shop.plan(product=made, name="Team", unit_amount=2500)
    staff.shop.subscription(plan=plan)
    address = f"{HOME}/products/{made['id']}"
    form = product("") | {"product.name": "Atelier", "revision": "1"}
    looked = staff.post(address, form | {"do": "look"})
    assert looked.status_code == 200
    seen = looked.text.split('id="seen"')[1].split("</aside>")[0]
    assert "Atelier" in seen
    assert "€75.00" in seen  # three seats of 25.00, tax included
    assert "Write to us." in seen
    assert "Whoever ordered it" in seen
    assert staff.shop.get(f"/v1/products/{made['id']}")["name"] == "Studio"

    del form["product.show_in_portal"]
    typed = staff.post(f"{address}?look=typed", form, **{"HX-Request": "true"})
    assert typed.status_code == 200
    assert typed.text.strip().startswith("<aside")
    assert "Not shown there" in typed.text
    whole = staff.post(address, form | {"do": "look"}).text
    assert "1 running subscription would not be seen in any portal." in whole


@pytest.mark.feature("J13")
def test_lists_are_searched_narrowed_turned_over_and_taken_along(staff: Staff, portal: str) -> None:
    shop = staff.shop
    campaign = shop.post("/v1/campaigns", {"name": "Desks"})
    for number in range(27):
        shop.product(name=f"Desk {number:02}", campaign=campaign["id"] if number % 2 else None)
    percent = shop.product(name="100% wool", campaign=campaign["id"])
    formula = shop.product(name="=1+1")
    shop.patch(f"/v1/products/{formula['id']}", {"archived": True})

    first = staff.get(f"{HOME}/products").text
    assert names(first) == ["100% wool", *[f"Desk {number:02}" for number in range(26, 2, -1)]]
    older = re.search(r'href="([^"]+)" rel="next"', first)
    assert older is not None
    second = staff.get(older[1].replace("&amp;", "&")).text
    assert names(second) == ["Desk 02", "Desk 01", "Desk 00"]
    newer = re.search(r'href="([^"]+)" rel="prev"', second)
    assert newer is not None
    assert names(staff.get(newer[1]).text) == names(first)

    assert names(staff.get(f"{HOME}/products?q=DESK+1").text) == [f"Desk {number}" for number in range(19, 9, -1)]
    assert names(staff.get(f"{HOME}/products?q=0%25").text) == ["100% wool"]
    assert names(staff.get(f"{HOME}/products?q={percent['id']}").text) == ["100% wool"]
    of_campaign = staff.get(f"{HOME}/products?campaign={campaign['id']}&q=desk").text
    assert len(names(of_campaign)) == 13
    assert "In campaign Desks" in of_campaign
    assert names(staff.get(f"{HOME}/products?show=archived").text) == ["=1+1"]
    assert "Nothing fits" in staff.get(f"{HOME}/products?q=chair").text
    assert "Nothing fits" in staff.get(f"{HOME}/products?campaign=camp_1%00").text
    assert staff.get(f"{HOME}/products?starting_after=prod_1").status_code == 400

    file = staff.get(f"{HOME}/products/list.csv?show=all&q=").data.decode("utf-8-sig").splitlines()
    assert len(file) == 30
    assert file[0].startswith("id,name,campaign")
    assert "'=1+1" in file[1]
    narrow = staff.get(f"{HOME}/products/list.csv?campaign={campaign['id']}")
    assert narrow.headers["Content-Disposition"] == 'attachment; filename="products.csv"'
    assert len(narrow.data.decode().splitlines()) == 15


@pytest.mark.feature("J13", "J12")
def test_vendors_neither_see_nor_change_each_others_catalog(staff: Staff, portal: str, other: Shop) -> None:
    campaign, made = other.post("/v1/campaigns", {"name": "Secret"}), other.product(name="Secret")
    plan = other.plan(product=made, name="Secret")
    group = other.post("/v1/plan_groups", {"name": "Secret"})
    coupon = other.post("/v1/coupons", {"code": "SECRET", "name": "Secret", "percent_off": 1000})
    for path, of in (
        ("campaigns", campaign),
        ("products", made),
        ("plans", plan),
        ("plan-groups", group),
        ("coupons", coupon),
    ):
        assert "Secret" not in staff.get(f"{HOME}/{path}?show=all").text
        assert "Secret" not in staff.get(f"{HOME}/{path}/list.csv?show=all").text
        assert "Secret" not in staff.get(f"{HOME}/{path}/new").text
        address = f"{HOME}/{path}/{of['id']}"
        assert staff.get(address).status_code == 404
        assert staff.post(address, {"revision": "1"}).status_code == 404
        assert staff.post(f"{address}/archive", {"do": "archive"}).status_code == 404
    assert staff.get(f"{HOME}/plans/{plan['id']}/price").status_code == 404
    assert (
        staff.post(f"{HOME}/plans/{plan['id']}/price", {"plan.price": "1", "plan.currency": "EUR"}).status_code == 404
    )
    assert staff.post(f"{HOME}/products/new", product(campaign["id"])).status_code == 404
    assert other.get(f"/v1/products/{made['id']}")["revision"] == 1


def product(campaign: str) -> dict[str, Any]:
    """A form that says all that can be said."""
    return {
        "product.name": "Studio",
        "product.campaign": campaign,
        "product.description": "A desk by the river.\r\nWith a view.",
        "product.show_in_portal": "yes",
        "product.links.0.label": "Open",
        "product.links.0.url": "https://studio.example/{customer_reference}",
        "product.unit_label": "seat",
        "product.unit_label_plural": "seats",
        "product.adjustable": "yes",
        "product.minimum": "2",
        "product.maximum": "50",
        "product.tax_rate": "7.5",
        "product.tax_behavior": "inclusive",
        "product.cancel": "deny",
        "product.cancel_message": "Write to us.",
        "product.cancel_timing": "at_period_end",
        "product.refund_window_days": "14",
    }


def names(page: str) -> list[str]:
    """The first cells of a list's rows."""
    return re.findall(r'<th scope="row">.*?<a [^>]+><bdi>([^<]+)</bdi>', page, re.DOTALL)
