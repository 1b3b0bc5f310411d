"""What is outside of portal."""

from dataclasses import dataclass
from typing import Final

from services.portal.adapters.invoices import InvoicesClient
from services.portal.adapters.processors import Processors
from services.portal.adapters.sandbox import Sandbox
from services.portal.settings import PortalSettings
from shared.database import Database

OF_MODE: Final = {"test": "sandbox"}


@dataclass(frozen=True)
class Adapters:
    """Portal's siblings, and who moves money."""

    invoices: InvoicesClient
    processors: Processors
    sandbox: Sandbox


def connect(settings: PortalSettings) -> Adapters:
    """The siblings where the settings say they are. The sandbox keeps its own tables beside ours."""
    sandbox = Sandbox(Database(settings.database_url), public_url=settings.public_url)
    processors = Processors(by_name={sandbox.name: sandbox}, public_url=settings.public_url, of_mode=OF_MODE)
    return Adapters(invoices=InvoicesClient(settings.invoices_url), processors=processors, sandbox=sandbox)
