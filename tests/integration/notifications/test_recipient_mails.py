"""Mails to further addresses of a customer: asked first, then the documents, each with a way out of its own."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select

from services.notifications.adapters.mailing import Mailing, mailing
from services.notifications.jobs import send_statements
from services.notifications.models import DocumentRecipient
from services.notifications.rules.messages import Kind
from shared import clock, events, mail_links
from shared.database import scope
from shared.mail_links import Purpose
from tests.integration.notifications.billing_events import of
from tests.integration.notifications.builders import CUSTOMER, VENDOR, customer, invoice
from tests.integration.notifications.invoices_service import InvoicesService, invoices_service
from tests.integration.notifications.office import LINK_KEY, MailServer, Office, settings_for
from tests.support.passports import PassportOffice

BOOKS = "Books@Tessaly.example"


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory, passports: PassportOffice) -> Iterator[InvoicesService]:
    with invoices_service(tmp_path_factory.mktemp("invoices"), passports) as running:
        yield running


@pytest.fixture
def office(office: Office, mail_server: MailServer, documents: InvoicesService) -> Office:
    return Office(office.database, mailing(settings_for(mail_server.port, invoices_url=documents.url)), now=clock.now())


def changed(recipient: str = "rcp_1", **more: Any) -> events.RecipientChanged:
    given = {"email": BOOKS, "documents": ["invoice"], "status": "confirmed", "revision": 2, **more}
    return events.RecipientChanged(recipient=recipient, customer=CUSTOMER, **given)


def invited(**more: Any) -> events.RecipientInvited:
    given = {"recipient": "rcp_1", "customer": CUSTOMER, "email": BOOKS, "documents": ["invoice"], **more}
    return events.RecipientInvited(**given)


def to(mail_server: MailServer, address: str = BOOKS) -> list[EmailMessage]:
    return [mail for mail in mail_server.mails() if mail["To"] == address]


def plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def settle(office: Office, mail_server: MailServer) -> None:
    while office.deliver():
        pass


@pytest.mark.parametrize(("language", "subject"), [("en", "Do you want the documents of"), ("de", "Möchten Sie die")])
def test_the_owner_of_an_address_is_asked_by_a_link_that_no_log_keeps(
    office: Office, mail_server: MailServer, language: str, subject: str
) -> None:
    office.hear(customer(locale=language, revision=2))
    office.hear(invited(), event_id="evt_ask")
    office.hear(invited(), event_id="evt_ask")  # delivered again
    settle(office, mail_server)

    (mail,) = to(mail_server)
    assert mail["Subject"].startswith(subject)
    assert mail["List-Unsubscribe"] is None
    (token,) = re.findall(
        r"^http://localhost:8080/p/larkfield-test/recipient/confirm#t=(\S+)", plain(mail), re.MULTILINE
    )
    claims = mail_links.read(LINK_KEY, Purpose.CONFIRM, token)
    assert (claims["recipient"], claims["vendor"], claims["mode"]) == ("rcp_1", VENDOR, "test")
    kept = office.row()
    assert token not in f"{kept.html}{kept.text}{kept.facts}"
    assert "/recipient/" not in f"{kept.html}{kept.text}"


@pytest.mark.feature("M05")
def test_an_invoice_goes_to_each_confirmed_address_once_with_its_pdf_and_its_own_way_out(
    office: Office, mail_server: MailServer, documents: InvoicesService
) -> None:
    office.hear(changed())
    office.hear(changed("rcp_2", email="tax@adviser.example"))
    office.hear(changed("rcp_3", email="late@tessaly.example", status="pending"))
    office.hear(changed("rcp_4", email="notes@tessaly.example", documents=["credit_note"]))
    office.hear(changed("rcp_5", email="MIRA.OKAFOR@example.com".replace("MIRA.OKAFOR", "mira.okafor")))
    issued = invoice(invoice=documents.invoice)
    for _ in range(2):
        office.hear(issued, event_id="evt_issued")
    office.hear(issued)  # told anew, as after a repair
    settle(office, mail_server)

    told = sorted(mail["To"] for mail in mail_server.mails() if "Invoice LF-2026-0118" in mail["Subject"])
    assert told == [BOOKS, "tax@adviser.example"]
    (mail,) = to(mail_server)
    (pdf,) = mail.iter_attachments()
    assert (pdf.get_content_type(), pdf.get_filename()) == ("application/pdf", "invoice-LF-2026-0118.pdf")
    assert pdf.get_content().startswith(b"%PDF-")
    assert "LF-2026-0118" in plain(mail)
    assert mail.get_body(("html",)) is not None
    links = {
        each["To"]: each["List-Unsubscribe"].strip("<>") for each in mail_server.mails() if each["List-Unsubscribe"]
    }
    assert len(set(links.values())) == 2
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert links[BOOKS] in plain(mail)
    token = links[BOOKS].removeprefix("http://localhost:8080/p/larkfield-test/recipient/unsubscribe/")
    assert mail_links.read(LINK_KEY, Purpose.UNSUBSCRIBE, token)["recipient"] == "rcp_1"
    assert all(token not in f"{row.html}{row.text}{row.facts}" for row in office.rows())


@pytest.mark.feature("M05")
@pytest.mark.parametrize(("language", "words"), [("en", "Credit note CN-3"), ("de", "Rechnungskorrektur CN-3")])
def test_a_credit_note_goes_to_those_who_get_credit_notes(
    office: Office, mail_server: MailServer, documents: InvoicesService, language: str, words: str
) -> None:
    office.hear(customer(locale=language, revision=2))
    office.hear(changed(documents=["credit_note"]))
    office.hear(changed("rcp_2", email="invoices@tessaly.example"))
    office.hear(of(events.CreditNoteIssued, credit_note=documents.credit_note))
    settle(office, mail_server)

    (mail,) = to(mail_server)
    assert mail["Subject"].startswith(words)
    (pdf,) = mail.iter_attachments()
    assert pdf.get_filename().endswith("CN-3.pdf")
    assert pdf.get_content().startswith(b"%PDF-")
    assert to(mail_server, "invoices@tessaly.example") == []


@pytest.mark.feature("M05")
def test_a_receipt_goes_to_those_who_get_receipts_once_it_is_paid(
    office: Office, mail_server: MailServer, documents: InvoicesService
) -> None:
    office.hear(changed(documents=["invoice", "receipt"]))
    office.hear(changed("rcp_2", email="only@tessaly.example", documents=["receipt"]))
    for _ in range(2):
        office.hear(invoice(invoice=documents.invoice))
    office.hear(invoice(invoice="inv_open", status="open", number="LF-9"))
    settle(office, mail_server)

    (mail,) = to(mail_server, "only@tessaly.example")
    assert mail["Subject"] == "Receipt for order 7KQ2M9XT4B from Larkfield"
    (pdf,) = mail.iter_attachments()
    assert (pdf.get_filename(), pdf.get_content()[:5]) == ("receipt-7KQ2M9XT4B.pdf", b"%PDF-")
    assert "LF-2026-0118" in plain(mail)
    assert len(to(mail_server)) == 2


@pytest.mark.feature("M02", "M05")
def test_a_statement_goes_out_once_a_month_and_none_where_nothing_happened(
    office: Office, mail_server: MailServer, documents: InvoicesService
) -> None:
    anna = customer(customer="cus_anna", email="anna@tessaly.example", display_name="Anna", locale="en", revision=1)
    office.hear(anna)
    office.hear(replace(changed(documents=["statement"]), customer="cus_anna"))
    office.hear(replace(changed("rcp_2", email="none@tessaly.example", documents=["statement"]), customer=CUSTOMER))
    office.hear(replace(changed("rcp_3", email="later@tessaly.example", status="pending"), customer="cus_anna"))

    def month_ends(now: datetime, given: Mailing | None = None) -> int:
        return send_statements(office.database.begin, now=now, adapters=given or office.mailing)

    december = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)
    assert month_ends(december - timedelta(hours=1)) == 0
    away = mailing(settings_for(mail_server.port, invoices_url="http://127.0.0.1:9"))
    assert month_ends(december, away) == 0
    assert month_ends(december) == 2
    assert month_ends(december) == 0
    office.now = december
    settle(office, mail_server)

    (mail,) = [each for each in mail_server.mails() if "Statement of account" in each["Subject"]]
    assert mail["To"] == BOOKS
    assert mail["Subject"].strip() == "Statement of account from Larkfield, 1 November 2026 to 30 November 2026"
    (pdf,) = mail.iter_attachments()
    assert (pdf.get_filename(), pdf.get_content()[:5]) == ("statement-2026-11.pdf", b"%PDF-")
    assert "/recipient/unsubscribe/" in plain(mail)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    january = datetime(2027, 1, 1, 6, 30, tzinfo=UTC)
    assert month_ends(january) == 2
    office.now = january
    settle(office, mail_server)
    assert len([each for each in mail_server.mails() if "Statement of account" in each["Subject"]]) == 1


def test_what_was_paid_before_bursar_knew_of_it_goes_to_nobody(office: Office, mail_server: MailServer) -> None:
    office.hear(changed())
    office.hear(invoice(historical=True))
    settle(office, mail_server)

    assert to(mail_server) == []


def test_who_said_no_gets_nothing_not_even_what_waited(office: Office, mail_server: MailServer) -> None:
    office.hear(changed())
    office.hear(invoice(invoice="inv_waiting"))
    office.hear(changed(status="unsubscribed", revision=3))
    office.hear(changed(revision=2))  # old news, delivered late
    office.hear(invoice(invoice="inv_later"))
    settle(office, mail_server)

    assert to(mail_server) == []
    with scope.platform(), office.database.begin() as session:
        (row,) = session.scalars(select(DocumentRecipient)).all()
    assert (row.is_confirmed, row.email) == (False, "")


def test_while_the_document_can_not_be_had_the_mail_waits_and_is_not_sent_without(
    office: Office, mail_server: MailServer, documents: InvoicesService
) -> None:
    office.hear(changed())
    office.hear(invoice(invoice=documents.invoice))
    away = mailing(settings_for(mail_server.port, invoices_url="http://127.0.0.1:9"))
    while office.deliver(away):
        pass

    assert to(mail_server) == []
    office.later(minutes=2)
    settle(office, mail_server)
    assert len(to(mail_server)) == 1


def test_one_that_names_what_is_not_there_is_given_up_at_last(office: Office, mail_server: MailServer) -> None:
    office.hear(changed())
    office.hear(invoice(invoice="inv_00000000000000000000000000"))
    for _ in range(12):
        settle(office, mail_server)
        office.later(hours=9)

    assert to(mail_server) == []
    (copy,) = [row for row in office.rows() if row.kind == Kind.DOCUMENT_COPY]
    assert copy.state == "failed"


def test_names_of_strangers_break_no_header(office: Office, mail_server: MailServer) -> None:
    office.hear(customer(display_name="Mira\r\nBcc: all@example.com\u202e", revision=2))
    office.hear(invited())
    settle(office, mail_server)

    (mail,) = to(mail_server)
    assert mail["Bcc"] is None
    assert "Mira Bcc: all@example.com" in mail["Subject"]


def test_a_customer_who_is_erased_takes_their_addresses_along(office: Office, mail_server: MailServer) -> None:
    office.hear(changed())
    office.hear(invited())
    office.hear(
        events.CustomerErased(customer=CUSTOMER, erased_at=office.now.isoformat(), kept_until="2036-12-31", revision=9)
    )
    office.hear(changed(revision=10))  # what was under way
    office.hear(invited())
    settle(office, mail_server)

    assert to(mail_server) == []
    with scope.platform(), office.database.begin() as session:
        assert session.scalars(select(DocumentRecipient)).all() == []
    assert BOOKS not in "".join(row.address for row in office.rows())
