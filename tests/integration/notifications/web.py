"""The service's web application, and a passport office whose public keys it asks for."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from flask import Flask

from services.auth.adapters.passports import Passports
from services.auth.rules.passport import Subject
from services.notifications.adapters.mailing import mailing
from services.notifications.api import internal, messages
from services.notifications.pages import mailbox
from shared import clock
from shared.database import Database
from shared.events import Mode
from shared.web import create_app
from tests.integration.notifications.builders import VENDOR
from tests.integration.notifications.office import settings_for


@dataclass(frozen=True)
class PassportOffice:
    """Auth, as far as passports go."""

    passports: Passports
    url: str

    def key(self, *scopes: str, vendor: str = VENDOR, mode: Mode = "test") -> dict[str, str]:
        """Headers of a request with an API key of these scopes."""
        return self._headers(Subject(kind="key", id="key_1", vendor=vendor, mode=mode, scopes=scopes))

    def customer(self, customer: str) -> dict[str, str]:
        """Headers of a request of this customer."""
        return self._headers(Subject(kind="customer", id=customer, vendor=VENDOR, mode="test", customers=(customer,)))

    def sibling(self) -> dict[str, str]:
        """Headers of a request of auth itself."""
        return {"X-Passport": self.passports.issue_own(now=clock.now())}

    def _headers(self, subject: Subject) -> dict[str, str]:
        return {"X-Passport": self.passports.issue(subject, now=clock.now())}


@contextmanager
def passport_office() -> Iterator[PassportOffice]:
    passports = Passports("11" * 32)

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


def application(database: Database, office: PassportOffice, *, is_open: bool) -> Flask:
    """Notifications' web application; `is_open`: with the mailbox of the embedded mode."""
    settings = replace(settings_for(1), auth_url=office.url, mail_url="log:", mailbox=is_open)
    return create_app(
        "notifications",
        settings=settings,
        database=database,
        adapters=mailing(settings),
        api=(messages.blueprint,),
        pages=(mailbox.blueprint,),
        internal=(internal.blueprint,),
    )
