"""I03, M14: a vendor's own words in mails: kept by language, checked, looked at, said; ours where there are none."""

import pytest
from flask.testing import FlaskClient

from services.notifications.models import MessageText
from services.notifications.rules import own_texts
from shared.database import scope
from shared.i18n import LANGUAGES, catalog
from tests.integration.notifications.builders import NOW, VENDOR, customer, invoice, portal
from tests.integration.notifications.office import MailServer, Office
from tests.support.console_staff import ConsoleStaff
from tests.support.passports import PassportOffice

SUBJECT, LEAD = "mails.receipt.subject", "mails.receipt.lead"
HOME = "/console/messages/texts/receipt"
EVIL = "<b>{amount}</b> {{ 7 * 7 }} & done"
LINES = "Danke\r\nBcc: x@evil.example \u202efür {amount}"


@pytest.fixture
def staff(client: FlaskClient, passports: PassportOffice) -> ConsoleStaff:
    return ConsoleStaff(browser=client, office=passports, home="/console/messages", role="admin")


def put(client: FlaskClient, passports: PassportOffice, key: str, text: str, language: str = "en") -> int:
    given = {"language": language, "key": key, "text": text}
    return client.put("/v1/message_texts", json=given, headers=passports.key("message_texts:write")).status_code


@pytest.mark.feature("I03")
def test_a_mail_says_the_own_text_in_its_language_and_ours_elsewhere(
    client: FlaskClient, passports: PassportOffice, office: Office, mail_server: MailServer
) -> None:
    assert put(client, passports, SUBJECT, "Danke! {amount} sind da", "de") == 200
    for number, locale in enumerate(("de-AT", "en", "de"), start=2):
        office.hear(customer(locale=locale, revision=number))
        office.hear(invoice(invoice=f"inv_{number}"))
        office.deliver()

    subjects = [mail["Subject"] for mail in mail_server.mails()]
    assert subjects[0] == subjects[2] == "Danke! 58,00\N{NO-BREAK SPACE}€ sind da"
    assert subjects[1] == "We received your payment of €58.00"
    assert "Danke! 58,00" in office.rows()[0].html  # type: ignore[operator]


def test_test_and_live_and_other_vendors_have_texts_of_their_own(
    client: FlaskClient, passports: PassportOffice, office: Office, mail_server: MailServer
) -> None:
    office.hear(portal(configuration="pcfg_live"), mode="live")
    office.hear(customer(customer="cus_live"), mode="live")
    assert put(client, passports, SUBJECT, "Only a test: {amount}") == 200
    for headers in (passports.key("message_texts:read", mode="live"), passports.key("message_texts:read", vendor="v2")):
        assert client.get("/v1/message_texts", headers=headers).json == {"data": [], "has_more": False}
    office.hear(invoice(customer="cus_live"), mode="live")
    office.deliver()

    assert [mail["Subject"] for mail in mail_server.mails()] == ["We received your payment of €58.00"]


def test_the_api_lists_replaces_and_removes(client: FlaskClient, passports: PassportOffice, office: Office) -> None:
    assert put(client, passports, SUBJECT, "One: {amount}") == 200
    assert put(client, passports, SUBJECT, "Two: {amount}") == 200
    assert put(client, passports, LEAD, "{vendor} got {amount} on {date}.", "fr") == 200
    reader = passports.key("message_texts:read", "message_texts:write")

    listed = client.get("/v1/message_texts?language=en", headers=reader).json
    assert listed is not None
    (only,) = listed["data"]
    assert (only["key"], only["text"], only["is_used"]) == (SUBJECT, "Two: {amount}", True)
    assert only["standard"] == "We received your payment of {amount}"
    one = f"/v1/message_texts/{only['id']}"
    assert client.get(one, headers=reader).json == only
    other = passports.key("message_texts:read", "message_texts:write", vendor="ven_other")
    assert [client.get(one, headers=other).status_code, client.delete(one, headers=other).status_code] == [404, 404]
    assert client.delete(one, headers=reader).status_code == 204
    assert client.delete(one, headers=reader).status_code == 404
    assert client.get("/v1/message_texts", headers=passports.key("messages:read")).status_code == 403


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Thank you!", "The text lacks {amount}."),
        ("{amount} for {plan}", "There is nothing to put in for {plan}."),
        ("x{amount}" * 200, "The text may have 1000 characters at most."),
        ("\u200b \n", "Type a text, or remove yours so that ours is used."),
    ],
)
def test_a_text_that_does_not_fit_is_refused_and_says_why(
    client: FlaskClient, passports: PassportOffice, text: str, said: str
) -> None:
    given = {"language": "en", "key": SUBJECT, "text": text}
    answer = client.put("/v1/message_texts", json=given, headers=passports.key("message_texts:write"))

    assert answer.status_code in (400, 422)
    assert answer.json is not None
    assert [each["detail"] for each in answer.json["errors"]] == [said]


