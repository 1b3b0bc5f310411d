"""Who is told of a ticket: the customer of the vendor, a helpdesk of the customer, each in their own way."""

from email.message import EmailMessage

import pytest
from structlog.testing import CapturingLogger

from services.notifications import handlers
from services.notifications.actions import messages
from shared import clock, events, ids
from shared.database import scope
from shared.events import Actor
from tests.integration.notifications.billing_events import of
from tests.integration.notifications.builders import CUSTOMER, VENDOR, customer
from tests.integration.notifications.office import MailServer, Office
from tests.integration.notifications.test_billing_mails import HOME, text_of

INTAKE = "tickets@larkfield.example"
MIRA = "Mira.Okafor@example.com"
TICKET = f"{HOME}/tickets/tkt_1"


def kinds(office: Office) -> list[str]:
    """In the order of the alphabet: the two mails of one event have no order."""
    return sorted(row.kind for row in office.rows())


def mail_to(mail_server: MailServer, address: str) -> EmailMessage:
    """The last one."""
    return [mail for mail in mail_server.mails() if mail["To"] == address][-1]


@pytest.mark.feature("G07")
def test_a_customer_is_told_that_the_request_arrived(office: Office, mail_server: MailServer) -> None:
    office.hear(of(events.TicketOpened))

    office.deliver()

    (mail,) = mail_server.mails()
    assert (mail["Subject"], mail["To"]) == ("We received your request: Cancel Team", MIRA)
    assert f"> I do not need it any more. > Thank you! See my request: {TICKET}" in text_of(mail_server)


@pytest.mark.feature("G07")
def test_a_helpdesk_with_an_address_is_told_and_a_reply_goes_to_the_customer(
    office: Office, mail_server: MailServer
) -> None:
    office.hear(customer(locale="de", revision=2))
    office.hear(of(events.TicketOpened, intake=INTAKE))

    office.deliver()

    to_customer, to_helpdesk = mail_to(mail_server, MIRA), mail_to(mail_server, INTAKE)
    assert sorted(mail_server.rcpts) == sorted([MIRA, INTAKE])
    assert to_customer["Content-Language"] == "de"
    assert to_customer["Reply-To"] == "Larkfield <hello@larkfield.example>"
    assert to_helpdesk["Content-Language"] == "en"  # the vendor's
    assert to_helpdesk["From"] == "Larkfield <billing@bursar.example>"
    assert to_helpdesk["Reply-To"] == f"Mira Okafor <{MIRA}>"
    assert to_helpdesk["Subject"] == "[Ticket tkt_1] Cancel Team"
    said = text_of(mail_server, mail_server.rcpts.index(INTAKE))
    assert "Mira Okafor wrote: > I do not need it any more. > Thank you!" in said
    assert "/p/larkfield-test" not in said  # only the customer can sign in there
    assert [(row.customer, row.about) for row in office.rows()] == [(CUSTOMER, "tkt_1")] * 2


def test_each_of_the_two_is_told_once(office: Office) -> None:
    for _ in range(2):
        office.hear(of(events.TicketOpened, intake=INTAKE), event_id="evt_1")

    assert kinds(office) == ["ticket_intake", "ticket_opened"]


def test_a_refund_that_waits_in_a_ticket_is_one_mail_to_the_customer(office: Office) -> None:
    office.hear(of(events.TicketOpened, kind="refund", intake=INTAKE))
    office.hear(of(events.RefundRequested, ticket="tkt_1"))

    assert kinds(office) == ["refund_requested", "ticket_intake"]


