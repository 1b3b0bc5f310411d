"""All that is needed to send mails and webhooks, made once a process from the settings."""

from dataclasses import dataclass
from email.utils import getaddresses
from urllib.parse import urlsplit

from services.notifications.adapters import smtp
from services.notifications.adapters.invoices import InvoicesClient
from services.notifications.adapters.mail_log import MailLog
from services.notifications.adapters.mjml import Layout
from services.notifications.adapters.transport import Transport
from services.notifications.adapters.webhooks import Webhooks, webhooks
from services.notifications.settings import Settings
from shared.settings import BadSettings


@dataclass(frozen=True, kw_only=True)
class Mailing:
    """`keeps_secrets`: the message log is the mailbox, so it keeps links and codes too."""

    transport: Transport
    layout: Layout
    sealing_key: str
    link_key: str
    invoices: InvoicesClient
    public_url: str
    mail_from: str
    keeps_secrets: bool
    webhooks: Webhooks


def mailing(settings: Settings) -> Mailing:
    """What these settings mean. Raises BadSettings."""
    if settings.mailbox and urlsplit(settings.public_url).hostname not in ("localhost", "127.0.0.1", "::1"):
        raise BadSettings("MAILBOX shows sign-in links to anybody, so PUBLIC_URL must be on localhost")
    return Mailing(
        transport=_transport(settings.mail_url),
        layout=Layout(),
        sealing_key=settings.sealing_key,
        link_key=settings.link_key,
        invoices=InvoicesClient(settings.invoices_url, link_key=settings.link_key),
        public_url=settings.public_url,
        mail_from=_address(settings.mail_from),
        keeps_secrets=settings.mailbox,
        webhooks=webhooks(settings),
    )


def _transport(mail_url: str) -> Transport:
    if mail_url == "log:":
        return MailLog()
    try:
        return smtp.parse(mail_url)
    except ValueError as error:
        raise BadSettings(str(error)) from None


def _address(mail_from: str) -> str:
    """The address of `billing@bursar.example` or `Bursar <billing@bursar.example>`; the name is each vendor's own."""
    found = [address for _name, address in getaddresses([mail_from])]
    if len(found) != 1 or found[0].count("@") != 1 or not mail_from.isprintable() or " " in found[0]:
        raise BadSettings("MAIL_FROM must be one address: name@host")
    return found[0]
