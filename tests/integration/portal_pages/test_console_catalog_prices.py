"""J13: plans, plan groups and coupons in the console, and that no price of what is running ever changes."""

from typing import Any

import pytest

from tests.integration.portal_pages.console import Staff, fields_of

HOME = "/console/catalog"


@pytest.mark.feature("J13", "C06")
def test_a_plan_is_made_and_changed_and_its_price_stays(staff: Staff, portal: str) -> None:
    product = staff.shop.product()
    group = staff.shop.post("/v1/plan_groups", {"name": "Desks"})
    made = staff.post(f"{HOME}/plans/new", plan(product["id"]) | {"plan.plan_group": group["id"]})
    assert made.status_code == 303, made.text
    found = staff.shop.get("/v1/plans")["data"][0]
    expected = {
        "product": product["id"],
        "name": "Team",
        "unit_amount": 29900,
        "currency": "KWD",
        "interval": "week",
        "interval_count": 2,
        "trial_days": 14,
        "plan_group": group["id"],
        "features": ["Two desks", "Wi-Fi"],
        "cancel": "needs_approval",
        "refund_window_days": 0,
    }
    assert {name: found[name] for name in expected} == expected

    address = f"{HOME}/plans/{found['id']}"
    page = staff.get(address).text
    assert 'name="plan.price"' not in page
    as_it_was = staff.post(address, fields_of(page))
    assert as_it_was.status_code == 303
    assert staff.shop.get(f"/v1/plans/{found['id']}")["revision"] == 1
    form = fields_of(page)
    form["plan.name"], form["plan.price"] = "Crew", "1.00"
    assert staff.post(address, form).status_code == 303
    now = staff.shop.get(f"/v1/plans/{found['id']}")
    assert (now["name"], now["unit_amount"]) == ("Crew", 29900)


@pytest.mark.feature("J13")
@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("plan.product", "", "This field is required."),
        ("plan.price", "", "This field is required."),
        ("plan.price", "29,90", "“29,90” is not an amount."),
        ("plan.price", "1e3", "is not an amount."),
        ("plan.price", "-1", "An amount can’t be less than zero."),
        ("plan.price", "29.9001", "The currency has at most 3 decimals."),
        ("plan.price", "9999999999999", "The amount is too large."),
        ("plan.currency", "XYZ", "“XYZ” is not an ISO 4217 currency code."),
        ("plan.interval_count", "0", "Give a whole number from 1 to 365."),
        ("plan.interval", "hour", "This is not one of the choices."),
        ("plan.trial_days", "1.5", "Give a whole number from 0 to 730."),
        ("plan.features", "x" * 121, "At most 120 characters are allowed."),
        ("plan.plan_group", "pgrp_1", "There is no such object here, or it is archived."),
    ],
)
def test_amounts_and_numbers_are_read_strictly(staff: Staff, portal: str, field: str, typed: str, said: str) -> None:
    product = staff.shop.product()
    answer = staff.post(f"{HOME}/plans/new", plan(product["id"]) | {field: typed})
    assert answer.status_code == 422, answer.text
    assert said.replace("’", "&#39;") in answer.text.replace("’", "&#39;")
    assert 'aria-invalid="true"' in answer.text
    assert staff.shop.get("/v1/plans")["data"] == []
    assert fields_of(answer.text)["plan.name"] == "Team"


