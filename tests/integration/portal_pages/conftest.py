"""Portal's pages in front of one customer of one vendor, on each database."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.auth.rules.passport import Subject
from services.portal.adapters.invoices import Document, EInvoiceIncomplete
from services.portal.api import BLUEPRINTS as API
from services.portal.pages import BLUEPRINTS as PAGES
from services.portal.pages.customer import error_looks
from shared import clock, ids
from shared.database import Database, migrations
from shared.errors import Unavailable
from shared.events import CreditNoteIssued, InvoiceIssued
from shared.web import create_app
from shared.web.app import App
from tests.integration.portal.shop import PASSPORTS, Shop, application, open_shop
from tests.integration.portal_pages.console import Staff, with_staff

_TOKEN = re.compile(r'name="(csrf_token|confirmation)" value="([^"]+)"')


@dataclass
class InvoicesService:
    """Stands where the invoices service is: has documents, or is away."""

    is_away: bool = False
    asked: int = 0
    missing: str = ""
    """Why it refuses e-invoices, if it does."""

    def pdf(self, invoice_id: str, *, passport: str) -> Document:
        return self.document(invoice_id, "pdf", passport=passport)

    def document(self, paper: str, form: str, *, passport: str) -> Document:
        self.asked += 1
        if self.is_away or not passport:
            raise Unavailable(part="invoices")
        if form in ("xml", "ubl"):
            if self.missing:
                raise EInvoiceIncomplete(why=self.missing)
            return Document(
                filename="INV-1.xml", content_type="application/xml", content_length=4, chunks=iter([b"<i/>"])
            )
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
    more: dict[str, Any] = field(default_factory=dict)
    """What else the passport says: `way_in`, `role`, `details` and the like."""

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
        subject = replace(subject, **self.more)
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
        "portal",
        settings=wiring.settings,
        database=database,
        adapters=wiring.adapters,
        api=API,
        pages=PAGES,
        error_looks=error_looks.wear,
    )
    app.extensions["bursar"] = replace(app.extensions["bursar"], keys=wiring.keys)
    return app


@pytest.fixture
def shop(app: App, database: Database) -> Shop:
    """A vendor of the test's own, in test mode."""
    return open_shop(app, database)


@pytest.fixture
def other(app: App, database: Database) -> Shop:
    """Another one."""
    return open_shop(app, database)


@pytest.fixture
def visitor(app: App, shop: Shop) -> Visitor:
    """Ada, who has bought nothing yet."""
    invoices: Any = InvoicesService()
    wiring = app.extensions["bursar"]
    app.extensions["bursar"] = replace(wiring, adapters=replace(wiring.adapters, invoices=invoices))
    return Visitor(shop, invoices, app.test_client(), (shop.customer("ada@example.com")["id"],))


@pytest.fixture
def brought(app: App, visitor: Visitor) -> Iterator[dict[str, Any]]:
    """What auth says that the way in of the visitor brought along; filled in by the test."""
    told: dict[str, Any] = {}

    class Auth(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Auth)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    wiring = app.extensions["bursar"]
    settings = replace(wiring.settings, auth_url=f"http://127.0.0.1:{server.server_port}")
    app.extensions["bursar"] = replace(wiring, settings=settings)
    visitor.more |= {"details": True, "session": ids.new("ps")}
    yield told
    app.extensions["bursar"] = wiring
    server.shutdown()
    server.server_close()


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


def credited(shop: Shop, customer: str, invoice: str, *, number: str = "CN-1", total: int = 1290) -> str:
    """The invoices service said that this invoice has a credit note; its id."""
    said = {
        "credit_note": ids.new("cn"),
        "number": number,
        "invoice": invoice,
        "invoice_number": "INV-1",
        "order_number": ids.order_number(),
        "customer": customer,
        "subscription": None,
        "payment": ids.new("pay"),
        "refund": ids.new("re"),
        "currency": "EUR",
        "net": total,
        "tax": 0,
        "total": total,
        "issued_at": clock.now().isoformat(),
        "refunded_at": clock.now().isoformat(),
        "historical": False,
        "locale": None,
    }
    shop.hear(CreditNoteIssued(**said))
    return str(said["credit_note"])


@pytest.fixture
def staff(app: App, shop: Shop) -> Iterator[Staff]:
    with with_staff(app):
        yield Staff(shop=shop, browser=app.test_client())


@pytest.fixture
def portal(shop: Shop) -> str:
    found: str = shop.get("/v1/portal_configurations?is_default=true")["data"][0]["id"]
    return found
