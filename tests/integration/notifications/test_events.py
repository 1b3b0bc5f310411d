"""K04: what happened is kept for thirty days with who caused it, and shown to the vendor it happened to alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from services.notifications import jobs
from services.notifications.actions.keeping import KEPT
from services.notifications.handlers import HANDLERS
from services.notifications.models import KeptEvent
from shared import ids
from shared.database import scope
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


@pytest.mark.feature("K04")
def test_events_are_found_by_when_they_happened(
    client: FlaskClient, passports: PassportOffice, staff: ConsoleStaff, office: Office
) -> None:
    office.hear(invoice())
    office.hear(canceled())
    moment = datetime(2026, 3, 9, 23, 30, tzinfo=UTC)
    times = (moment - timedelta(days=1), moment, moment + timedelta(minutes=30))
    with scope.platform(), office.database.begin() as session:
        rows = session.scalars(select(KeptEvent).where(KeptEvent.customer == CUSTOMER).order_by(KeptEvent.id)).all()
        for row, at in zip(rows, times, strict=True):
            row.created_at = at
        kept = [row.id for row in rows]
    headers = passports.key("events:read")

    def listed(**asked: str) -> list[str]:
        answer = client.get("/v1/events", query_string={"customer": CUSTOMER, **asked}, headers=headers)
        return [each["id"] for each in answer.json["data"]]

    assert listed(created_from="2026-03-09T23:30:00Z") == [kept[2], kept[1]]
    assert listed(created_from="2026-03-10T00:30:00+01:00") == [kept[2], kept[1]]
    assert listed(created_to="2026-03-09T23:30:00Z") == [kept[0]]
    assert listed(created_from="2026-03-08T23:30:00Z", created_to="2026-03-09T23:30:01Z") == [kept[1], kept[0]]
    for name in ("created_from", "created_to"):
        for wrong in ("2026-03-09T23:30:00", "2026-03-09", "yesterday"):
            refused = client.get("/v1/events", query_string={name: wrong}, headers=headers)
            assert (refused.status_code, [each["field"] for each in refused.json["errors"]]) == (400, [name])

    def shown(query: str) -> list[str]:
        page, table = staff.get(f"{HOME}?{query}").text, staff.get(f"{HOME}/csv?{query}").text
        found = [each for each in kept if f"{HOME}/{each}" in page]
        assert found == [each for each in kept if each in table]
        return found

    assert shown("created_from=2026-03-09") == kept[1:]
    assert shown("created_to=2026-03-09") == kept[:2]
    assert shown("created_to=2026-03-08") == [kept[0]]
    assert shown("created_from=2026-03-10") == [kept[2]]
    assert shown("created_from=2026-03-09&created_to=2026-03-09") == [kept[1]]
    assert shown("created_from=2026-03-11") == []
    assert shown("created_from=soon&created_to=9999-12-31") == kept
    assert 'value="2026-03-09"' in staff.get(f"{HOME}?created_from=2026-03-09").text
    assert 'data-copy="data"' in staff.get(f"{HOME}/{kept[1]}").text
