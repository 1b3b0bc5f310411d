"""Mails of who gets in: links, invitations, addresses that change; in whose name, leading where."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.notifications.rules.messages import MESSAGES, Kind
from shared import clock, events, sealing
from shared.events import PortalConfigurationPublishedV3
from tests.integration.notifications.billing_events import of
from tests.integration.notifications.builders import CUSTOMER, customer, portal, sign_in_payload
from tests.integration.notifications.office import KEY, MailServer, Office
from tests.integration.notifications.test_api import ask
from tests.support.passports import PassportOffice

SEALED = [kind for kind in Kind if MESSAGES[kind].sealed]
LINK = "https://billing.example/p/larkfield/sign-in/permanent#t=a-very-secret-token"

FACTS = {
    Kind.SIGN_IN_NOTICE: {"reason": "new_device"},
    Kind.STAFF_INVITATION: {"inviter": "Ada Lovelace", "role": "support"},
    Kind.DIRECT_ACTIONS_ON: {"by": "ada@acme.example", "portal": "acme", "ways": "hmac_v1,permanent_link"},
}


def order(kind: Kind, *, at: Any = None, **changes: Any) -> dict[str, str]:
    payload = sign_in_payload(at or clock.now(), **changes)
    payload["facts"] = FACTS.get(kind, {})
    return {"id": f"mail_{kind}", "kind": kind, "sealed": sealing.seal(KEY, payload)}


def portal_v3(**changes: Any) -> PortalConfigurationPublishedV3:
    first = vars(portal(revision=2))
    rest = {name: value for name, value in first.items() if name != "sign_in_methods"}
    sign_in = {"methods": ["email"], "sender_name": None, "reply_to": None, **changes.pop("sign_in", {})}
    more: dict[str, Any] = {"kind": "hosted", "is_default": True, "domain": None, "default_return_url": None}
    return PortalConfigurationPublishedV3(**{**rest, "sign_in": sign_in, "embed": {}, **more, **changes})


def body(mail_server: MailServer) -> str:
    return " ".join(next(mail_server.mails()[-1].iter_parts()).get_content().split())


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("kind", SEALED)
def test_a_sealed_mail_says_what_it_holds_and_its_log_does_not(
    client: FlaskClient, passports: PassportOffice, office: Office, mail_server: MailServer, kind: Kind, language: str
) -> None:
    wanted = order(kind, link=LINK, locale=language)
    refused = ask(client, passports, wanted)
    office.now = clock.now()
    office.deliver()

    assert refused == []
    (mail,) = mail_server.mails()
    assert mail["Content-Language"] == language
    text, kept = body(mail_server), office.row()
    for need in MESSAGES[kind].needs:
        assert (LINK if need == "link" else "482913") in text
    assert "a-very-secret-token" not in f"{kept.html}{kept.text}{kept.facts}"
    assert "482913" not in f"{kept.html}{kept.text}{kept.facts}"
    assert kept.sealed is None


@pytest.mark.parametrize("kind", SEALED)
def test_what_a_kind_needs_must_be_there(
    client: FlaskClient, passports: PassportOffice, office: Office, kind: Kind
) -> None:
    for need in MESSAGES[kind].needs:
        payload = {name: value for name, value in sign_in_payload(clock.now()).items() if name != need}
        wanted = {"id": "mail_1", "kind": kind, "sealed": sealing.seal(KEY, payload)}

        assert ask(client, passports, wanted) == ["mail_1"]
    assert office.rows() == []


def test_a_kind_that_is_told_by_events_cannot_be_ordered(
    client: FlaskClient, passports: PassportOffice, office: Office
) -> None:
    wanted = order(Kind.SIGN_IN) | {"kind": "receipt"}

    answer = client.post("/internal/sealed_mails", json={"mails": [wanted]}, headers=passports.sibling())

    assert answer.status_code == 400
    assert office.rows() == []


def test_a_permanent_link_may_wait_for_a_mail_server_a_sign_in_may_not(
    client: FlaskClient, passports: PassportOffice, office: Office, mail_server: MailServer
) -> None:
    for kind in (Kind.SIGN_IN, Kind.SUBSCRIBER_LINK):
        until = (clock.now() + MESSAGES[kind].sealed_for).isoformat()
        assert ask(client, passports, order(kind, expires_at=until)) == []
    office.now = clock.now() + timedelta(hours=2)
    office.deliver()

    assert [mail["Subject"] for mail in mail_server.mails()] == ["Your link to your purchases at Larkfield"]


@pytest.mark.feature("B25")
def test_mails_come_in_the_portals_name_and_answers_go_where_it_says(office: Office, mail_server: MailServer) -> None:
    office.hear(portal_v3(sign_in={"sender_name": "Larkfield Billing", "reply_to": "billing@larkfield.example"}))
    office.hear(events.CustomerEmailChanged(**{**vars(customer(revision=2)), "previous_email": "old@example.com"}))
    office.deliver()

    (mail,) = mail_server.mails()
    assert mail["From"].addresses[0].display_name == "Larkfield Billing"
    assert mail["Reply-To"].addresses[0].addr_spec == "billing@larkfield.example"


@pytest.mark.feature("B08")
def test_links_lead_to_the_vendors_own_host_once_it_is_proven(office: Office, mail_server: MailServer) -> None:
    office.hear(portal_v3(domain={"host": "shop.larkfield.example", "path": "/billing"}))
    office.hear(of(events.PaymentMethodAdded))
    office.deliver()

    assert "://shop.larkfield.example" in body(mail_server)
    assert "/billing/payment-methods" in body(mail_server)


@pytest.mark.feature("A21")
def test_the_former_address_is_told_and_does_not_learn_the_new_one(office: Office, mail_server: MailServer) -> None:
    office.hear(events.CustomerEmailChanged(**{**vars(customer(revision=2)), "previous_email": "old@example.com"}))
    office.deliver()

    assert mail_server.rcpts == ["old@example.com"]
    assert "Mira.Okafor@example.com" not in body(mail_server)
    assert "•••@example.com" in body(mail_server)


@pytest.mark.feature("M06")
def test_who_is_given_access_is_told_where_to_sign_in(office: Office, mail_server: MailServer) -> None:
    invited = events.DelegateInvited(
        delegate="dlg_1",
        customer=CUSTOMER,
        email="books@example.com",
        display_name=None,
        role="accountant",
        portal_url="http://localhost:8080/p/larkfield-test",
    )
    office.hear(invited, event_id="evt_1")
    office.hear(invited, event_id="evt_1")
    office.deliver()

    assert mail_server.rcpts == ["books@example.com"]
    assert mail_server.mails()[0]["Subject"] == "Mira Okafor gives you access to purchases at Larkfield"
    assert "http://localhost:8080/p/larkfield-test" in body(mail_server)
