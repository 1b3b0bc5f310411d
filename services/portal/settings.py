"""What portal is told by its environment."""

from dataclasses import dataclass

from shared.settings import CommonSettings, Secret, setting


@dataclass(frozen=True, kw_only=True)
class PortalSettings(CommonSettings):
    """Portal's settings."""

    secret_key: Secret = setting("signs what customers agree to; 32 random characters or more, one for all replicas")
    invoices_url: str = setting("where the invoices service listens, for documents")
