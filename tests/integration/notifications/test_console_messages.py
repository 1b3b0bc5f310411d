"""The console's log of mails: found, read, sent again; what signs in stays unread; who may what."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from services.notifications.pages.console.texts import FRAME_POLICY
from services.notifications.rules.messages import Kind
from shared import clock
from shared.web.app import App, views
from shared.web.console import ROLES
from tests.integration.notifications.builders import CUSTOMER, canceled, customer, invoice, portal
from tests.integration.notifications.office import MailServer, Office
from tests.integration.notifications.test_erased import gone
from tests.support.console_staff import ConsoleStaff, reached
from tests.support.passports import PassportOffice

HOME = "/console/messages"
SECRETS = ("482913", "a-very-secret-token")
EXPECTED = {
    "GET /console/messages": "read_only",
    "POST /console/messages": "support",
    "GET /console/messages/csv": "read_only",
    "GET /console/messages/<message_id>": "read_only",
    "GET /console/messages/<message_id>/html": "read_only",
    "POST /console/messages/<message_id>/resend": "support",
    "POST /console/messages/<message_id>/write_again": "support",
    "GET /console/messages/suppressions": "read_only",
    "POST /console/messages/suppressions": "support",
    "GET /console/messages/suppressions/csv": "read_only",
    "POST /console/messages/suppressions/<suppression_id>/lift": "support",
    "GET /console/events": "support",
    "GET /console/events/csv": "support",
    "GET /console/events/<event_id>": "support",
    "GET /console/developers/webhooks": "support",
    "POST /console/developers/webhooks": "admin",
    "GET /console/developers/webhooks/<endpoint_id>": "support",
    "POST /console/developers/webhooks/<endpoint_id>": "admin",
    "POST /console/developers/webhooks/<endpoint_id>/send": "support",
    "GET /console/developers/webhooks/deliveries": "support",
    "POST /console/developers/webhooks/deliveries": "support",
    "GET /console/developers/webhooks/deliveries/csv": "support",
    "GET /console/developers/webhooks/deliveries/<delivery_id>": "support",
    "POST /console/developers/webhooks/deliveries/<delivery_id>/resend": "support",
    "GET /console/messages/texts": "read_only",
    "GET /console/messages/texts/<group>": "read_only",
    "POST /console/messages/texts/<group>": "admin",
    "GET /console/messages/texts/<group>/preview": "read_only",
    "POST /console/messages/texts/<group>/preview": "admin",
}
"""What each asks for. A route of the console that is missing here fails the test."""


@pytest.fixture
def staff(client: FlaskClient, passports: PassportOffice) -> ConsoleStaff:
    return ConsoleStaff(browser=client, office=passports, home=HOME, role="support")


@pytest.fixture
def sent(office: Office) -> Office:
    office.hear(invoice())
    office.hear(canceled())
    office.deliver()
    return office


def of_kind(office: Office, kind: Kind) -> str:
    return next(row.id for row in reversed(office.rows()) if row.kind == kind)


@pytest.mark.feature("J12")
@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_what_the_table_says_and_nothing_else(staff: ConsoleStaff, sent: Office, role: str) -> None:
    app = staff.browser.application
    assert isinstance(app, App)
    places = {"<message_id>": of_kind(sent, Kind.RECEIPT), "<group>": "receipt", "<event_id>": sent.events()[0].id}
    places |= {"<suppression_id>": "sup_none", "<endpoint_id>": "we_none", "<delivery_id>": "wd_none"}
    reached(replace(staff, role=role), EXPECTED, list(views(app)), places=places)
    if role == "read_only":
        assert len(sent.rows()) == 2


def test_another_vendor_another_mode_and_nobody_see_nothing(staff: ConsoleStaff, sent: Office) -> None:
    receipt = of_kind(sent, Kind.RECEIPT)
    for stranger in (replace(staff, vendor="ven_other", role="owner"), replace(staff, mode="live", role="owner")):
        assert "We received your payment" not in stranger.get(HOME).text
        assert "Mira" not in stranger.get(f"{HOME}/csv").text
        for path in ("", "/html"):
            assert stranger.get(f"{HOME}/{receipt}{path}").status_code == 404
        assert stranger.post(f"{HOME}/{receipt}/resend").status_code == 404
    nobody = staff.browser.get(HOME)
    assert nobody.status_code == 303
    assert nobody.headers["Location"].startswith("/console/sign-in?next=/console/messages")


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", 2),
        ("q=mira.okafor%40EXAMPLE", 2),
        ("q=nobody", 0),
        ("q=%25", 0),
        (f"q={CUSTOMER}", 2),
        ("kind=receipt", 1),
        ("state=failed", 0),
        ("state=sent&kind=cancellation", 1),
        ("kind=no_such_kind", 2),
        ("starting_after=msg_none", 2),
        ("starting_after=msg%00", 2),
        (f"q={CUSTOMER}%00", 2),
    ],
)
def test_mails_are_found_by_what_the_address_says(staff: ConsoleStaff, sent: Office, query: str, shown: int) -> None:
    page = staff.get(f"{HOME}?{query}")

    assert page.status_code == 200
    assert page.text.count('href="/console/messages/msg_') == shown
    assert staff.get(f"{HOME}/csv?{query}").text.count("\r\n") == shown + 1


def test_a_long_list_has_pages_in_both_directions(staff: ConsoleStaff, office: Office) -> None:
    for number in range(55):
        office.hear(invoice(invoice=f"inv_{number}", number=f"LF-{number:03}"))
    first = staff.get(f"{HOME}?kind=receipt").text
    assert first.count('href="/console/messages/msg_') == 50
    assert 'rel="prev"' not in first
    older = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert older.startswith(f"{HOME}?kind=receipt&starting_after=msg_")

    second = staff.get(older).text
    assert second.count('href="/console/messages/msg_') == 5
    assert 'rel="next"' not in second
    newer = second.split('rel="prev"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert newer.startswith(f"{HOME}?kind=receipt&ending_before=msg_")
    assert staff.get(newer).text.count('href="/console/messages/msg_') == 50


def test_one_mail_shows_what_it_said_and_what_became_of_it(
    staff: ConsoleStaff, office: Office, mail_server: MailServer
) -> None:
    mail_server.replies["Mira.Okafor@example.com"] = ["451 try later"]
    office.hear(invoice())
    office.deliver()
    office.later(minutes=2)
    office.deliver()
    message = office.row().id

    page = staff.get(f"{HOME}/{message}").text

    assert "LF-2026-0118" in page
    assert "451 try later" in page
    assert "Attempt 1: put off" in page
    assert "Attempt 2: taken by the mail server" in page
    assert f"&lt;{message}@bursar.example&gt;" in page
    assert "Larkfield &lt;billing@bursar.example&gt;" in page
    assert f'src="{HOME}/{message}/html" sandbox=""' in page
    frame = staff.get(f"{HOME}/{message}/html")
    assert "LF-2026-0118" in frame.text
    assert frame.headers["Content-Security-Policy"] == FRAME_POLICY
    assert "frame-src 'self'" in staff.get(f"{HOME}/{message}").headers["Content-Security-Policy"]


@pytest.mark.parametrize("is_open", [False, True], ids=["masked log", "log with secrets"])
def test_what_signs_in_is_never_read_by_staff(
    staff: ConsoleStaff, mailbox_client: FlaskClient, office: Office, logging_office: Office, is_open: bool
) -> None:
    owner = replace(staff, role="owner", browser=mailbox_client if is_open else staff.browser)
    message = office.ask_for_sign_in_mail()
    (logging_office if is_open else office).deliver()

    seen = [owner.get(path) for path in (HOME, f"{HOME}/csv", f"{HOME}/{message}", f"{HOME}/{message}/html")]

    assert [answer.status_code for answer in seen] == [200, 200, 200, 404]
    assert not any(secret in answer.text for answer in seen for secret in SECRETS)
    assert "it lets somebody in" in seen[2].text
    assert "Send again" not in seen[2].text
    assert owner.post(f"{HOME}/{message}/resend").status_code == 409
    assert len(office.rows()) == 1


def test_a_mail_sent_again_is_a_new_one_to_where_the_customer_is_now(
    staff: ConsoleStaff, office: Office, mail_server: MailServer
) -> None:
    office.hear(invoice())
    waiting = office.row().id
    refused = staff.post(f"{HOME}/{waiting}/resend")
    assert refused.status_code == 409
    assert "still on its way" in refused.text

    office.deliver()
    office.hear(customer(email="mira@new.example", revision=2))
    again = staff.post(f"{HOME}/{waiting}/resend")

    assert again.status_code == 303
    assert "A new mail that says the same is on its way." in staff.get(again.headers["Location"]).text
    assert staff.post(f"{HOME}/{waiting}/resend").status_code == 409
    office.now = clock.now()
    office.deliver()
    assert [mail["To"] for mail in mail_server.mails()] == ["Mira.Okafor@example.com", "mira@new.example"]
    assert len({mail["Message-ID"] for mail in mail_server.mails()}) == 2
    first, second = office.rows()
    assert (second.repeats, second.subject) == (first.id, first.subject)
    assert staff.post(f"{HOME}/{waiting}/resend").status_code == 303


def test_the_api_sends_again_as_the_console_does(
    client: FlaskClient, passports: PassportOffice, office: Office
) -> None:
    office.hear(portal(configuration="pcfg_live"), mode="live")
    office.hear(invoice())
    office.deliver()
    path = f"/v1/messages/{office.row().id}/resend"

    assert client.post(path, headers=passports.key("messages:read")).status_code == 403
    assert client.post(path, headers=passports.key("messages:write", mode="live")).status_code == 404
    made = client.post(path, headers=passports.key("messages:write"))
    assert made.status_code == 201
    assert made.json is not None
    assert made.json["repeats"] == office.rows()[0].id
    twice = client.post(path, headers=passports.key("messages:write"))
    assert (twice.status_code, twice.json and twice.json["code"]) == (409, "message_under_way")
    sign_in = office.ask_for_sign_in_mail()
    never = client.post(f"/v1/messages/{sign_in}/resend", headers=passports.key("messages:write"))
    assert (never.status_code, never.json and never.json["code"]) == (409, "message_never_resent")
    listed = client.get("/v1/messages?to=okafor", headers=passports.key("messages:read")).json
    assert listed is not None
    assert len(listed["data"]) == 3


def test_nothing_of_an_erased_customer_is_sent_again(staff: ConsoleStaff, sent: Office) -> None:
    receipt = of_kind(sent, Kind.RECEIPT)
    sent.hear(gone())

    answer = staff.post(f"{HOME}/{receipt}/resend")

    assert answer.status_code == 409
    assert "not known any more" in answer.text
    assert "LF-2026-0118" not in answer.text
    assert "mira.okafor" not in staff.get(f"{HOME}/{receipt}").text.lower()
