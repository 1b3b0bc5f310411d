"""What portal is told of a customer's mails, for the console's timeline: those of the vendor whose staff ask."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from shared import clock, sealing
from shared.database.moments import Place
from tests.integration.notifications.builders import CUSTOMER, canceled, invoice, sign_in_payload
from tests.integration.notifications.office import KEY, Office
from tests.support.console_staff import ConsoleStaff
from tests.support.passports import PassportOffice

PATH = f"/internal/customers/{CUSTOMER}/mails"


@pytest.fixture
def staff(client: FlaskClient, passports: PassportOffice, office: Office) -> ConsoleStaff:
    office.hear(invoice())
    office.hear(canceled())
    office.deliver()
    return ConsoleStaff(browser=client, office=passports, home="/console/messages", role="read_only")


@pytest.mark.feature("J03")
def test_newest_first_and_from_a_place_on(staff: ConsoleStaff, office: Office) -> None:
    told = staff.get(PATH).get_json()

    assert {each["kind"] for each in told} == {"receipt", "cancellation"}
    assert [each["id"] for each in told] == sorted((row.id for row in office.rows()), reverse=True)
    assert all(each["subject"] and each["state"] == "sent" for each in told)
    first = Place(office.rows()[-1].created_at, office.rows()[-1].id)
    assert staff.get(f"{PATH}?limit=1").get_json() == told[:1]
    assert staff.get(f"{PATH}?before={first}").get_json() == told[1:]


def test_for_the_vendors_own_staff_alone(staff: ConsoleStaff, passports: PassportOffice, client: FlaskClient) -> None:
    assert replace(staff, vendor="ven_other").get(PATH).get_json() == []
    assert client.get(PATH, headers=passports.customer(CUSTOMER)).status_code == 404
    assert client.get(PATH, headers=passports.key("messages:read")).status_code == 404
    assert client.get(PATH).status_code in (401, 404)


@pytest.mark.feature("J03")
def test_a_mail_that_signs_in_is_among_them_without_its_secrets(
    client: FlaskClient, passports: PassportOffice, office: Office
) -> None:
    staff = ConsoleStaff(browser=client, office=passports, home="/console/messages", role="read_only")
    office.ask_for_sign_in_mail(customer=CUSTOMER)
    office.ask_for_sign_in_mail(request_id="sir_2", to="shared@example.com")  # of several
    office.deliver()

    answer = staff.get(PATH)

    (mail,) = answer.get_json()
    assert (mail["kind"], mail["state"], mail["subject"]) == ("sign_in", "sent", "Sign in to Larkfield")
    assert "482913" not in answer.text
    assert "a-very-secret-token" not in answer.text
    assert replace(staff, vendor="ven_other").get(PATH).get_json() == []


def test_whose_mail_it_is_comes_under_the_seal(client: FlaskClient, passports: PassportOffice, office: Office) -> None:
    for name, payload in (("sir_1", {"customer": CUSTOMER}), ("sir_2", {}), ("sir_3", {"customer": None})):
        order = {
            "id": name,
            "kind": "sign_in",
            "sealed": sealing.seal(KEY, sign_in_payload(clock.now(), **payload)),
        }
        answer = client.post("/internal/sealed_mails", json={"mails": [order]}, headers=passports.sibling())
        assert (answer.status_code, answer.get_json()["refused"]) == (202, [])

    assert [row.customer for row in office.rows()] == [CUSTOMER, None, None]
