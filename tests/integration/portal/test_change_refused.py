"""Changes that are refused, each with its own code, and of two at once one."""

from typing import Any

import pytest

from tests.integration.portal import changing, clockwork
from tests.integration.portal.changing import ask, plans
from tests.integration.portal.shop import Shop


@pytest.mark.feature("M19")
@pytest.mark.parametrize(
    ("target", "code", "status"),
    [
        ("team", "plan_is_current", 409),
        ("stranger", "plan_outside_group", 409),
        ("dollars", "plan_in_other_currency", 409),
        ("archived", "plan_archived", 409),
        ("pro", "switch_not_allowed", 403),
        ("plan_nothing", "plan_unknown", 404),
    ],
)
def test_what_may_not_follow_is_refused_each_with_its_own_code(shop: Shop, target: str, code: str, status: int) -> None:
    sold = plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    group, entry = sold.group["id"], {"from": sold.team["id"], "to": sold.pro["id"], "decision": "denied"}
    shop.patch(f"/v1/plan_groups/{group}", {"switches": [entry]})
    archived = shop.plan(product=sold.product, plan_group=group)
    shop.patch(f"/v1/plans/{archived['id']}", {"archived": True})
    known = {
        "team": sold.team,
        "stranger": shop.plan(product=sold.product),
        "dollars": shop.plan(product=sold.product, plan_group=group, currency="USD"),
        "archived": archived,
        "pro": sold.pro,
    }

    answer = ask(shop, subscription, {"plan": known[target]["id"] if target in known else target})

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert clockwork.read(shop, subscription["id"]) == subscription


@pytest.mark.parametrize(
    "sent",
    [
        {"unit_amount": 1},
        {"price": 1},
        {"tax_rate": 0},
        {"discount": {"percent_off": 10_000}},
        {"proration_date": "2027-01-01T00:00:00Z"},
        {"trial_end": "2030-01-01T00:00:00Z"},
        {"currency": "JPY"},
    ],
)
def test_prices_tax_and_dates_are_never_the_clients(shop: Shop, sent: dict[str, Any]) -> None:
    sold = plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team)

    answer = ask(shop, subscription, {"plan": sold.pro["id"], **sent})

    assert answer.status_code in (400, 422)
    assert clockwork.read(shop, subscription["id"]) == subscription


def test_a_change_needs_a_key_and_is_done_once_for_it(shop: Shop) -> None:
    sold = plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team)
    path, body = f"/v1/subscriptions/{subscription['id']}/change", {"quantity": 5}

    without = shop.ask("POST", path, json=body)
    answers = [shop.ask("POST", path, json=body, headers={"Idempotency-Key": "once"}) for _ in range(2)]

    assert (without.status_code, without.json["code"]) == (400, "idempotency_key_missing")
    assert answers[0].json == answers[1].json
    assert [each.kind for each in clockwork.payments(shop, subscription)] == ["start", "change"]


def test_of_two_changes_at_once_one_wins_and_the_other_is_told(shop: Shop) -> None:
    sold = plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    tag = {"If-Match": f'"{subscription["revision"]}"'}

    answers = changing.at_once(
        lambda: ask(shop, subscription, {"plan": sold.pro["id"]}, **tag),
        lambda: ask(shop, subscription, {"quantity": 3}, **tag),
    )

    codes = sorted(each.status_code for each in answers)
    after = clockwork.read(shop, subscription["id"])
    assert codes[0] == 200
    assert codes[1] in (409, 412)
    assert (after["plan"], after["quantity"]) in ((sold.pro["id"], 1), (sold.team["id"], 3))
    assert [each.kind for each in clockwork.payments(shop, subscription)] == ["start", "change"]
