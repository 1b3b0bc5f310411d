"""What is outside of portal."""

from dataclasses import dataclass
from typing import Final

from services.portal.adapters.auth import AuthClient
from services.portal.adapters.dns import Dns
from services.portal.adapters.invoices import InvoicesClient
from services.portal.adapters.notifications import NotificationsClient
from services.portal.adapters.periods import PeriodsClient
from services.portal.adapters.processors import Processors
from services.portal.adapters.sandbox import Sandbox
from services.portal.adapters.sources import Sources, sealing_key
from services.portal.adapters.stripe import StripeSource
from services.portal.adapters.vies import Vies
from services.portal.settings import PortalSettings
from shared.database import Database

OF_MODE: Final = {"test": "sandbox"}


@dataclass(frozen=True)
class Adapters:
    """Portal's siblings, who moves money, and who knows what is set for a host."""

    auth: AuthClient
    invoices: InvoicesClient
    notifications: NotificationsClient
    periods: PeriodsClient
    processors: Processors
    sandbox: Sandbox
    dns: Dns
    vies: Vies


def connect(settings: PortalSettings) -> Adapters:
    """The siblings where the settings say they are. The sandbox keeps its own tables beside ours."""
    sandbox = Sandbox(Database(settings.database_url), public_url=settings.public_url)
    stripe = StripeSource(api_base=settings.stripe_api_base)
    processors = Processors(
        by_name={sandbox.name: sandbox},
        public_url=settings.public_url,
        of_mode=OF_MODE,
        sources=Sources(by_name={stripe.name: stripe}, key=sealing_key(settings.secret_key)),
    )
    return Adapters(
        auth=AuthClient(settings.auth_url),
        invoices=InvoicesClient(settings.invoices_url),
        notifications=NotificationsClient(settings.notifications_url),
        periods=PeriodsClient(settings.invoices_url),
        processors=processors,
        sandbox=sandbox,
        dns=Dns(settings.dns_servers),
        vies=Vies(settings.vies_url),
    )