@pytest.mark.feature("J13")
def test_a_new_price_never_touches_what_is_running(staff: Staff, portal: str) -> None:
    shop = staff.shop
    group = shop.post("/v1/plan_groups", {"name": "Desks"})
    old = shop.plan(name="Team", unit_amount=2500, plan_group=group["id"], trial_days=0, features=["Wi-Fi"])
    solo = shop.plan(name="Solo", unit_amount=900, plan_group=group["id"])
    shop.patch(
        f"/v1/plan_groups/{group['id']}", {"switches": [{"from": solo["id"], "to": old["id"], "decision": "denied"}]}
    )
    coupon = shop.post("/v1/coupons", {"code": "DESK", "name": "x", "percent_off": 100, "plans": [old["id"]]})
    running = shop.subscription(plan=old, quantity=2)
    before = shop.get(f"/v1/subscriptions/{running['id']}")

    address = f"{HOME}/plans/{old['id']}/price"
    assert "1 running subscription keeps its price; the plan’s is €25.00 now." in staff.get(address).text
    same = staff.post(address, {"plan.price": "25", "plan.currency": "eur", "revision": "1"})
    assert same.status_code == 422
    assert "That is its price already." in same.text
    looked = staff.post(address, {"plan.price": "30", "plan.currency": "EUR", "revision": "1", "do": "look"})
    assert "€30.00" in looked.text.split('id="seen"')[1]
    assert len(shop.get("/v1/plans")["data"]) == 2

    changed = staff.post(address, {"plan.price": "30", "plan.currency": "EUR", "revision": "1"})
    assert changed.status_code == 303, changed.text
    new = shop.get("/v1/plans")["data"][0]
    assert (new["name"], new["unit_amount"], new["features"]) == ("Team", 3000, ["Wi-Fi"])
    assert changed.headers["Location"] == f"{HOME}/plans/{new['id']}?done=price"
    assert shop.get(f"/v1/plans/{old['id']}")["archived_at"] is not None
    assert shop.get(f"/v1/subscriptions/{running['id']}") == before
    assert "1 running subscription" in staff.get(f"{HOME}/plans/{old['id']}").text
    assert "0 running subscriptions" in staff.get(f"{HOME}/plans/{new['id']}").text
    ends = [(each["from"], each["to"]) for each in shop.get(f"/v1/plan_groups/{group['id']}")["switches"]]
    assert ends == [(solo["id"], old["id"]), (solo["id"], new["id"])]
    assert shop.get(f"/v1/coupons/{coupon['id']}")["plans"] == [old["id"], new["id"]]
    again = staff.post(address, {"plan.price": "31", "plan.currency": "EUR", "revision": "2"})
    assert again.status_code == 409
    assert shop.logged(old["id"]) == ["plan.created", "plan.updated"]


@pytest.mark.feature("J13", "C08")
def test_a_group_says_by_a_grid_who_may_move_where(staff: Staff, portal: str) -> None:
    shop = staff.shop
    solo, team = shop.plan(name="Solo", unit_amount=900), shop.plan(name="Team", unit_amount=2500)
    other = shop.plan(name="House")
    made = staff.post(f"{HOME}/plan-groups/new", {"group.name": "Desks", "group.plans": [solo["id"], team["id"]]})
    assert made.status_code == 303, made.text
    group = shop.get("/v1/plan_groups")["data"][0]
    assert [shop.get(f"/v1/plans/{each['id']}")["plan_group"] for each in (solo, team, other)] == [
        group["id"],
        group["id"],
        None,
    ]
    address = f"{HOME}/plan-groups/{group['id']}"
    form = fields_of(staff.get(address).text)
    up, down = f"{solo['id']}:{team['id']}", f"{team['id']}:{solo['id']}"
    assert set(form.getlist("group.may")) == {up, down}

    form.setlist("group.may", [up])
    form.setlist("group.plans", [solo["id"], team["id"], other["id"]])
    assert staff.post(address, form).status_code == 303
    said = shop.get(f"/v1/plan_groups/{group['id']}")["switches"]
    assert [(each["from"], each["to"], each["decision"]) for each in said] == [(team["id"], solo["id"], "denied")]
    assert shop.get(f"/v1/plans/{other['id']}")["plan_group"] == group["id"]

    page = staff.get(address).text
    assert page.count('name="group.pair"') == 6
    form = fields_of(page)
    assert down not in form.getlist("group.may")
    form.add("group.may", down)
    assert staff.post(address, form).status_code == 303
    assert shop.get(f"/v1/plan_groups/{group['id']}")["switches"] == []
    stale = staff.post(address, form)
    assert stale.status_code == 409


