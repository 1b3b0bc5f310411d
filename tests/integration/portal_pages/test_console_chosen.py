"""J13: several things of the catalog at once: said with their number first, then done, and what stays is named."""

from dataclasses import replace
from typing import Any

import pytest

from shared.web import console_lists
from shared.web.app import App
from tests.integration.portal.shop import Shop
from tests.integration.portal_pages.console import Staff

HOME = "/console/catalog"
YES = {"confirmed": "yes"}


def make(shop: Shop, kind: str, name: str) -> str:
    """One thing of the list `kind`. Its id."""
    if kind == "coupons":
        coupon = {"code": name.upper(), "name": name, "percent_off": 1000, "duration": "once"}
        return str(shop.post("/v1/coupons", coupon)["id"])
    if kind == "plan-groups":
        return str(shop.post("/v1/plan_groups", {"name": name})["id"])
    if kind == "plans":
        product = shop.post("/v1/products", {"name": f"Product of {name}"})["id"]
        plan = {"product": product, "name": name, "currency": "EUR", "unit_amount": 900, "interval": "month"}
        return str(shop.post("/v1/plans", plan)["id"])
    return str(shop.post(f"/v1/{kind}", {"name": name})["id"])


def read(shop: Shop, kind: str, of: str) -> dict[str, Any]:
    found: dict[str, Any] = shop.get(f"/v1/{kind.replace('-', '_')}/{of}")
    return found


def is_archived(shop: Shop, kind: str, of: str) -> bool:
    return read(shop, kind, of)["archived_at"] is not None


@pytest.mark.feature("J13")
@pytest.mark.parametrize(
    ("kind", "asked", "done", "back"),
    [
        ("campaigns", "Archive 2 campaigns?", "2 campaigns archived", "2 campaigns brought back"),
        ("products", "Archive 2 products?", "2 products archived", "2 products brought back"),
        ("plans", "Archive 2 plans?", "2 plans archived", "2 plans brought back"),
        ("plan-groups", "Archive 2 plan groups?", "2 plan groups archived", "2 plan groups brought back"),
        ("meters", "Archive 2 meters?", "2 meters archived", "2 meters brought back"),
        ("coupons", "Archive 2 coupons?", "2 coupons archived", "2 coupons brought back"),
    ],
)
def test_the_chosen_are_put_away_and_brought_back_together(
    staff: Staff, portal: str, kind: str, asked: str, done: str, back: str
) -> None:
    shop = staff.shop
    first, second, other = (make(shop, kind, name) for name in ("One", "Two", "Three"))
    here = f"{HOME}/{kind}"
    page = staff.get(here).text
    for each in (first, second, other):
        assert f'name="chosen" value="{each}" form="chosen"' in page
    form = {"do": "archive", "chosen": [first, second]}

    question = staff.post(here, form)
    assert question.status_code == 200
    assert asked in question.text
    assert "from now on" in question.text
    assert not is_archived(shop, kind, first)
    answer = staff.post(here, form | YES)

    assert answer.status_code == 303
    assert done in staff.get(answer.headers["Location"]).text
    assert [is_archived(shop, kind, each) for each in (first, second, other)] == [True, True, False]
    assert [len(shop.logged(each)) for each in (first, second, other)] == [2, 2, 1]
    answer = staff.post(f"{here}?show=archived", {"do": "restore", "chosen": [first, second]} | YES)
    assert answer.headers["Location"].startswith(f"{here}?show=archived&done=restore")
    assert back in staff.get(answer.headers["Location"]).text
    assert not is_archived(shop, kind, second)
    assert [len(shop.logged(each)) for each in (first, second)] == [3, 3]


