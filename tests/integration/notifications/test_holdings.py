"""GD-01: what notifications holds of a customer, for auth alone, and of nobody else."""

import pytest
from flask.testing import FlaskClient

from tests.integration.notifications.builders import CUSTOMER, VENDOR, customer, invoice
from tests.integration.notifications.office import Office
from tests.support.passports import PassportOffice

ASKED = {"vendor": VENDOR, "mode": "test", "customer": CUSTOMER}
PATH = "/internal/holdings"


@pytest.mark.feature("L05")
def test_auth_gets_the_address_and_every_mail_and_no_secret(
    client: FlaskClient, passports: PassportOffice, office: Office
) -> None:
    office.hear(customer(customer="cus_other", email="eve@example.com"))
    office.hear(invoice())
    office.ask_for_sign_in_mail()
    office.deliver()

    told = client.post(PATH, json=ASKED, headers=passports.sibling()).json

    assert [each["email"] for each in told["recipients"]] == ["Mira.Okafor@example.com"]
    assert {each["kind"] for each in told["messages"]} == {"receipt", "sign_in"}
    assert "482913" not in str(told)
    assert "secret" not in str(told)
    assert "sealed" not in str(told)


def test_nobody_but_a_sibling_is_told(client: FlaskClient, passports: PassportOffice) -> None:
    answers = [
        client.post(PATH, json=ASKED),
        client.post(PATH, json=ASKED, headers=passports.key("messages:read")),
        client.post(PATH, json=ASKED, headers=passports.customer(CUSTOMER)),
    ]

    assert [answer.status_code for answer in answers] == [401, 404, 404]


def test_another_vendors_customer_is_nobody_here(client: FlaskClient, passports: PassportOffice) -> None:
    told = client.post(PATH, json={**ASKED, "vendor": "ven_other"}, headers=passports.sibling()).json

    assert told == {each: [] for each in ("recipients", "document_recipients", "messages", "suppressions", "events")}
