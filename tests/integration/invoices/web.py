"""The service's web application."""

from typing import Final

from flask import Flask

from services.invoices.adapters import Adapters
from services.invoices.adapters.logos import LogosClient
from services.invoices.adapters.typst import Typesetter
from services.invoices.api import archives, credit_notes, internal
from services.invoices.api.invoices import blueprint
from services.invoices.pages.console import documents, ledger
from services.invoices.queries import holdings
from services.invoices.settings import Settings
from shared.database import Database
from shared.settings import Secret
from shared.web import create_app
from shared.web.holdings import holdings_blueprint
from tests.support.console_staff import standing
from tests.support.passports import PassportOffice

NOBODY: Final = "http://127.0.0.1:9"
LINK_KEY: Final = "bGlua3MgaW4gbWFpbHMsIDMyIGJ5dGVzIG9mIGl0ISE="


def outside(typesetter: Typesetter, *, auth: str = NOBODY) -> Adapters:
    """What the service reaches outside with; who asks for logos without need gets no answer."""
    return Adapters(typesetter=typesetter, logos=LogosClient(auth))


def application(
    database: Database, office: PassportOffice, typesetter: Typesetter, *, link_key: str = LINK_KEY
) -> Flask:
    settings = Settings(
        database_url=database.url.render_as_string(hide_password=False),
        bus_url="sqlite:///:memory:",
        public_url="http://localhost:8080",
        auth_url=office.url,
        link_key=Secret(link_key),
    )
    return create_app(
        "invoices",
        settings=settings,
        database=database,
        adapters=outside(typesetter),
        console=standing,
        api=(blueprint, credit_notes.blueprint, *archives.BLUEPRINTS),
        pages=(ledger.blueprint, documents.blueprint),
        internal=(
            internal.blueprint,
            holdings_blueprint(holdings.of_customer),
        ),
    )