@pytest.mark.feature("J13")
def test_products_are_hidden_and_shown_together_and_what_is_so_already_is_named(staff: Staff, portal: str) -> None:
    shop, here = staff.shop, f"{HOME}/products"
    seen, hidden = make(shop, "products", "Seen"), make(shop, "products", "Hidden")
    staff.post(here, {"do": "hide", "chosen": [hidden]} | YES)
    assert read(shop, "products", hidden)["show_in_portal"] is False

    answer = staff.post(here, {"do": "hide", "chosen": [seen, hidden]} | YES)

    assert answer.status_code == 200
    assert "1 product hidden" in answer.text
    assert "1 stays as it is" in answer.text
    assert '<bdi>Hidden</bdi></strong><p class="soft">Nothing was to be changed' in answer.text
    stayed, done = answer.text.split('id="done"')
    assert "<bdi>Seen</bdi>" not in stayed
    assert "<bdi>Seen</bdi>" in done
    assert len(shop.logged(hidden)) == 2
    assert staff.post(here, {"do": "show", "chosen": [seen, hidden]} | YES).status_code == 303
    assert [read(shop, "products", each)["show_in_portal"] for each in (seen, hidden)] == [True, True]


@pytest.mark.feature("J13")
@pytest.mark.parametrize("kind", ["campaigns", "products", "plans", "plan-groups", "meters", "coupons"])
def test_one_of_another_vendor_refuses_all_and_changes_nothing(
    staff: Staff, portal: str, other: Shop, kind: str
) -> None:
    mine, theirs = make(staff.shop, kind, "Mine"), make(other, kind, "Theirs")
    here = f"{HOME}/{kind}"

    for foreign in (theirs, "none_such", "\0", ""):
        for form in ({}, YES):
            answer = staff.post(here, {"do": "archive", "chosen": [mine, foreign]} | form)
            assert answer.status_code == 404
            assert "Theirs" not in answer.text

    assert not is_archived(staff.shop, kind, mine)
    assert not is_archived(other, kind, theirs)
    assert len(staff.shop.logged(mine)) == len(other.logged(theirs)) == 1


@pytest.mark.feature("J12", "J13")
def test_who_may_not_act_sees_no_boxes_and_changes_nothing(staff: Staff, portal: str) -> None:
    coupon, here = make(staff.shop, "coupons", "Spring"), f"{HOME}/coupons"
    for role in ("support", "read_only"):
        reader = replace(staff, role=role)
        page = reader.get(here).text
        assert "SPRING" in page
        assert "chosen" not in page
        assert reader.post(here, {"do": "archive", "chosen": [coupon]} | YES).status_code == 403
    assert not is_archived(staff.shop, "coupons", coupon)


def test_nothing_chosen_too_much_chosen_and_what_no_button_says(staff: Staff, portal: str, app: App) -> None:
    coupon, here = make(staff.shop, "coupons", "Spring"), f"{HOME}/coupons"

    nothing = staff.post(f"{here}?q=spring", {"do": "archive"})
    assert "Nothing was chosen" in staff.get(nothing.headers["Location"]).text
    assert "q=spring" in nothing.headers["Location"]
    many = [f"cpn_{number}" for number in range(console_lists.ROWS)]
    assert staff.post(here, {"do": "archive", "chosen": [coupon, *many]} | YES).status_code == 422
    for unknown in ("hide", "burn", ""):
        assert staff.post(here, {"do": unknown, "chosen": [coupon]} | YES).status_code == 404
    twice = staff.post(here, {"do": "archive", "chosen": [coupon, coupon]} | YES)
    assert "1 coupon archived" in staff.get(twice.headers["Location"]).text


def test_all_on_the_page_are_chosen_without_scripts_and_a_list_offers_what_makes_sense(
    staff: Staff, portal: str
) -> None:
    for name in ("One", "Two"):
        make(staff.shop, "coupons", name)
    here = f"{HOME}/coupons"
    page = staff.get(f"{here}?q=o").text
    assert 'value="archive"' in page
    assert 'value="restore"' not in page
    assert " checked" not in page.split('id="chosen"')[0].split("<tbody>")[1]
    every_one = page.split('class="without-scripts" href="')[1].split('"')[0].replace("&amp;", "&")

    ticked = staff.get(every_one).text
    assert ticked.split("<tbody>")[1].count(" checked>") == 2
    assert f'action="{here}?q=o"' in ticked