@pytest.mark.parametrize(
    "key",
    [
        "mails.sign_in.nowhere_else",
        "mails.test_mode",
        "mails.staff_invitation.lead",
        "mails.direct_action.lead",
        "mails.customer_erased.lead",
        "mails.mailbox.title",
        "portal.overview.title",
        "mails.no_such_text",
    ],
)
def test_what_protects_its_reader_stays_ours(client: FlaskClient, passports: PassportOffice, key: str) -> None:
    assert put(client, passports, key, "Nothing to see here") == 404
    assert put(client, passports, SUBJECT, "{amount}", "tlh") == 400


def test_an_own_text_is_text_in_every_part_of_a_mail(
    client: FlaskClient, passports: PassportOffice, office: Office, mail_server: MailServer
) -> None:
    assert put(client, passports, "mails.receipt.lead", EVIL + " {vendor} {date}") == 200
    assert put(client, passports, SUBJECT, LINES) == 200
    office.hear(invoice())
    office.deliver()

    (mail,) = mail_server.mails()
    assert mail["Subject"] == "Danke Bcc: x@evil.example für €58.00"
    assert mail["Bcc"] is None
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "&lt;b&gt;<strong><bdi>€58.00</bdi></strong>&lt;/b&gt; {{ 7 * 7 }} &amp; done" in html
    assert "<b>€58.00</b> {{ 7 * 7 }} & done" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_text_that_no_longer_fits_gives_way_to_ours(staff: ConsoleStaff, office: Office) -> None:
    with scope.system(vendor=VENDOR, mode="test", job="test"), office.database.begin() as session:
        old = MessageText(id="mtx_1", key=SUBJECT, language="en", text="{amount} by {card}", updated_at=NOW)
        session.add(old)
    office.hear(invoice())
    office.deliver()

    assert office.row().subject == "We received your payment of €58.00"
    assert "This text is not used" in staff.get(f"{HOME}?language=en").text


def test_the_page_saves_shows_what_is_wrong_and_takes_ours_back(staff: ConsoleStaff, office: Office) -> None:
    wrong = staff.post(HOME, {"language": "de", SUBJECT: "Danke!", LEAD: ""})
    assert wrong.status_code == 422
    assert ">Danke!</textarea>" in wrong.text
    assert wrong.text.count("The text lacks {amount}.") == 2  # above the page, and at the field

    saved = staff.post(HOME, {"language": "de", SUBJECT: "Danke für {amount}", LEAD: ""})
    assert saved.status_code == 303
    page = staff.get(saved.headers["Location"]).text
    assert "1 text is changed." in page
    assert ">Danke für {amount}</textarea>" in page
    assert "1 of your own" in staff.get("/console/messages/texts?language=de").text
    assert "of your own" not in staff.get("/console/messages/texts?language=en").text

    assert staff.post(HOME, {"language": "de", SUBJECT: " ", LEAD: ""}).status_code == 303
    assert ">Danke" not in staff.get(f"{HOME}?language=de").text
    assert "Nothing was changed." in staff.get(f"{HOME}?language=de&saved=0").text


def test_the_preview_shows_what_is_saved_and_what_is_only_typed(staff: ConsoleStaff, office: Office) -> None:
    staff.post(HOME, {"language": "en", SUBJECT: "Saved: {amount}"})

    assert "Saved: €58.00" in staff.get(f"{HOME}/preview?language=en").text
    typed = staff.post(f"{HOME}/preview", {"language": "en", SUBJECT: "Typed <i>{amount}"})
    assert "Typed &lt;i&gt;€58.00" in typed.text
    assert "default-src 'none'" in typed.headers["Content-Security-Policy"]
    unfit = staff.post(f"{HOME}/preview", {"language": "en", SUBJECT: "Typed only"})
    assert "We received your payment of €58.00" in unfit.text
    assert "Saved: €58.00" in staff.get(f"{HOME}/preview?language=en").text


def test_every_mail_with_texts_has_a_page_and_a_preview(staff: ConsoleStaff, office: Office) -> None:
    for group, keys in own_texts.groups().items():
        page = staff.get(f"/console/messages/texts/{group}?language=de")
        assert page.status_code == 200, group
        assert page.text.count("<textarea") == len(keys)
        preview = staff.get(f"/console/messages/texts/{group}/preview?language=de")
        assert preview.status_code == 200, group
        assert "Larkfield" in preview.text
    assert staff.get("/console/messages/texts/staff_invitation").status_code == 404


def test_our_own_texts_would_all_fit() -> None:
    unfit = [
        (language, key)
        for language in LANGUAGES
        for keys in own_texts.groups().values()
        for key in keys
        if isinstance(text := catalog(language).get(key), str) and own_texts.check(key, text, language)
    ]
    assert unfit == []
