"""Webhooks in the console: what the API can do, by clicking; each role what it may."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from tests.integration.notifications.builders import canceled, invoice
from tests.integration.notifications.hooks import Hooks
from tests.support.console_staff import ConsoleStaff
from tests.support.passports import PassportOffice

HOME = "/console/developers/webhooks"
SECRET = re.compile(r"data-secret>(whsec_[A-Za-z0-9+/=]+)<")


@pytest.fixture
def staff(client: FlaskClient, passports: PassportOffice) -> ConsoleStaff:
    return ConsoleStaff(browser=client, office=passports, home=HOME, role="admin")


def added(staff: ConsoleStaff, hooks: Hooks, **form: object) -> tuple[str, str]:
    """The page of a new endpoint, and its secret."""
    answer = staff.post(HOME, {"url": hooks.receiver.url, "which": "all", **form})
    assert answer.status_code == 200, answer.text
    found, endpoint = SECRET.search(answer.text), re.search(rf'action="({HOME}/we_[0-9a-z]+)"', answer.text)
    assert found is not None
    assert endpoint is not None
    return endpoint[1], found[1]


@pytest.mark.feature("K01", "M13")
def test_an_endpoint_is_added_tried_and_its_deliveries_read(staff: ConsoleStaff, hooks: Hooks) -> None:
    empty = staff.get(HOME).text
    page, secret = added(staff, hooks, description="The warehouse")
    staff.post(f"{page}/send", {"do": "test"})
    hooks.office.hear(canceled())
    hooks.office.later(seconds=5)
    hooks.receiver.answers, hooks.receiver.said = [200, 200], b"<b>thanks</b>"
    hooks.deliver()

    shown = staff.get(page).text
    delivery = next(each for each in hooks.deliveries() if each.event)
    read = staff.get(f"{HOME}/deliveries/{delivery.id}").text
    table = staff.get(f"{HOME}/deliveries/csv?state=delivered").text

    assert "No endpoint yet" in empty
    assert "The warehouse" in staff.get(HOME).text
    assert secret not in shown + read + staff.get(HOME).text
    assert all(each.is_of(secret) for each in hooks.receiver.arrived)
    assert shown.count("Arrived") == 2
    assert "&lt;b&gt;thanks&lt;/b&gt;" in read
    assert delivery.event is not None
    assert delivery.event in read
    assert len(table.splitlines()) == 3


@pytest.mark.feature("K03")
def test_a_secret_is_replaced_and_the_old_one_signs_for_the_time_that_was_chosen(
    staff: ConsoleStaff, hooks: Hooks
) -> None:
    page, first = added(staff, hooks)

    answer = staff.post(page, {"do": "roll", "overlap": "3600"})
    hooks.office.hear(canceled())
    hooks.deliver()

    second = SECRET.search(answer.text)
    assert second is not None
    assert second[1] != first
    assert "The old secret signs too until" in staff.get(page).text
    (arrived,) = hooks.receiver.arrived
    assert arrived.is_of(first)
    assert arrived.is_of(second[1])


@pytest.mark.feature("M13")
def test_it_is_changed_switched_off_and_on_and_sent_what_it_missed(staff: ConsoleStaff, hooks: Hooks) -> None:
    page, _ = added(staff, hooks)
    form = {"do": "save", "url": hooks.receiver.url, "which": "some", "events": ["invoice.issued"], "contact": ""}
    staff.post(page, form)
    off = staff.post(page, {"do": "turn_off"})
    hooks.office.hear(invoice())
    seen_off = staff.get(page).text
    staff.post(page, {"do": "turn_on"})
    resent = staff.post(f"{page}/send", {"do": "resend", "created_from": "2020-01-01", "created_to": "2099-01-01"})
    hooks.office.later(seconds=5)
    hooks.deliver()

    assert off.headers["Location"].endswith("?done=turned_off")
    assert "Switched off by hand" in seen_off
    assert resent.headers["Location"].endswith("?resent=1")
    assert [each.said["type"] for each in hooks.receiver.arrived] == ["invoice.issued"]


def test_what_failed_is_found_and_several_are_sent_again(staff: ConsoleStaff, hooks: Hooks) -> None:
    added(staff, hooks)
    hooks.receiver.answers = [500, 410]
    hooks.office.hear(canceled())
    hooks.deliver()
    page = hooks.deliveries()[0].endpoint
    hooks.office.hear(invoice())
    hooks.deliver()
    staff.post(f"{HOME}/{page}", {"do": "turn_on"})
    failed = [each.id for each in hooks.deliveries() if each.state == "failed"]

    listed = staff.get(f"{HOME}/deliveries?state=failed").text
    asked = staff.post(f"{HOME}/deliveries", {"do": "resend", "chosen": failed})
    staff.post(f"{HOME}/deliveries", {"do": "resend", "chosen": failed, "confirmed": "yes"})
    hooks.office.later(seconds=5)
    hooks.deliver()

    assert len(failed) == 2
    assert all(each in listed for each in failed)
    assert "Resend 2 deliveries?" in asked.text
    assert {each.state for each in hooks.deliveries()} == {"delivered"}


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"url": "https://10.0.0.7/", "which": "all"}, "it is not a public address"),
        ({"url": "javascript:alert(1)", "which": "all"}, "Use a whole https:// address"),
        ({"url": "https://shop.example/", "which": "some"}, "Choose at least one event"),
        ({"url": "https://shop.example/", "which": "all", "contact": "nobody"}, "not the address of one mailbox"),
        ({"url": "https://shop.example/", "which": "some", "events": ["lost"]}, "There is no event lost"),
    ],
)
def test_what_can_not_be_is_said_and_what_was_typed_stays(
    staff: ConsoleStaff, hooks: Hooks, form: dict[str, object], sentence: str
) -> None:
    answer = staff.post(HOME, form)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{form["url"]}"' in answer.text


def test_one_is_deleted_with_its_deliveries(staff: ConsoleStaff, hooks: Hooks) -> None:
    page, _ = added(staff, hooks)
    hooks.office.hear(canceled())

    answer = staff.post(page, {"do": "delete"})

    assert answer.headers["Location"] == f"{HOME}?done=deleted"
    assert staff.get(page).status_code == 404
    assert hooks.deliveries() == []


def test_support_reads_and_sends_again_and_changes_nothing(staff: ConsoleStaff, hooks: Hooks) -> None:
    page, _ = added(staff, hooks)
    support = replace(staff, role="support")

    assert "Add an endpoint" not in support.get(HOME).text
    assert "Replace the secret" not in support.get(page).text
    assert [support.post(at, {"do": "delete"}).status_code for at in (HOME, page)] == [403, 403]
    assert support.post(f"{page}/send", {"do": "test"}).status_code == 303
    assert replace(staff, role="read_only").get(HOME).status_code == 403


def test_live_mode_offers_no_localhost(staff: ConsoleStaff) -> None:
    assert "http://localhost" in staff.get(HOME).text
    assert "in test mode http://localhost" not in replace(staff, mode="live").get(HOME).text
