"""Auth, as far as passports go: issues them, and shows the public keys that services verify them with."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from services.auth.adapters.passports import Passports
from services.auth.rules.passport import Subject
from shared import clock
from shared.events import Mode


@dataclass(frozen=True)
class PassportOffice:
    """Issues passports of one vendor, unless told another; its public keys are at `url`."""

    passports: Passports
    url: str
    vendor: str

    def key(self, *scopes: str, vendor: str | None = None, mode: Mode = "test") -> dict[str, str]:
        """Headers of a request with an API key of these scopes."""
        return self._headers(Subject(kind="key", id="key_1", vendor=vendor or self.vendor, mode=mode, scopes=scopes))

    def customer(self, *customers: str, vendor: str | None = None) -> dict[str, str]:
        """Headers of a request of this customer, brought by a sibling."""
        who = Subject(
            kind="customer", id="ident_1", vendor=vendor or self.vendor, mode="test", customers=tuple(customers)
        )
        return self._headers(who)

    def sibling(self) -> dict[str, str]:
        """Headers of a request of auth itself."""
        return {"X-Passport": self.passports.issue_own(now=clock.now())}

    def _headers(self, subject: Subject) -> dict[str, str]:
        return {"X-Passport": self.passports.issue(subject, now=clock.now())}


@contextmanager
def passport_office(vendor: str) -> Iterator[PassportOffice]:
    """An office that answers on a port of its own."""
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
    yield PassportOffice(passports, f"http://127.0.0.1:{server.server_port}", vendor)
    server.shutdown()
    server.server_close()
    thread.join()
