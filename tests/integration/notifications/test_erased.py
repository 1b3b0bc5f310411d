"""GD-02, GD-03: somebody who was erased gets a receipt, and then nothing of them is left here."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from services.notifications.jobs import wipe_receipts
from services.notifications.models import Base
from services.notifications.models.personal import HOLDINGS
from services.notifications.rules.messages import Kind
from shared.events import CustomerErased
from tests.integration.notifications.builders import CUSTOMER, invoice
from tests.integration.notifications.office import MailServer, Office

MARKS = ("Mira", "Okafor", "example.com")


def gone() -> CustomerErased:
    return CustomerErased(customer=CUSTOMER, erased_at="2026-11-22T14:30:00+00:00", kept_until="2034-12-31", revision=9)


def everything(office: Office) -> str:
    with office.database.begin() as session:
        names = [table.name for table in Base.metadata.sorted_tables] + ["outbox", "idempotency_keys"]
        rows = {name: session.connection().execute(text(f'SELECT * FROM "{name}"')).all() for name in names}
    return "\n".join(f"{name} {row!r}" for name, found in rows.items() for row in found)


@pytest.mark.feature("M17", "L06")
def test_a_receipt_goes_out_and_nothing_else_is_left(office: Office, mail_server: MailServer) -> None:
    office.hear(invoice())
    office.ask_for_sign_in_mail()
    office.deliver()
    office.ask_for_sign_in_mail(request_id="sir_2")

    office.hear(gone())
    office.deliver()
    wiped = wipe_receipts(office.database.begin, now=office.now, adapters=office.mailing)

    last = mail_server.mails()[-1]
    said = " ".join(next(last.iter_parts()).get_content().split())
    assert (last["To"], last["Subject"]) == ("Mira.Okafor@example.com", "Your data at Larkfield is erased")
    assert "Invoices and payments" in said
    assert "2034" in said
    assert len(mail_server.mails()) == 3
    assert wiped == 1
    held = everything(office)
    assert [mark for mark in MARKS if mark in held] == []
    assert [row.kind for row in office.rows()].count(Kind.CUSTOMER_ERASED) == 1


@pytest.mark.feature("M17")
def test_a_receipt_keeps_its_address_until_it_is_handed_over(office: Office, mail_server: MailServer) -> None:
    mail_server.replies["Mira.Okafor@example.com"] = ["451 later"]
    office.hear(gone())

    office.deliver()
    early = wipe_receipts(office.database.begin, now=office.now, adapters=office.mailing)
    office.later(minutes=2)
    office.deliver()
    done = wipe_receipts(office.database.begin, now=office.now, adapters=office.mailing)

    assert (early, done, len(mail_server.mails())) == (0, 1, 1)


@pytest.mark.feature("M17")
def test_twice_is_once_and_what_comes_later_is_told_to_nobody(office: Office, mail_server: MailServer) -> None:
    office.hear(gone())
    office.hear(gone())
    office.hear(invoice())

    office.deliver()

    assert [mail["Subject"] for mail in mail_server.mails()] == ["Your data at Larkfield is erased"]


def test_somebody_who_was_never_heard_of_gets_no_mail(office: Office, mail_server: MailServer) -> None:
    office.hear(replace(gone(), customer="cus_never"))

    office.deliver()

    assert mail_server.mails() == []


def test_every_column_of_every_table_has_its_rules() -> None:
    tables = {name: set(table.columns.keys()) for name, table in Base.metadata.tables.items()}

    assert {name: set(holding.columns) for name, holding in HOLDINGS.items()} == tables
