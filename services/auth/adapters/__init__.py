"""What is outside of auth, connected once: keys and seals, and the siblings it asks."""

from dataclasses import dataclass

from services.auth.adapters.malformed_keys import MalformedKeys
from services.auth.adapters.notifications import Notifications
from services.auth.adapters.passports import Passports
from services.auth.adapters.portal import PortalService
from services.auth.adapters.secrets import Secrets
from services.auth.adapters.siblings import Siblings
from services.auth.settings import Settings

__all__ = ["Adapters", "Notifications", "Passports", "PortalService", "Secrets", "Siblings", "connect"]


@dataclass(frozen=True)
class Adapters:
    """What views, jobs and commands are given."""

    passports: Passports
    secrets: Secrets
    notifications: Notifications
    portal: PortalService
    siblings: Siblings
    malformed_keys: MalformedKeys
    public_url: str


def connect(settings: Settings) -> Adapters:
    """The adapters these settings ask for. Nothing is contacted yet."""
    return Adapters(
        passports=Passports(settings.passport_keys),
        secrets=Secrets(
            secret_key=settings.secret_key, sealing_key=settings.sealing_key, admin_token=settings.admin_token
        ),
        notifications=Notifications(settings.notifications_url),
        portal=PortalService(settings.portal_url),
        siblings=Siblings(
            {
                "auth": settings.auth_url,
                "portal": settings.portal_url,
                "invoices": settings.invoices_url,
                "notifications": settings.notifications_url,
            }
        ),
        malformed_keys=MalformedKeys(),
        public_url=settings.public_url,
    )
