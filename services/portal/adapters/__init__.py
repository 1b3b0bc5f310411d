"""What is outside of portal."""

from dataclasses import dataclass

from services.portal.adapters.invoices import InvoicesClient
from services.portal.settings import PortalSettings


@dataclass(frozen=True)
class Adapters:
    """Portal's siblings."""

    invoices: InvoicesClient


def connect(settings: PortalSettings) -> Adapters:
    """The siblings where the settings say they are."""
    return Adapters(invoices=InvoicesClient(settings.invoices_url))
