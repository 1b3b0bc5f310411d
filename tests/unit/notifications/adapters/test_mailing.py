"""What the settings may say about mail."""

import dataclasses

import pytest

from services.notifications.adapters.mail_log import MailLog
from services.notifications.adapters.mailing import mailing
from services.notifications.adapters.smtp import Smtp
from services.notifications.settings import Settings
from shared import sealing
from shared.settings import BadSettings, Secret

SETTINGS = Settings(
    database_url="sqlite:///x.db",
    bus_url="sqlite:///x.db",
    public_url="http://localhost:8080",
    auth_url="http://127.0.0.1:1",
    mail_url="log:",
    sealing_key=Secret(sealing.new_key()),
    link_key=Secret(sealing.new_key()),
    invoices_url="http://127.0.0.1:1",
)


def test_mail_url_chooses_the_transport() -> None:
    assert isinstance(mailing(SETTINGS).transport, MailLog)
    assert isinstance(mailing(dataclasses.replace(SETTINGS, mail_url="smtp://mail.test")).transport, Smtp)


@pytest.mark.parametrize(
    "change",
    [
        {"mail_url": "maildir:/var/mail"},
        {"mail_from": "a@b.example, c@d.example"},
        {"mail_from": "a@b.example\r\nBcc: c@d.example"},
        {"mail_from": "bursar"},
        {"mailbox": True, "public_url": "https://billing.example.com"},
    ],
)
def test_settings_that_would_not_work_or_not_be_safe_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(BadSettings):
        mailing(dataclasses.replace(SETTINGS, **change))


@pytest.mark.parametrize("written", ["billing@bursar.example", "Bursar <billing@bursar.example>"])
def test_the_senders_name_is_the_vendors_and_never_the_settings(written: str) -> None:
    assert mailing(dataclasses.replace(SETTINGS, mail_from=written)).mail_from == "billing@bursar.example"


def test_secrets_are_kept_only_where_the_log_is_the_mailbox() -> None:
    assert not mailing(SETTINGS).keeps_secrets
    assert mailing(dataclasses.replace(SETTINGS, mailbox=True)).keeps_secrets
