"""Portal's pages in front of one customer of one vendor, on each database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.auth.rules.passport import Subject
from services.portal.adapters.invoices import Document
from services.portal.api import BLUEPRINTS as API
from services.portal.pages import BLUEPRINTS as PAGES
from shared import clock, ids
from shared.database import Database, migrations
from shared.errors import Unavailable
from shared.events import InvoiceIssued
from shared.web import create_app
from shared.web.app import App
from tests.integration.portal.shop import PASSPORTS, Shop, application, open_shop

_TOKEN = re.compile(r'name="(csrf_token|confirmation)" value="([^"]+)"')


@dataclass
class InvoicesService:
    """Stands where the invoices service is: has documents, or is away."""

    is_away: bool = False
    asked: int = 0

    def pdf(self, invoice_id: str, *, passport: str) -> Document:
        self.asked += 1
        if self.is_away or not passport:
            raise Unavailable(part="invoices")
        return Document(
            filename="INV-1.pdf", content_type="application/pdf", content_length=8, chunks=iter([b"%PDF", b"-1.7"])
        )


@dataclass
class Visitor:
    """A browser that is signed in to the vendor's portal as these customers."""

    shop: Shop
    invoices: InvoicesService
    browser: FlaskClient
    customers: tuple[str, ...]
    assurance: str = "verified"
    minutes_ago: int = 1

    @property
    def home(self) -> str:
        return f"/p/{self.shop.portal}"

    def get(self, path: str = "", **headers: str) -> TestResponse:
        return self.browser.get(self.home + path, headers={**self._passport(), **headers})

    def post(self, path: str, form: dict[str, str], **headers: str) -> TestResponse:
        own = {"Origin": "http://localhost:8080"}
        return self.browser.post(self.home + path, data=form, headers={**self._passport(), **own, **headers})

    def hidden(self, path: str) -> dict[str, str]:
        """The hidden fields of the forms on a page."""
        return dict(_TOKEN.findall(self.get(path).text))

    def _passport(self) -> dict[str, str]:
        subject = Subject(
            kind="customer",
            id=self.customers[0],
            vendor=self.shop.vendor,
            mode=self.shop.mode,
            customers=self.customers,
            assurance=self.assurance,
            proven_at=clock.now() - timedelta(minutes=self.minutes_ago),
            session="ses_1",
            portal=self.shop.portal,
        )
        return {"X-Passport": PASSPORTS.issue(subject, now=clock.now())}


@pytest.fixture(scope="module")
def database(database_url: str) -> Iterator[Database]:
    migrations.upgrade("portal", database_url)
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture(scope="module")
def app(database: Database) -> App:
    wiring = application(database).extensions["bursar"]
    app = create_app(
        "portal", settings=wiring.settings, database=database, adapters=wiring.adapters, api=API, pages=PAGES
    )
    app.extensions["bursar"] = replace(app.extensions["bursar"], keys=wiring.keys)
    return app


@pytest.fixture
def shop(app: App, database: Database) -> Shop:
    """A vendor of the test's own, in test mode."""
    return open_shop(app, database)


@pytest.fixture
def visitor(app: App, shop: Shop) -> Visitor:
    """Ada, who has bought nothing yet."""
    invoices: Any = InvoicesService()
    wiring = app.extensions["bursar"]
    app.extensions["bursar"] = replace(wiring, adapters=replace(wiring.adapters, invoices=invoices))
    return Visitor(shop, invoices, app.test_client(), (shop.customer("ada@example.com")["id"],))


def invoiced(shop: Shop, customer: str, *, number: str = "INV-1", days_ago: int = 0, **more: Any) -> str:
    """The invoices service said that this customer has an invoice; its id."""
    said = {
        "invoice": ids.new("inv"),
        "number": number,
        "order_number": ids.order_number(),
        "customer": customer,
        "subscription": None,
        "payment": None,
        "status": "paid",
        "currency": "EUR",
        "net": 1084,
        "tax": 206,
        "total": 1290,
        "description": "Reeds",
        "issued_at": (clock.now() - timedelta(days=days_ago)).isoformat(),
        "paid_at": (clock.now() - timedelta(days=days_ago)).isoformat(),
        "historical": False,
        "locale": None,
        **more,
    }
    shop.hear(InvoiceIssued(**said))
    return str(said["invoice"])