@pytest.mark.parametrize("intake", ["a@v.example, b@evil.test", "Desk <a@v.example>", "a@v.example\r\nBcc: b@evil", ""])
def test_an_intake_that_is_not_one_mailbox_gets_no_mail_and_is_noticed(
    office: Office, intake: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = CapturingLogger()
    monkeypatch.setattr(messages, "log", said)  # the real one keeps to the stream it was first used with

    office.hear(of(events.TicketOpened, intake=intake))

    assert kinds(office) == ["ticket_opened"]
    assert [call.args for call in said.calls] == [("helpdesk.not_told",)]


@pytest.mark.parametrize(
    ("address", "name", "reply_to"),
    [
        ("jörg@example.com", "Jörg", None),
        (MIRA, None, MIRA),
        (MIRA, 'Mira\r\nBcc: x@evil.test "<y>', 'Mira Bcc: x@evil.test "<y>'),
    ],
)
def test_what_customers_are_called_never_breaks_the_mail_to_the_helpdesk(
    office: Office, mail_server: MailServer, address: str, name: str | None, reply_to: str | None
) -> None:
    office.hear(customer(email=address, display_name=name, revision=2))
    office.hear(of(events.TicketOpened, intake=INTAKE, kind="refund"))

    assert office.deliver() == 1

    assert mail_server.rcpts == [INTAKE]
    header = mail_server.mails()[0]["Reply-To"]
    assert mail_server.mails()[0]["Bcc"] is None
    if reply_to is None:
        assert header is None
    else:
        assert [each.addr_spec for each in header.addresses] == [MIRA]
        assert header.addresses[0].display_name in (reply_to, "")


@pytest.mark.feature("G07")
def test_what_staff_writes_goes_to_the_customer(office: Office, mail_server: MailServer) -> None:
    office.hear(of(events.TicketOpened, intake=INTAKE))
    office.hear(of(events.TicketAnswered))

    office.deliver()

    assert kinds(office) == ["ticket_answered", "ticket_intake", "ticket_opened"]
    assert mail_server.rcpts[-1] == MIRA
    assert mail_server.mails()[-1]["Subject"] == "Larkfield answered: Cancel Team"
    assert f"> Are you sure? Answer: {TICKET}" in text_of(mail_server)


def test_what_the_customer_writes_goes_to_the_address_that_was_told_of_the_ticket(
    office: Office, mail_server: MailServer
) -> None:
    office.hear(of(events.TicketOpened, intake=INTAKE))
    office.hear(of(events.TicketOpened, ticket="tkt_2", intake=None))
    office.hear(of(events.TicketAnswered, author="customer", message="Yes."))
    office.hear(of(events.TicketAnswered, ticket="tkt_2", author="customer", message="No."))

    office.deliver()

    assert kinds(office) == ["ticket_intake", "ticket_intake_answer", "ticket_opened", "ticket_opened"]
    assert mail_server.rcpts[-1] == INTAKE
    assert "Mira Okafor wrote again in this ticket: > Yes." in text_of(mail_server)


@pytest.mark.feature("G07")
def test_a_reminder_to_staff_does_not_say_that_the_customer_wrote(office: Office, mail_server: MailServer) -> None:
    office.hear(of(events.TicketOpened, intake=INTAKE))
    office.hear(of(events.TicketAnswered, author="system", message="Reminder: promised by Monday."))

    office.deliver()

    assert kinds(office) == ["ticket_intake", "ticket_opened", "ticket_reminder"]
    reminder = mail_server.mails()[-1]
    assert (reminder["To"], reminder["Subject"]) == (INTAKE, "[Ticket tkt_1] Still waiting: Cancel Team")
    assert "A request of Mira Okafor waits for an answer: > Reminder: promised by Monday." in text_of(mail_server)


@pytest.mark.feature("G07")
@pytest.mark.parametrize(
    ("resolution", "message", "subject", "told"),
    [
        ("approved", None, "Approved: Cancel Team", "Larkfield approved your request. See my request:"),
        ("declined", "You paid for a year.", "Declined: Cancel Team", "> You paid for a year."),
        ("closed", None, "Done: Cancel Team", "Larkfield closed your request."),
        ("from_a_newer_portal", None, "Done: Cancel Team", "Larkfield closed your request."),
    ],
)
def test_a_decision_is_told_in_the_words_of_who_decided(
    office: Office, mail_server: MailServer, resolution: str, message: str | None, subject: str, told: str
) -> None:
    office.hear(of(events.TicketResolved, resolution=resolution, message=message))

    office.deliver()

    assert mail_server.mails()[0]["Subject"] == subject
    assert told in text_of(mail_server)


def test_who_closes_their_own_ticket_is_not_told_so(office: Office) -> None:
    envelope = events.Envelope(
        id=ids.new("evt"),
        source="/bursar/test",
        vendor=VENDOR,
        mode="test",
        actor=Actor(kind="customer", id=CUSTOMER),
        request_id="",
        time=office.now,
        event=of(events.TicketResolved, resolution="closed"),
    )
    with (
        clock.fixed(office.now),
        scope.system(vendor=VENDOR, mode="test", job="test"),
        office.database.begin() as session,
    ):
        handlers.send_ticket_resolution(session, envelope.event, envelope=envelope)  # type: ignore[arg-type]

    assert office.rows() == []
