"""What customers use: reported by the vendor, counted in its period, once, and shown through the API."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from services.portal.models import UsageRecord
from services.portal.rules.subscriptions.usage import Aggregation, calculate
from shared import clock
from tests.integration.portal.shop import Shop

PATH = "/v1/usage_records"


@pytest.fixture
def meter(shop: Shop) -> dict[str, Any]:
    made: dict[str, Any] = shop.post("/v1/meters", {"name": "API calls", "unit_label": "calls"})
    return made


@pytest.fixture
def subscription(shop: Shop, meter: dict[str, Any]) -> dict[str, Any]:
    plan = shop.plan(usage=[{"meter": meter["id"], "included": 5000}])
    began = clock.now() - timedelta(days=75)
    return shop.subscription(plan=plan, collection="external", started_at=began.isoformat())


def report(shop: Shop, subscription: dict[str, Any], meter: dict[str, Any], quantity: int, **more: Any) -> Any:
    body = {"subscription": subscription["id"], "meter": meter["id"], "quantity": quantity, **more}
    return shop.ask("POST", PATH, json=body)


def used(shop: Shop, subscription: dict[str, Any], *, periods: int = 1) -> list[int]:
    (found,) = shop.get(f"/v1/subscriptions/{subscription['id']}/usage?periods={periods}")["data"]
    return [each["used"] for each in found["periods"]]


@pytest.mark.feature("C26")
def test_use_is_counted_against_what_the_plan_includes(
    shop: Shop, subscription: dict[str, Any], meter: dict[str, Any]
) -> None:
    for quantity in (1200, 40):
        assert report(shop, subscription, meter, quantity).status_code == 201

    (found,) = shop.get(f"/v1/subscriptions/{subscription['id']}/usage")["data"]
    (running,) = found["periods"]

    assert (found["name"], found["unit_label"], found["aggregation"]) == ("API calls", "calls", "sum")
    assert {name: running[name] for name in ("used", "included", "left", "beyond", "percent")} == {
        "used": 1240,
        "included": 5000,
        "left": 3760,
        "beyond": 0,
        "percent": 24,
    }
    assert running["start"] == shop.get(f"/v1/subscriptions/{subscription['id']}")["current_period_start"]
    assert len(shop.get(f"{PATH}?subscription={subscription['id']}")["data"]) == 2


@pytest.mark.feature("C26")
def test_a_late_report_counts_in_the_period_in_which_it_happened(
    shop: Shop, subscription: dict[str, Any], meter: dict[str, Any]
) -> None:
    running = datetime.fromisoformat(shop.get(f"/v1/subscriptions/{subscription['id']}")["current_period_start"])

    for at, quantity in ((running, 1), (running - timedelta(microseconds=1), 20), (running - timedelta(days=40), 300)):
        assert report(shop, subscription, meter, quantity, at=at.isoformat()).status_code == 201

    assert used(shop, subscription, periods=12) == [1, 20, 300]


@pytest.mark.feature("C26")
def test_a_report_that_comes_twice_counts_once(shop: Shop, subscription: dict[str, Any], meter: dict[str, Any]) -> None:
    first = report(shop, subscription, meter, 7, identifier="job-1")

    again = report(shop, subscription, meter, 7, identifier="job-1")
    other = report(shop, subscription, meter, 8, identifier="job-1")
    moved = report(shop, subscription, meter, 7, identifier="job-1", at=(clock.now() - timedelta(days=1)).isoformat())
    elsewhere = shop.post("/v1/meters", {"name": "Storage"})

    assert (first.status_code, again.status_code, again.json["id"]) == (201, 201, first.json["id"])
    assert (other.status_code, other.json["code"]) == (409, "usage_identifier_taken")
    assert "job-1" in other.json["detail"]
    assert moved.json["code"] == "usage_identifier_taken"
    assert report(shop, subscription, elsewhere, 8, identifier="job-1").status_code == 201
    assert used(shop, subscription) == [7]


@pytest.mark.parametrize("aggregation", [each.value for each in Aggregation])
def test_a_meter_counts_as_a_fold_over_its_records_does(shop: Shop, aggregation: str) -> None:
    """Whatever the order in which they are reported, and however often."""
    meter = shop.post("/v1/meters", {"name": "Seats", "aggregation": aggregation})
    subscription = shop.subscription(plan=shop.plan(usage=[{"meter": meter["id"], "included": None}]))
    began, chance = datetime.fromisoformat(subscription["started_at"]), Random(26)
    moments = [began + timedelta(microseconds=each) for each in range(30)]
    records = [
        {
            "subscription": subscription["id"],
            "meter": meter["id"],
            "quantity": chance.randint(-9 if aggregation == "sum" else 0, 99),
            "at": at.isoformat(),
            "identifier": at.isoformat(),
        }
        for at in moments
    ]
    shuffled = chance.sample(records, len(records)) + chance.sample(records, 9)

    answer = shop.post(f"{PATH}/batch", {"records": shuffled})

    assert [each["identifier"] for each in answer["data"]] == [each["identifier"] for each in shuffled]
    (found,) = shop.get(f"/v1/subscriptions/{subscription['id']}/usage")["data"]
    expected = calculate(Aggregation(aggregation), [int(each["quantity"]) for each in records])
    assert (found["periods"][0]["used"], found["periods"][0]["included"]) == (expected, None)


def test_two_who_report_the_same_at_once_count_once(
    shop: Shop, subscription: dict[str, Any], meter: dict[str, Any]
) -> None:
    with ThreadPoolExecutor(max_workers=6) as pool:
        answers = list(pool.map(lambda _: report(shop, subscription, meter, 5, identifier="same"), range(6)))

    assert {each.status_code for each in answers} == {201}
    assert len({each.json["id"] for each in answers}) == 1
    assert used(shop, subscription) == [5]


def test_what_is_wrong_is_named_and_nothing_is_kept(
    shop: Shop, other: Shop, subscription: dict[str, Any], meter: dict[str, Any]
) -> None:
    theirs = other.post("/v1/meters", {"name": "Theirs"})
    good = {"subscription": subscription["id"], "meter": meter["id"], "quantity": 1}
    before = clock.now() - timedelta(days=99)

    for wrong, field, code in (
        ({"meter": theirs["id"]}, "meter", "unknown_reference"),
        ({"subscription": other.subscription()["id"]}, "subscription", "unknown_reference"),
        ({"at": before.isoformat()}, "at", "outside_subscription"),
        ({"at": (clock.now() + timedelta(hours=1)).isoformat()}, "at", "date_in_future"),
    ):
        answer = shop.ask("POST", f"{PATH}/batch", json={"records": [good, {**good, **wrong}]})
        assert answer.status_code == 422
        assert [(each["field"], each["code"]) for each in answer.json["errors"]] == [(f"records.1.{field}", code)]
    for quantity in (1.5, "3", None, 10**13):
        assert report(shop, subscription, meter, quantity).status_code == 400  # type: ignore[arg-type]
    shop.patch(f"/v1/meters/{meter['id']}", {"archived": True})
    assert report(shop, subscription, meter, 1).json["errors"][0]["field"] == "meter"

    assert shop.get(PATH)["data"] == []
    assert used(shop, subscription) == [0]
    assert other.ask("GET", f"/v1/subscriptions/{subscription['id']}/usage").status_code == 404
    assert other.ask("GET", f"/v1/meters/{meter['id']}").status_code == 404


def test_a_plan_shows_meters_that_are_there_each_once(shop: Shop, other: Shop, meter: dict[str, Any]) -> None:
    plan, theirs = shop.plan(), other.post("/v1/meters", {"name": "Theirs"})
    path, own = f"/v1/plans/{plan['id']}", {"meter": meter["id"], "included": 10}

    for wrong, code in (([own, own], "not_unique"), ([own, {"meter": theirs["id"]}], "unknown_reference")):
        answer = shop.ask("PATCH", path, json={"usage": wrong})
        assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, code)
        assert answer.json["errors"][0]["field"] == "usage.1.meter"

    assert shop.patch(path, {"usage": [own]})["usage"] == [own]
    new = shop.post(f"{path}/price", {"currency": "EUR", "unit_amount": 1})
    assert new["usage"] == [own]


def test_a_meter_is_changed_by_who_knows_it_and_keeps_what_it_comes_to(shop: Shop, meter: dict[str, Any]) -> None:
    path = f"/v1/meters/{meter['id']}"

    stale = shop.ask("PATCH", path, json={"name": "Calls"}, headers={"If-Match": '"7"'})
    fixed = shop.ask("PATCH", path, json={"aggregation": "max"})
    changed = shop.patch(path, {"name": "Calls", "unit_label": None})

    assert (stale.status_code, fixed.status_code) == (412, 400)
    assert (changed["name"], changed["unit_label"], changed["revision"]) == ("Calls", None, 2)


def test_erasing_a_customer_clears_what_they_used(
    shop: Shop, subscription: dict[str, Any], meter: dict[str, Any]
) -> None:
    report(shop, subscription, meter, 5)
    shop.post(
        f"/v1/subscriptions/{subscription['id']}/cancel",
        {"timing": "immediately"},
        headers={"Idempotency-Key": "cancel"},
    )

    shop.post(f"/v1/customers/{subscription['customer']}/erase", {}, headers={"Idempotency-Key": "erase"})

    with shop.inside() as session:
        assert session.query(UsageRecord).count() == 0
