"""/v1/messages for vendors, /internal/sealed_mails for auth."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from shared import clock, sealing
from tests.integration.notifications.builders import CUSTOMER, canceled, customer, invoice, portal, sign_in_payload
from tests.integration.notifications.office import KEY, MailServer, Office
from tests.support.passports import PassportOffice


def test_a_vendor_sees_every_mail_newest_first(client: FlaskClient, passports: PassportOffice, office: Office) -> None:
    office.hear(invoice())
    office.hear(canceled())
    office.deliver()

    answer = client.get("/v1/messages", headers=passports.key("messages:read")).json

    assert answer is not None
    assert answer["has_more"] is False
    assert [mail["kind"] for mail in answer["data"]] == ["cancellation", "receipt"]
    receipt = answer["data"][1]
    assert receipt == receipt | {
        "customer": CUSTOMER,
        "to": "Mira.Okafor@example.com",
        "state": "sent",
        "subject": "We received your payment of €58.00",
        "attempts": 1,
        "last_error": None,
        "next_attempt_at": None,
        "sent_at": office.now.isoformat(),
        "may_be_switched_off": False,
    }
    assert "html" not in receipt


def test_one_message_shows_what_it_said(client: FlaskClient, passports: PassportOffice, office: Office) -> None:
    office.hear(invoice())
    office.deliver()

    answer = client.get(f"/v1/messages/{office.row().id}", headers=passports.key("messages:read")).json

    assert answer is not None
    assert "LF-2026-0118" in answer["text"]
    assert answer["html"].startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("kind=receipt", ["receipt", "receipt"]),
        ("state=queued", ["cancellation", "receipt", "receipt"]),
        ("state=failed", []),
        ("customer=cus_other", ["receipt"]),
        ("limit=1", ["cancellation"]),
    ],
)
def test_lists_are_narrowed(
    client: FlaskClient, passports: PassportOffice, office: Office, query: str, kinds: list[str]
) -> None:
    office.hear(customer(customer="cus_other"))
    office.hear(invoice(customer="cus_other"))
    office.hear(invoice(invoice="inv_2"))
    office.hear(canceled())

    answer = client.get(f"/v1/messages?{query}", headers=passports.key("messages:read")).json

    assert answer is not None
    assert [mail["kind"] for mail in answer["data"]] == kinds


@pytest.mark.parametrize("query", ["kind=spam", "state=lost", "limit=0", "unknown=1", "starting_after=msg_none"])
def test_a_question_that_makes_no_sense_is_refused(client: FlaskClient, passports: PassportOffice, query: str) -> None:
    answer = client.get(f"/v1/messages?{query}", headers=passports.key("messages:read"))

    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"


def test_only_a_key_with_the_scope_may_read(client: FlaskClient, passports: PassportOffice) -> None:
    assert client.get("/v1/messages").status_code == 401
    assert client.get("/v1/messages", headers=passports.key("invoices:read")).status_code == 403
    assert client.get("/v1/messages", headers=passports.customer(CUSTOMER)).status_code == 403


def test_another_vendor_and_another_mode_see_nothing(
    client: FlaskClient, passports: PassportOffice, office: Office
) -> None:
    office.hear(portal(configuration="pcfg_live"), mode="live")
    office.hear(invoice())
    message = office.row().id

    for headers in (passports.key("messages:read", vendor="ven_other"), passports.key("messages:read", mode="live")):
        assert client.get("/v1/messages", headers=headers).json == {"data": [], "has_more": False}
        assert client.get(f"/v1/messages/{message}", headers=headers).status_code == 404


def order(**changes: Any) -> dict[str, str]:
    return {"id": "sir_1", "kind": "sign_in", "sealed": sealing.seal(KEY, sign_in_payload(clock.now(), **changes))}


def ask(client: FlaskClient, passports: PassportOffice, *orders: dict[str, str]) -> list[str]:
    """Which of the orders were refused."""
    answer = client.post("/internal/sealed_mails", json={"mails": orders}, headers=passports.sibling())
    assert answer.status_code == 202
    refused: list[str] = answer.json["refused"]
    return refused


def test_auth_asks_for_a_sign_in_mail_once(
    client: FlaskClient, passports: PassportOffice, office: Office, mail_server: MailServer
) -> None:
    wanted = order()
    answers = [ask(client, passports, wanted) for _ in range(2)]
    office.now = clock.now()
    office.deliver()

    assert answers == [[], []]
    assert [mail["Subject"] for mail in mail_server.mails()] == ["Sign in to Larkfield"]


def test_nobody_but_a_sibling_asks_for_mails(client: FlaskClient, passports: PassportOffice, office: Office) -> None:
    others = (passports.key("messages:read", "messages:write"), passports.customer(CUSTOMER))
    wanted = {"mails": [order()]}
    answers = [client.post("/internal/sealed_mails", json=wanted, headers=headers) for headers in ({}, *others)]

    assert [answer.status_code for answer in answers] == [401, 404, 404]
    assert office.rows() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "a@v.com,b@evil.com"},
        {"to": "a@v.com\r\nBcc: b@evil.com"},
        {"to": ["a@v.com"]},
        {"mode": "staging"},
        {"code": "12345"},
        {"link": "javascript:alert(1)"},
        {"brand": None},
        {"expires_at": "soon"},
        {"vendor": None},
    ],
)
def test_an_order_that_makes_no_mail_is_refused(
    client: FlaskClient, passports: PassportOffice, office: Office, changes: dict[str, Any]
) -> None:
    assert ask(client, passports, order(**changes), order() | {"id": "sir_2"}) == ["sir_1"]
    assert [row.dedup_key for row in office.rows()] == ["sir_2"]


def test_what_was_sealed_by_somebody_else_is_refused(
    client: FlaskClient, passports: PassportOffice, office: Office
) -> None:
    forged = {"id": "sir_1", "kind": "sign_in", "sealed": sealing.seal(sealing.new_key(), sign_in_payload(clock.now()))}

    assert ask(client, passports, forged) == ["sir_1"]
    assert office.rows() == []


def test_an_order_that_is_none_is_looked_at_no_further(
    client: FlaskClient, passports: PassportOffice, office: Office
) -> None:
    for given in ({}, {"mails": []}, {"mails": [order(), {"id": "sir_2"}]}, {"mails": [order()] * 101}, order()):
        assert client.post("/internal/sealed_mails", json=given, headers=passports.sibling()).status_code == 400
    assert office.rows() == []
