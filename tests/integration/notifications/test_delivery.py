"""Mails leave once, are tried again, or are given up; against a real mail server."""

import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from services.notifications.actions import leasing
from services.notifications.adapters.mailing import mailing
from shared.database import Database
from tests.integration.notifications.builders import canceled, customer, invoice
from tests.integration.notifications.office import MailServer, Office, settings_for

MIRA = "Mira.Okafor@example.com"


@pytest.mark.feature("B25")
def test_a_receipt_reaches_the_customer_in_the_vendors_name(office: Office, mail_server: MailServer) -> None:
    office.hear(invoice())

    assert office.deliver() == 1

    (mail,) = mail_server.mails()
    assert mail_server.rcpts == [MIRA]
    assert mail_server.arrived[0].mail_from == "billing@bursar.example"
    assert mail["From"] == "Larkfield <billing@bursar.example>"
    assert mail["Reply-To"] == "Larkfield <hello@larkfield.example>"
    assert mail["Subject"] == "We received your payment of €58.00"
    text, html = (part.get_content() for part in mail.iter_parts())
    for told in ("€58.00", "LF-2026-0118", "7KQ2M9XT4B", "http://localhost:8080/p/larkfield-test/invoices"):
        assert told in text
        assert told in html
    row = office.row()
    assert (row.state, row.due_at, row.sent_at, row.attempts) == ("sent", None, office.now, 1)
    assert (row.subject, row.message_id) == (mail["Subject"], mail["Message-ID"])


def test_nothing_is_sent_twice(office: Office, mail_server: MailServer) -> None:
    office.hear(invoice())

    assert [office.deliver(), office.deliver()] == [1, 0]

    assert len(mail_server.arrived) == 1


def test_a_mail_the_server_defers_is_tried_again_later(office: Office, mail_server: MailServer) -> None:
    mail_server.replies[MIRA] = ["451 4.7.1 greylisted"]
    office.hear(invoice())

    office.deliver()
    row = office.row()
    assert (row.state, row.due_at, row.last_error) == (
        "queued",
        office.now + timedelta(minutes=1),
        "451 4.7.1 greylisted",
    )
    assert office.deliver() == 0
    office.later(minutes=1)
    office.deliver()

    assert len(mail_server.arrived) == 1
    assert (office.row().state, office.row().attempts, office.row().last_error) == ("sent", 2, None)


def test_a_mail_the_server_refuses_for_good_fails_at_once(office: Office, mail_server: MailServer) -> None:
    mail_server.replies[MIRA] = ["550 5.1.1 no such user"]
    office.hear(invoice())

    office.deliver()

    row = office.row()
    assert (row.state, row.due_at, row.last_error) == ("failed", None, "550 5.1.1 no such user")
    office.later(days=1)
    assert office.deliver() == 0


def test_one_bad_address_holds_up_nobody(office: Office, mail_server: MailServer) -> None:
    office.hear(customer(customer="cus_gone", email="gone@example.com"))
    mail_server.replies["gone@example.com"] = ["550 5.1.1 gone"]
    office.hear(invoice(invoice="inv_1", customer="cus_gone"))
    office.hear(invoice(invoice="inv_2"))

    office.deliver()

    assert sorted(row.state for row in office.rows()) == ["failed", "sent"]
    assert mail_server.connections == 1


@pytest.mark.feature("L09")
def test_an_unreachable_server_loses_nothing(office: Office, mail_server: MailServer) -> None:
    office.hear(invoice())

    office.deliver(mailing(settings_for(port=1)))
    assert (office.row().state, office.row().attempts) == ("queued", 1)
    office.later(minutes=1)
    office.deliver()

    assert office.row().state == "sent"


def test_a_lost_connection_gives_the_others_back(office: Office, mail_server: MailServer) -> None:
    mail_server.replies[MIRA] = ["421 4.3.2 shutting down"]
    office.hear(invoice(invoice="inv_1"))
    office.hear(invoice(invoice="inv_2"))

    assert office.deliver() == 1

    assert sorted((row.state, row.attempts) for row in office.rows()) == [("queued", 0), ("queued", 1)]
    assert office.deliver() == 1


def test_sign_in_mails_go_ahead_of_any_bulk(office: Office, mail_server: MailServer) -> None:
    for number in range(leasing.BATCH + 5):
        office.hear(invoice(invoice=f"inv_{number}"))
    office.later(seconds=1)
    office.ask_for_sign_in_mail()

    office.deliver()

    assert mail_server.mails()[0]["Subject"] == "Sign in to Larkfield"
    assert len(mail_server.arrived) == leasing.BATCH


