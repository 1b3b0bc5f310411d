"""K04: what happened is kept for thirty days with who caused it, and shown to the vendor it happened to alone."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest
from flask.testing import FlaskClient

from services.notifications import jobs
from services.notifications.actions.keeping import KEPT
from services.notifications.handlers import HANDLERS
from shared import ids
from shared.events import CATALOGUE, NAMES, Actor, ActorKind
from tests.integration.notifications.builders import CUSTOMER, canceled, customer, invoice
from tests.integration.notifications.office import Office
from tests.integration.notifications.test_erased import gone
from tests.support.console_staff import ConsoleStaff
from tests.support.passports import PassportOffice

HOME, BOM = "/console/events", "\N{ZERO WIDTH NO-BREAK SPACE}"


@pytest.fixture
def staff(client: FlaskClient, passports: PassportOffice) -> ConsoleStaff:
    return ConsoleStaff(browser=client, office=passports, home=HOME, role="support")


def types(office: Office) -> list[str]:
    return [each.type for each in office.events()]


def test_every_event_of_the_catalog_is_kept_once_in_its_newest_version() -> None:
    assert set(KEPT) <= set(HANDLERS)
    assert sorted(each.name for each in KEPT) == list(NAMES) == sorted({each.name for each in CATALOGUE})
    assert all(each.version == max(other.version for other in CATALOGUE if other.name == each.name) for each in KEPT)


@pytest.mark.feature("K04")
def test_the_api_lists_what_happened_with_who_caused_it(
    client: FlaskClient, passports: PassportOffice, office: Office
) -> None:
    office.hear(invoice())
    canceling = ids.new("evt")
    for _ in range(2):
        office.hear(canceled(), event_id=canceling)
    office.hear(customer(customer="cus_other", email="eve@example.com"))
    headers = passports.key("events:read")

    def listed(**asked: str) -> list[str]:
        answer = client.get("/v1/events", query_string=asked, headers=headers)
        return [each["type"] for each in answer.json["data"]]

    assert listed(limit="2") == ["customer.created", "subscription.canceled"]
    assert listed(customer=CUSTOMER) == ["subscription.canceled", "invoice.issued", "customer.created"]
    assert listed(type="subscription.canceled") == ["subscription.canceled"]
    assert listed(actor="staff") == []
    one = client.get(f"/v1/events/{canceling}", headers=headers).json
    assert one["actor"] == {"kind": "system", "id": "test"}
    assert one["data"]["customer"] == one["customer"] == CUSTOMER
    assert "cancellation_details" in one["data"]


def test_what_is_asked_for_wrongly_is_said_and_strangers_find_nothing(
    client: FlaskClient, passports: PassportOffice, office: Office
) -> None:
    office.hear(invoice())
    event = office.events()[-1].id

    wrong = client.get("/v1/events?type=subscription.cancelled", headers=passports.key("events:read"))
    assert (wrong.status_code, [each["field"] for each in wrong.json["errors"]]) == (400, ["type"])
    assert client.get("/v1/events", headers=passports.key("messages:read")).status_code == 403
    assert client.get("/v1/events", headers=passports.customer(CUSTOMER)).status_code == 403
    stranger = passports.key("events:read", vendor="ven_other")
    assert client.get("/v1/events", headers=stranger).json["data"] == []
    assert client.get(f"/v1/events/{event}", headers=stranger).status_code == 404


@pytest.mark.feature("K04")
@pytest.mark.parametrize("kind", get_args(ActorKind))
def test_whoever_caused_it_is_named_and_the_request(
    client: FlaskClient, passports: PassportOffice, office: Office, kind: ActorKind
) -> None:
    office.hear(canceled(), actor=Actor(kind=kind, id="act_1"), request_id="req_1")
    asked = {"actor": kind, "request_id": "req_1"}

    (found,) = client.get("/v1/events", query_string=asked, headers=passports.key("events:read")).json["data"]

    assert (found["actor"], found["request_id"]) == ({"kind": kind, "id": "act_1"}, "req_1")


def test_after_thirty_days_it_is_forgotten(office: Office) -> None:
    office.later(days=29)
    office.hear(invoice())
    before = types(office)

    jobs.prune_events(office.database.begin, now=office.now + timedelta(days=2), adapters=office.mailing)

    assert len(before) > 1
    assert types(office) == ["invoice.issued"]


def test_nothing_of_a_person_is_left_once_they_are_erased(office: Office) -> None:
    office.hear(canceled())
    office.hear(customer(customer="cus_other", email="eve@example.com"))
    office.hear(gone())

    kept = [each for each in office.events() if each.customer == CUSTOMER]
    assert [each.type for each in kept] == ["customer.created", "subscription.canceled", "customer.erased"]
    assert [each.data for each in kept[:2]] == [{}, {}]
    assert kept[2].data["kept_until"]
    assert next(each.data["email"] for each in office.events() if each.customer == "cus_other") == "eve@example.com"


def test_the_console_lists_them_and_shows_one_with_its_fields(staff: ConsoleStaff, office: Office) -> None:
    office.hear(invoice())
    event = office.events()[-1].id

    page = staff.get(HOME).text
    assert f"{HOME}/{event}" in page
    assert "By itself" in page
    assert f"{HOME}/{event}" not in staff.get(f"{HOME}?type=ticket.opened").text
    one = staff.get(f"{HOME}/{event}").text
    assert "order_number" in one
    table = staff.get(f"{HOME}/csv?type=invoice.issued").text.lstrip(BOM).splitlines()
    assert table[0].startswith("id,type,customer,actor_kind")
    assert [line.split(",")[:2] for line in table[1:]] == [[event, "invoice.issued"]]
    assert f"{HOME}/{event}" not in replace(staff, vendor="ven_other").get(HOME).text
    assert replace(staff, mode="live").get(f"{HOME}/{event}").status_code == 404
