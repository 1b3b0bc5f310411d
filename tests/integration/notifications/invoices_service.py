"""The invoices service itself on a port of its own, with an invoice: what mails bring along is fetched from there."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from werkzeug.serving import make_server

from services.invoices.actions import credit_notes, invoices, sellers
from services.invoices.adapters.typst import Typesetter
from shared import clock
from shared.database import Database, migrations, scope
from tests.integration.invoices.builders import PROFILE, a_payment
from tests.integration.invoices.crediting import a_refund
from tests.integration.invoices.web import application
from tests.integration.notifications.builders import VENDOR
from tests.integration.notifications.office import LINK_KEY
from tests.support.passports import PassportOffice


@dataclass(frozen=True)
class InvoicesService:
    """Where it listens, and the ids of its one invoice and its credit note."""

    url: str
    invoice: str
    credit_note: str


@contextmanager
def invoices_service(folder: Path, passports: PassportOffice) -> Iterator[InvoicesService]:
    """Runs while the block does."""
    url = f"sqlite:///{folder}/invoices.db"
    migrations.upgrade("invoices", url)
    database, typesetter = Database(url), Typesetter()
    server = make_server("127.0.0.1", 0, application(database, passports, typesetter, link_key=LINK_KEY), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        invoice, credit_note = _issued(database)
        yield InvoicesService(url=f"http://127.0.0.1:{server.port}", invoice=invoice, credit_note=credit_note)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        typesetter.close()
        database.close()


def _issued(database: Database) -> tuple[str, str]:
    with database.begin() as session:
        sellers.project(
            session,
            vendor=VENDOR,
            slug="larkfield",
            display_name="Larkfield",
            profile=PROFILE,
            default_locale="en",
            revision=1,
            now=clock.now(),
        )
    with scope.system(vendor=VENDOR, mode="test", job="test"), database.begin() as session:
        payment = a_payment()
        invoice = invoices.issue(session, payment=payment, now=clock.now())
        return invoice, credit_notes.issue(session, refund=a_refund(payment, amount=100), now=clock.now())
