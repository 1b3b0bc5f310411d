"""The mail with the secrets: sent once, in time, and not kept."""

from services.notifications.actions import delivery
from tests.integration.notifications.builders import invoice
from tests.integration.notifications.office import MailServer, Office

SECRETS = ("482913", "a-very-secret-token")


def test_a_sign_in_mail_brings_link_and_code(office: Office, mail_server: MailServer) -> None:
    office.ask_for_sign_in_mail()

    office.deliver()

    (mail,) = mail_server.mails()
    assert mail["Subject"] == "Sign in to Larkfield"
    assert mail["From"] == "Larkfield <billing@bursar.example>"
    assert mail_server.rcpts == ["Mira.Okafor@example.com"]
    for part in mail.iter_parts():
        assert all(secret in part.get_content() for secret in (*SECRETS, "Firefox on Linux", "14:30"))


def test_asked_for_twice_it_is_sent_once(office: Office, mail_server: MailServer) -> None:
    first, second = office.ask_for_sign_in_mail(), office.ask_for_sign_in_mail()

    office.deliver()

    assert first == second
    assert len(mail_server.arrived) == 1


def test_nothing_secret_is_kept_before_or_after(office: Office) -> None:
    office.ask_for_sign_in_mail()
    waiting = office.row()
    office.deliver()
    sent = office.row()

    for row in (waiting, sent):
        whole = " ".join(str(value) for value in vars(row).values())
        assert not any(secret in whole for secret in SECRETS)
    assert waiting.sealed is not None
    assert sent.sealed is None
    assert "••••••" in str(sent.text)
    assert "••••••" in str(sent.html)
    assert sent.subject == "Sign in to Larkfield"


def test_the_secret_is_gone_when_the_server_refuses_it(office: Office, mail_server: MailServer) -> None:
    mail_server.replies["Mira.Okafor@example.com"] = ["550 no"]
    office.ask_for_sign_in_mail()

    office.deliver()

    assert (office.row().state, office.row().sealed) == ("failed", None)


def test_a_deferred_one_keeps_its_seal_and_is_tried_within_seconds(office: Office, mail_server: MailServer) -> None:
    mail_server.replies["Mira.Okafor@example.com"] = ["451 later"]
    office.ask_for_sign_in_mail()

    office.deliver()
    assert office.row().sealed is not None
    office.later(seconds=1)
    office.deliver()

    assert office.row().state == "sent"


def test_an_expired_one_is_not_sent(office: Office, mail_server: MailServer) -> None:
    office.ask_for_sign_in_mail()
    office.later(minutes=10)

    office.deliver()

    row = office.row()
    assert (row.state, row.sealed) == ("failed", None)
    assert mail_server.arrived == []


def test_one_sealed_for_somebody_else_is_not_sent(office: Office, mail_server: MailServer) -> None:
    office.ask_for_sign_in_mail()
    with office.database.begin() as session:
        session.connection().exec_driver_sql("UPDATE messages SET sealed = 'gAAAAAnot-ours'")

    office.deliver()

    assert (office.row().state, office.row().sealed) == ("failed", None)
    assert mail_server.arrived == []


def test_in_the_embedded_mode_the_log_is_the_mailbox(logging_office: Office, mail_server: MailServer) -> None:
    logging_office.ask_for_sign_in_mail()

    logging_office.deliver()

    row = logging_office.row()
    assert row.state == "sent"
    assert all(secret in str(row.text) and secret in str(row.html) for secret in SECRETS)
    assert row.sealed is None
    assert mail_server.arrived == []


def test_old_mails_are_forgotten_sign_ins_first(office: Office) -> None:
    office.ask_for_sign_in_mail()
    office.hear(invoice())
    office.deliver()

    office.later(days=31)
    assert delivery.prune(office.database.begin, now=office.now) == 1
    assert office.row().kind == "receipt"
    office.later(days=400)
    assert delivery.prune(office.database.begin, now=office.now) == 1