@pytest.mark.feature("J13", "C13")
def test_a_coupon_is_made_and_its_limits_changed(staff: Staff, portal: str) -> None:
    shop = staff.shop
    team = shop.plan(name="Team")
    made = staff.post(f"{HOME}/coupons/new", coupon() | {"coupon.plans": [team["id"]]})
    assert made.status_code == 303, made.text
    found = shop.get("/v1/coupons")["data"][0]
    expected = {
        "code": "SPRING",
        "percent_off": 1250,
        "amount_off": None,
        "duration": "repeating",
        "periods": 3,
        "plans": [team["id"]],
        "expires_at": "2030-05-01T12:30:00+00:00",
        "max_redemptions": 5,
    }
    assert {name: found[name] for name in expected} == expected
    address = f"{HOME}/coupons/{found['id']}"
    form = fields_of(staff.get(address).text)
    form["coupon.max_redemptions"], form["coupon.percent"] = "7", "99"
    assert staff.post(address, form).status_code == 303
    now = shop.get(f"/v1/coupons/{found['id']}")
    assert (now["max_redemptions"], now["percent_off"], now["expires_at"]) == (7, 1250, found["expires_at"])

    amount = {
        "coupon.kind": "amount",
        "coupon.amount": "5",
        "coupon.currency": "jpy",
        "coupon.code": "five",
        "coupon.name": "Five",
    }
    assert staff.post(f"{HOME}/coupons/new", coupon() | amount).status_code == 303
    newest = shop.get("/v1/coupons")["data"][0]
    assert (newest["amount_off"], newest["currency"], newest["percent_off"]) == (5, "JPY", None)
    listed = staff.get(f"{HOME}/coupons?q=spr").text
    assert "SPRING" in listed
    assert "FIVE" not in listed
    assert "12.5% off" in listed


@pytest.mark.feature("J13")
@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("coupon.code", "S", "Use 2 to 40 letters"),
        ("coupon.code", "taken", "Another coupon has this code."),
        ("coupon.percent", "0", "Give percent from 0 to 100"),
        ("coupon.percent", "", "This field is required."),
        ("coupon.periods", "", "This field is required."),
        ("coupon.expires_at", "tomorrow", "is not a date."),
        ("coupon.starts_at", "2031-01-01T00:00", "It can’t end before it begins."),
        ("coupon.max_redemptions", "0", "Give a whole number from 1"),
        ("coupon.plans", "plan_1", "There is no such object here"),
    ],
)
def test_what_a_coupon_cannot_be_is_said_at_the_field(
    staff: Staff, portal: str, field: str, typed: str, said: str
) -> None:
    staff.shop.post("/v1/coupons", {"code": "TAKEN", "name": "x", "percent_off": 100})
    answer = staff.post(f"{HOME}/coupons/new", coupon() | {field: typed})
    assert answer.status_code == 422, answer.text
    assert said in answer.text
    assert len(staff.shop.get("/v1/coupons")["data"]) == 1
    assert fields_of(answer.text)["coupon.name"] == "Spring sale"


def plan(product: str) -> dict[str, Any]:
    return {
        "plan.product": product,
        "plan.name": "Team",
        "plan.price": "29.9",
        "plan.currency": "kwd",
        "plan.interval_count": "2",
        "plan.interval": "week",
        "plan.trial_days": "14",
        "plan.features": "Two desks\r\n\r\n Wi-Fi ",
        "plan.cancel": "needs_approval",
        "plan.refund_window_days": "0",
    }


def coupon() -> dict[str, Any]:
    return {
        "coupon.code": "Spring",
        "coupon.name": "Spring sale",
        "coupon.kind": "percent",
        "coupon.percent": "12.5",
        "coupon.duration": "repeating",
        "coupon.periods": "3",
        "coupon.expires_at": "2030-05-01T12:30",
        "coupon.max_redemptions": "5",
    }
