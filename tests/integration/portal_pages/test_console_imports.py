"""Imports in the console: a file is looked at first, brought in after a yes, by a worker; page and API agree."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from services.portal.actions.operations import import_checks
from services.portal.models import Import
from shared import clock
from shared.database import scope
from tests.integration.portal_pages.console import Staff

PAGE = "/console/imports"
CUSTOMERS = "email,name,country\nada@example.com,Ada,GB\nbert@example.com,Bert,DE\nnobody,,\ncarla@example.com,,XX\n"
PAYMENTS = "email,date,description,amount,currency\nada@example.com,2026-01-31,Two seats,50.00,EUR\n"


def upload(
    staff: Staff, table: str | bytes, *, kind: str = "customers", name: str = "c.csv", **more: str
) -> TestResponse:
    content = table.encode() if isinstance(table, str) else table
    return staff.post(f"{PAGE}/new", {"kind": kind, "file": [(BytesIO(content), name)], **more})


def work(staff: Staff, *, later: timedelta = timedelta()) -> None:
    import_checks.carry_on_due(staff.shop.database.begin, now=clock.now() + later)


def emails(staff: Staff) -> set[str]:
    return {each["email"] for each in staff.shop.get("/v1/customers")["data"]}


def tally(page: str) -> dict[str, int]:
    found = re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", page)
    return {words: int(number) for words, number in found}


@pytest.mark.feature("J15")
def test_a_file_is_looked_at_before_anything_goes_in(staff: Staff) -> None:
    staff.shop.customer("ada@example.com")

    at = upload(staff, CUSTOMERS).headers["Location"]
    page = staff.get(at).text

    assert tally(page) == {"Rows": 4, "Will be added": 1, "Here before, unchanged": 1, "Refused": 2}
    rows = re.findall(r">Line (\d+)</td><td><code>(\w+)</code>", page)
    assert rows == [("4", "email"), ("5", "country")]
    assert "Nothing has gone in yet." in page
    assert emails(staff) == {"ada@example.com"}

    assert staff.post(f"{at}/confirm").status_code == 303
    assert "0 percent is in" in staff.get(at).text
    assert staff.post(f"{at}/confirm").status_code == 303  # twice is once
    work(staff)
    page = staff.get(at).text
    assert tally(page) == {"Rows": 4, "Added": 1, "Here before, unchanged": 1, "Refused": 2}
    assert "Done, with rows left out" in page
    assert emails(staff) == {"ada@example.com", "bert@example.com"}
    log = staff.shop.get(f"/v1/action_log?object={at.split('/')[-1]}")["data"]
    assert [each["action"] for each in log] == ["import.completed_with_errors", "import.confirmed"]
    assert {each["actor_id"] for each in log} == {"usr_1"}
    assert "c.csv" in staff.get(PAGE).text
    assert "c.csv" in staff.get(f"{PAGE}/list.csv?status=completed_with_errors").text
    assert "c.csv" not in staff.get(f"{PAGE}?status=refused").text


@pytest.mark.feature("J15")
def test_all_or_nothing_is_refused_at_once(staff: Staff) -> None:
    page = staff.get(upload(staff, CUSTOMERS, all_or_nothing="yes").headers["Location"]).text

    assert "Nothing went in." in page
    assert "Bring it in" not in page
    assert emails(staff) == set()


@pytest.mark.feature("J15")
def test_the_same_file_twice_has_nothing_to_do(staff: Staff) -> None:
    first = upload(staff, PAYMENTS, kind="payments").headers["Location"]
    assert tally(staff.get(first).text)["Customers that will be made"] == 1
    assert staff.shop.get("/v1/payments")["data"] == []
    staff.post(f"{first}/confirm")
    work(staff)
    assert len(staff.shop.get("/v1/payments")["data"]) == 1

    page = staff.get(upload(staff, PAYMENTS, kind="payments").headers["Location"]).text

    assert tally(page) == {"Rows": 1, "Added": 0, "Customers made": 0, "Here before, unchanged": 1, "Refused": 0}
    assert "Bring it in" not in page


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "empty"),
        ("name,phone\nAda,1\n", "email"),
        (b"\xff\xfee\x00m\x00", "UTF-8"),
        (b"email\n\xff\xfe@x\n", "UTF-8"),
    ],
)
def test_a_bad_file_is_told_with_its_reason(staff: Staff, table: str | bytes, said: str) -> None:
    page = staff.get(upload(staff, table).headers["Location"]).text

    assert said in page.split('id="problems"')[1]
    assert "Bring it in" not in page


def test_without_a_file_or_a_kind_the_form_says_so(staff: Staff) -> None:
    assert staff.post(f"{PAGE}/new", {"kind": "customers"}).status_code == 422
    assert upload(staff, CUSTOMERS, kind="stripe").status_code == 422
    assert upload(staff, b"email\n" + b"x" * 6_000_000).status_code == 413
    assert staff.shop.get("/v1/imports")["data"] == []


def test_a_file_is_dropped_by_a_no_or_after_a_day(staff: Staff) -> None:
    first, second = (upload(staff, CUSTOMERS).headers["Location"] for _ in range(2))

    assert staff.post(f"{first}/discard").status_code == 303
    assert "Dropped" in staff.get(first).text
    assert staff.post(f"{first}/confirm").status_code == 409
    work(staff, later=timedelta(hours=25))
    assert "Not confirmed in time" in staff.get(second).text
    assert staff.post(f"{second}/confirm").status_code == 409
    assert emails(staff) == set()


def test_a_worker_that_dies_is_followed_by_another_three_times(staff: Staff) -> None:
    """What is left of a file that no worker survives is said; the good rows of before are in."""
    at = upload(staff, CUSTOMERS).headers["Location"]
    staff.post(f"{at}/confirm")
    for hours in range(1, 4):  # each claims it, and dies
        import_checks._claim(staff.shop.database.begin, now=clock.now() + timedelta(hours=hours))
    work(staff, later=timedelta(hours=5))

    assert "Failed" in staff.get(at).text
    with scope.system(vendor=staff.shop.vendor, mode=staff.shop.mode, job="test"), staff.shop.database.begin() as step:
        assert step.get_one(Import, at.split("/")[-1]).finished_at is not None


@pytest.mark.feature("J15")
def test_the_api_looks_first_as_well(staff: Staff) -> None:
    def ask(path: str, **options: object) -> TestResponse:
        return staff.shop.ask("POST", path, **options)

    form = {"kind": "customers", "dry_run": "true", "file": (BytesIO(CUSTOMERS.encode()), "c.csv")}
    checked = ask("/v1/imports", data=form, content_type="multipart/form-data").get_json()
    assert (checked["status"], checked["added"], checked["refused"]) == ("checked", 2, 2)
    assert emails(staff) == set()
    running = ask(f"/v1/imports/{checked['id']}/confirm", json={})
    assert (running.status_code, running.get_json()["status"]) == (202, "running")
    assert ask(f"/v1/imports/{checked['id']}/discard", json={}).status_code == 409
    work(staff)
    done = staff.shop.get(f"/v1/imports/{checked['id']}")
    assert (done["status"], done["added"]) == ("completed_with_errors", 2)


def test_support_reads_and_brings_nothing_in(staff: Staff) -> None:
    at = upload(staff, CUSTOMERS).headers["Location"]
    helper = replace(staff, role="support")

    assert "Bring it in" not in helper.get(at).text
    assert "New import" not in helper.get(PAGE).text
    assert helper.post(f"{at}/confirm").status_code == 403
    assert staff.get(f"{PAGE}/template/payments.csv").text.startswith("email,date,description")
    assert staff.get(f"{PAGE}/template/stripe.csv").status_code == 404
