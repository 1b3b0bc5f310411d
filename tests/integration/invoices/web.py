"""The service's web application, and auth as far as passports go."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from flask import Flask

from services.auth.adapters.passports import Passports
from services.auth.rules.passport import Subject
from services.invoices.adapters import Adapters
from services.invoices.adapters.typst import Typesetter
from services.invoices.api.invoices import blueprint
from services.invoices.settings import Settings
from shared import clock
from shared.database import Database
from shared.events import Mode
from shared.web import create_app


@dataclass(frozen=True)
class PassportOffice:
    """Issues passports; its public keys are at `url`."""

    passports: Passports
    url: str

    def key(self, vendor: str, *scopes: str, mode: Mode = "test") -> dict[str, str]:
        """Headers of a request with an API key of these scopes."""
        return self._headers(Subject(kind="key", id="key_1", vendor=vendor, mode=mode, scopes=scopes))

    def customer(self, vendor: str, *customers: str) -> dict[str, str]:
        """Headers of a request of this customer, brought by the portal."""
        return self._headers(Subject(kind="customer", id="ident_1", vendor=vendor, mode="test", customers=customers))

    def _headers(self, subject: Subject) -> dict[str, str]:
        return {"X-Passport": self.passports.issue(subject, now=clock.now())}


@contextmanager
def passport_office() -> Iterator[PassportOffice]:
    passports = Passports("22" * 32)

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(passports.public()).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Nothing: the test's output is the test's."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield PassportOffice(passports, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()
    thread.join()


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