@pytest.mark.parametrize("address", ["a@v.com,b@evil.com", "a@v.com\r\nBcc: b@evil.com", '"b@evil.com"@v.com'])
def test_an_address_that_is_not_one_mailbox_gets_no_mail(office: Office, mail_server: MailServer, address: str) -> None:
    office.hear(customer(customer="cus_evil", email=address))
    office.hear(invoice(customer="cus_evil"))

    office.deliver()

    assert office.row().state == "failed"
    assert "not a mail" in str(office.row().last_error)
    assert (mail_server.rcpts, mail_server.arrived) == ([], [])


def test_no_fact_becomes_a_header(office: Office, mail_server: MailServer) -> None:
    office.hear(canceled(plan_name="Team\r\nBcc: b@evil.com"))

    office.deliver()

    (mail,) = mail_server.mails()
    assert mail["Bcc"] is None
    assert mail_server.rcpts == [MIRA]
    assert "\n" not in mail["Subject"]


def test_an_address_with_other_letters_is_kept_byte_for_byte(office: Office, mail_server: MailServer) -> None:
    office.hear(customer(customer="cus_joerg", email="Jörg.Maier@bücher.example"))
    office.hear(invoice(customer="cus_joerg"))

    office.deliver()

    assert office.row().state == "sent", office.row().last_error
    assert mail_server.rcpts == ["Jörg.Maier@bücher.example"]


def test_a_mail_is_in_the_customers_language(office: Office, mail_server: MailServer) -> None:
    office.hear(customer(customer="cus_de", locale="de-AT"))
    office.hear(canceled(customer="cus_de"))

    office.deliver()

    (mail,) = mail_server.mails()
    assert mail["Subject"] == "Ihr Abo Team endet am 18. Dezember 2026"
    assert mail["Content-Language"] == "de"
    assert all("Abo behalten" in part.get_content() for part in mail.iter_parts())


_KILLED_AFTER_SENDING = """
import os, signal, sys
from datetime import datetime
from services.notifications.actions import delivery
from services.notifications.adapters.mailing import mailing
from services.notifications.adapters.smtp import SmtpConnection
from shared.database import Database
from tests.integration.notifications.office import settings_for

sent = SmtpConnection.hand_over
def hand_over(self, mail):
    sent(self, mail)
    os.kill(os.getpid(), signal.SIGKILL)
SmtpConnection.hand_over = hand_over
delivery.deliver(
    Database(sys.argv[1]).begin,
    mailing=mailing(settings_for(int(sys.argv[2]))),
    clock=lambda: datetime.fromisoformat(sys.argv[3]),
)
"""


def test_a_worker_killed_between_sending_and_recording_doubles_one_mail_at_most(
    office: Office, mail_server: MailServer, database_url: str
) -> None:
    for number in range(3):
        office.hear(invoice(invoice=f"inv_{number}"))
    arguments = [database_url, str(mail_server.port), office.now.isoformat()]

    killed = subprocess.run([sys.executable, "-c", _KILLED_AFTER_SENDING, *arguments], check=False)
    assert killed.returncode == -9
    assert len(mail_server.arrived) == 1
    assert office.deliver() == 0  # the lease of the dead worker still runs
    office.later(seconds=leasing.LEASE.total_seconds() + 1)
    office.deliver()

    sent = [mail["Message-ID"] for mail in mail_server.mails()]
    assert len(sent) == 4
    assert len(set(sent)) == 3
    assert {row.state for row in office.rows()} == {"sent"}


def test_two_workers_never_send_one_mail_twice(office: Office, mail_server: MailServer, database_url: str) -> None:
    for number in range(50):
        office.hear(invoice(invoice=f"inv_{number}"))
    start = threading.Barrier(2)

    def work() -> None:
        own = Database(database_url)
        start.wait()
        while replace(office, database=own).deliver():
            pass
        own.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    sent = [mail["Message-ID"] for mail in mail_server.mails()]
    assert len(sent) == len(set(sent)) == 50
    assert {row.state for row in office.rows()} == {"sent"}


def test_a_worker_that_wakes_after_its_lease_writes_nothing(office: Office, mail_server: MailServer) -> None:
    office.hear(invoice())
    (sleeper,) = leasing.take(office.database.begin, domain="bursar.example", now=office.now)
    office.later(seconds=leasing.LEASE.total_seconds() + 1)
    office.deliver()

    with office.database.begin() as session:
        is_ours = leasing.write(session, sleeper, {"state": "queued", "due_at": office.now})

    assert not is_ours
    assert office.row().state == "sent"


def test_a_mail_that_can_not_be_composed_holds_up_nobody(office: Office, mail_server: MailServer) -> None:
    office.hear(invoice(invoice="inv_1", issued_at="no moment"))
    office.hear(invoice(invoice="inv_2"))

    office.deliver()

    assert sorted(row.state for row in office.rows()) == ["queued", "sent"]
    assert len(mail_server.arrived) == 1
