"""What the invoices service is told."""

from dataclasses import dataclass

from shared.settings import CommonSettings, Secret, setting


@dataclass(frozen=True, kw_only=True)
class Settings(CommonSettings):
    """Beside the common settings: what notifications asks for documents with."""

    link_key: Secret = setting(
        "Fernet key of the links in mails that work without a sign-in, such as the one that ends them; the same for "
        "portal, invoices and notifications"
    )
