"""A customer's data in the console: exported and erased by administrators alone, with what will happen shown first."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from services.portal.actions import exporting
from shared import clock
from shared.database import scope
from tests.integration.portal_pages.console import Staff

PAGE = "/console/customers"
MAIL = "ada@tessaly.example"


@pytest.fixture
def at(staff: Staff) -> str:
    return f"{PAGE}/{staff.shop.customer(MAIL, display_name='Ada Byron')['id']}/privacy"


@pytest.mark.feature("J03")
def test_erasing_is_shown_first_and_takes_the_typed_address(staff: Staff, at: str) -> None:
    shown = staff.get(at).text
    assert "Sign-ins, links and sessions" in shown
    assert "The record of what was done" in shown

    wrong = staff.post(f"{at}/erase", {"email": "bert@tessaly.example"})
    assert wrong.status_code == 409
    assert "That is not the customer’s e-mail address." in wrong.text
    assert staff.shop.get(f"/v1/customers/{at.split('/')[3]}")["erased_at"] is None

    done = staff.post(f"{at}/erase", {"email": f" {MAIL.upper()} "})
    assert done.status_code == 303
    page = staff.get(done.headers["Location"]).text
    assert "The customer is erased." in page
    assert re.search(r"Receipt era_\w+ of ", page)
    assert MAIL not in page
    assert "Put the data together" not in page
    assert staff.post(f"{at}/erase").status_code == 303  # whoever is erased stays so
    newest = staff.shop.get("/v1/action_log?action=customer.erased")["data"][0]
    assert (newest["actor_kind"], newest["actor_id"]) == ("staff", "usr_1")
    assert staff.get(at.removesuffix("/privacy")).status_code == 200


@pytest.mark.feature("J03")
def test_what_runs_stands_in_the_way(staff: Staff, at: str) -> None:
    staff.shop.subscription(customer={"id": at.split("/")[3]})

    assert "Cancel the subscriptions that are still running first" in staff.get(at).text
    assert staff.post(f"{at}/erase", {"email": MAIL}).status_code == 409


@pytest.mark.feature("J03")
def test_an_export_is_asked_for_and_fetched_once(staff: Staff, at: str) -> None:
    assert staff.post(f"{at}/exports").status_code == 303
    assert "It is being put together" in staff.get(at).text
    customer = at.split("/")[3]
    asked = staff.shop.get(f"/v1/customers/{customer}/exports")["data"][0]["id"]
    early = staff.post(f"{at}/exports/{asked}")
    assert early.status_code == 409

    with scope.system(vendor=staff.shop.vendor, mode=staff.shop.mode, job="test"), staff.shop.database.begin() as step:
        exporting.make(step, export_id=asked, parts={}, now=clock.now())
    assert "It can be downloaded once" in staff.get(at).text
    fetched = staff.post(f"{at}/exports/{asked}")
    assert fetched.content_type == "application/zip"
    assert fetched.data.startswith(b"PK")
    assert staff.post(f"{at}/exports/{asked}").status_code == 409
    stranger = staff.shop.customer("bert@tessaly.example")["id"]
    assert staff.post(f"{PAGE}/{stranger}/privacy/exports/{asked}").status_code == 404


@pytest.mark.feature("J03")
def test_both_take_a_sign_in_of_the_last_half_hour(staff: Staff, at: str) -> None:
    tired = replace(staff, proven_at=clock.now() - timedelta(minutes=31))

    for path in ("/exports", "/exports/exp_1", "/erase"):
        answer = tired.post(at + path, {"email": MAIL})
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/console/")
    assert staff.shop.get(f"/v1/customers/{at.split('/')[3]}/exports")["data"] == []
    assert staff.shop.get(f"/v1/customers/{at.split('/')[3]}")["erased_at"] is None
