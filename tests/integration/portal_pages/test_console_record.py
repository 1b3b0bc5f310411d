"""The console's record: lines narrowed by the address, as a page and as a file; the check that finds a forged one."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.portal.actions.operations import sealing
from shared import clock
from shared.events import VendorUpdated
from shared.web.app import App
from tests.integration.portal.shop import Shop
from tests.integration.portal.tampering import tamper
from tests.integration.portal_pages.console import Staff

PAGE = "/console/record"


def described(staff: Staff, path: str = PAGE) -> list[dict[str, str]]:
    """The lines of the file that the page offers."""
    answer = staff.get(path.replace(PAGE, f"{PAGE}/csv"))
    assert answer.content_type.startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


@pytest.fixture
def customer(staff: Staff) -> dict[str, Any]:
    made: dict[str, Any] = staff.shop.customer("ada@example.com")
    staff.shop.patch("/v1/billing_settings", {"retry_days": [3]})
    staff.post("/console/billing", {"do": "retries", "retry_days": ["5"], "after_last_retry": "end"})
    return made


@pytest.mark.feature("J09")
def test_a_line_says_who_did_what_when_and_what_it_changed(staff: Staff, customer: dict[str, Any]) -> None:
    page = staff.get(PAGE).text

    assert "Customer made" in page
    newest = page.split("<tr id=")[1]
    assert "Billing settings changed" in newest
    assert "<del>3</del>" in newest
    assert "<ins>5</ins>" in newest
    assert "Staff" in newest
    assert "Jonas Okafor" in newest


@pytest.mark.feature("J09")
@pytest.mark.parametrize(
    ("asked", "actions"),
    [
        ({"action": "billing_settings.updated"}, ["billing_settings.updated"] * 2),
        ({"actor_kind": "staff"}, ["billing_settings.updated"]),
        ({"about": "usr_1"}, ["billing_settings.updated"]),
        ({"about": "<customer>"}, ["customer.created"]),
        ({"about": "<customer>", "actor_kind": "staff"}, []),
        ({"since": "tomorrow"}, None),
        ({"since": "<in two days>"}, []),
        ({"until": "<two days ago>"}, []),
        ({"since": "<two days ago>", "until": "<in two days>"}, None),
    ],
)
def test_page_file_and_api_are_narrowed_alike(
    staff: Staff, customer: dict[str, Any], asked: dict[str, str], actions: list[str] | None
) -> None:
    days = {"<in two days>": 2, "<two days ago>": -2}
    for name, value in asked.items():
        if value in days:
            asked = asked | {name: (clock.now() + timedelta(days=days[value])).date().isoformat()}
        asked = asked | ({name: customer["id"]} if value == "<customer>" else {})
    query = "&".join(f"{name}={value}" for name, value in asked.items())

    listed = [each["action"] for each in described(staff, f"{PAGE}?{query}")]
    page = staff.get(f"{PAGE}?{query}").text

    assert page.count("<tr id=") == len(listed)
    if actions is not None:
        assert [each for each in listed if not each.startswith("portal_")] == actions
    else:
        assert len(listed) >= 3
    if not {"since", "until"} & set(asked):
        assert [each["action"] for each in staff.shop.get(f"/v1/action_log?limit=100&{query}")["data"]] == listed


def test_the_api_narrows_by_time(staff: Staff, customer: dict[str, Any]) -> None:
    later = (clock.now() + timedelta(hours=1)).isoformat().replace("+", "%2B")

    assert staff.shop.get(f"/v1/action_log?since={later}")["data"] == []
    assert len(staff.shop.get(f"/v1/action_log?until={later}")["data"]) >= 3
    assert staff.shop.ask("GET", "/v1/action_log?actor_kind=nobody").status_code == 400


def test_more_than_a_page_is_turned_over_by_place(staff: Staff) -> None:
    for number in range(60):
        staff.shop.customer(f"c{number}@example.com")

    first = staff.get(f"{PAGE}?action=customer.created").text
    older = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = staff.get(older).text

    assert (first.count("<tr id="), second.count("<tr id=")) == (50, 10)
    assert 'rel="prev"' in second
    assert len(described(staff, f"{PAGE}?action=customer.created")) == 60


def sealed(staff: Staff) -> None:
    sealing.seal_all(staff.shop.database.begin, vendor=staff.shop.vendor)


@pytest.mark.feature("J09")
def test_the_check_says_that_the_record_is_whole_or_where_it_is_not(staff: Staff, customer: dict[str, Any]) -> None:
    sealed(staff)

    whole = staff.post(f"{PAGE}/check").text
    assert "The record is whole" in whole
    said = staff.shop.get("/v1/action_log/check")
    assert (said["break_count"], said["mode"]) == (0, "test")
    assert said["head"] in whole

    forging = "UPDATE action_log SET client_address = NULL, action = 'customer.updated' WHERE object = :customer"
    tamper(staff.shop.database, forging, customer=customer["id"])
    broken = staff.post(f"{PAGE}/check").text
    assert "The record is wrong in 1 place" in broken
    assert "says something else than when it was sealed" in broken
    assert staff.shop.get("/v1/action_log/check")["breaks"][0]["fault"] == "changed"


def test_another_vendors_lines_are_not_there(staff: Staff, customer: dict[str, Any], other: Shop, app: App) -> None:
    stranger = Staff(shop=other, browser=app.test_client())

    assert "<tr id=" not in stranger.get(f"{PAGE}?about={customer['id']}").text
    assert described(stranger, f"{PAGE}?about={customer['id']}") == []
    assert other.get(f"/v1/action_log?about={customer['id']}")["data"] == []
    assert "The record is whole" in stranger.post(f"{PAGE}/check").text


@pytest.mark.feature("J09")
def test_a_change_of_the_company_stands_in_the_record_of_live_mode(staff: Staff) -> None:
    before = {"legal_name": "Larkfield Ltd", "logo": None}
    told = {"vendor": staff.shop.vendor, "slug": staff.shop.slug, "display_name": "Larkfield", "default_locale": "en"}
    staff.shop.hear(VendorUpdated(**told, profile=before, revision=50))
    staff.shop.hear(VendorUpdated(**told, profile={**before, "legal_name": "Larkfield GmbH"}, revision=51))
    staff.shop.hear(VendorUpdated(**told, profile=before, revision=50))  # an older word, late

    live = replace(staff, shop=staff.shop.live())
    (line, *_older) = described(live, f"{PAGE}?action=vendor.updated")

    assert json.loads(line["before"]) == {"legal_name": "Larkfield Ltd"}
    assert json.loads(line["after"]) == {"legal_name": "Larkfield GmbH"}
    assert described(staff, f"{PAGE}?action=vendor.updated") == []
    assert "Company changed" in live.get(PAGE).text
