"""The service's web application."""

from flask import Flask

from services.invoices.adapters import Adapters
from services.invoices.adapters.typst import Typesetter
from services.invoices.api.invoices import blueprint
from services.invoices.settings import Settings
from shared.database import Database
from shared.web import create_app
from tests.support.passports import PassportOffice


def application(database: Database, office: PassportOffice, typesetter: Typesetter) -> Flask:
    settings = Settings(
        database_url=database.url.render_as_string(hide_password=False),
        bus_url="sqlite://",
        public_url="http://localhost:8080",
        auth_url=office.url,
    )
    return create_app(
        "invoices", settings=settings, database=database, adapters=Adapters(typesetter=typesetter), api=(blueprint,)
    )
