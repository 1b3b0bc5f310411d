"""What the notifications service is told by its environment."""

from dataclasses import dataclass

from shared.settings import CommonSettings, Secret, setting


@dataclass(frozen=True, kw_only=True)
class Settings(CommonSettings):
    """Beside the common settings: how mail leaves, and from which address."""

    mail_url: str = setting(
        "how mail leaves: smtp://[user:password@]host[:port], smtps://…, smtp+starttls://…, or log: (kept, not sent)"
    )
    mail_from: str = setting("the address that all mail comes from", default="bursar@localhost")
    sealing_key: Secret = setting("the key auth seals sign-in mails with, and webhook secrets rest under (Fernet)")
    link_key: Secret = setting(
        "Fernet key of the links in mails that work without a sign-in, such as the one that ends them; the same for "
        "portal, invoices and notifications"
    )
    invoices_url: str = setting("where the invoices service listens, for documents")
    webhook_ports: str = setting("the ports of https that webhooks may be sent to", default="443,8443")
    webhook_localhost: bool = setting(
        "let webhooks of test mode be sent to http://localhost, any port; for trying Bursar on one's own machine",
        default=False,
    )
    mailbox: bool = setting(
        "show every mail, secrets included, to anybody at /mailbox; for trying Bursar on one's own machine",
        default=False,
    )
