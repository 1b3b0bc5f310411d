"""B07: documents show the vendor's logo as it was when the invoice was issued, and the name where there is none."""

import io
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import delete
from werkzeug.serving import make_server

from services.invoices.actions import sellers
from services.invoices.adapters.typst import CannotTypeset, Typesetter
from services.invoices.jobs import fetch_logos
from services.invoices.models import Logo
from services.invoices.queries.documents import Form, Paper
from shared.database import Database
from tests.integration.invoices.archiving import ask, client, fetched, fixed_clock, office, work
from tests.integration.invoices.builders import NOW, PROFILE, a_payment, issued
from tests.integration.invoices.crediting import a_refund, credited, document_of
from tests.integration.invoices.web import NOBODY, outside
from tests.support.passports import PassportOffice
from tests.support.pictures import png

__all__ = ["client", "fixed_clock", "office", "work"]
WIDE, TALL = "a" * 64, "b" * 64


@dataclass
class Auth:
    """Knows two pictures, and says which it was asked for."""

    url: str = ""
    asked: list[str] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        self.asked.append(environ["PATH_INFO"])
        known = {WIDE: png(300, 60), TALL: png(60, 120)}.get(environ["PATH_INFO"].rsplit("/", 1)[1])
        start("200 OK" if known else "404 Not Found", [("Content-Type", "image/png")])
        return [known or b""]


@pytest.fixture
def auth() -> Iterator[Auth]:
    known = Auth()
    server = make_server("127.0.0.1", 0, known)
    known.url = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield known
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def nothing_wanted(database: Database) -> None:
    with database.begin() as session:
        session.execute(delete(Logo))


def drew(database: Database, vendor: str, logo: str | None, *, revision: int) -> None:
    """The vendor's pages show another logo from now on."""
    with database.begin() as session:
        sellers.project(
            session,
            vendor=vendor,
            slug="larkfield",
            display_name="Larkfield",
            profile=PROFILE | {"logo": logo},
            default_locale="en",
            revision=revision,
            now=NOW,
        )


def fetch(database: Database, typesetter: Typesetter, url: str, *, later: timedelta = timedelta()) -> int:
    return fetch_logos(database.begin, now=NOW + later, adapters=outside(typesetter, auth=url))


def pictures(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each in pixels."""
    return [each.image.size for page in PdfReader(io.BytesIO(pdf)).pages for each in page.images if each.image]


@pytest.mark.feature("B07")
def test_invoice_credit_note_and_receipt_show_the_logo_of_the_issue(
    database: Database,
    vendor: str,
    typesetter: Typesetter,
    auth: Auth,
    client: FlaskClient,
    office: PassportOffice,
    work: Callable[[], int],
) -> None:
    drew(database, vendor, WIDE, revision=2)
    assert fetch(database, typesetter, auth.url) == 1
    payment = a_payment()
    (invoice,) = issued(database, vendor, payment)
    drew(database, vendor, TALL, revision=3)
    assert fetch(database, typesetter, auth.url) == 1
    assert fetch(database, typesetter, auth.url) == 0
    (note,) = credited(database, vendor, a_refund(payment, amount=100))

    for paper in (Paper("invoice", invoice), Paper("credit_note", note)):
        pdf = document_of(database, vendor, paper, Form.PDF, typesetter)
        assert pictures(pdf) == [(300, 60)], paper
        assert b"pdfuaid" in pdf
        assert pictures(document_of(database, vendor, paper, Form.FACTURX, typesetter)) == [(300, 60)]
    key = office.key("invoices:read", "statements:read", "statements:write", vendor=vendor)
    assert pictures(client.get(f"/v1/invoices/{invoice}/receipt", headers=key).data) == [(300, 60)]
    statement = ask(client, key, url="/v1/statements", period="2026", customer=payment.customer)
    work()
    assert pictures(fetched(client, key, statement).data) == [(60, 120)]
    assert len(auth.asked) == 2


@pytest.mark.feature("B07")
def test_without_a_logo_the_name_stands_alone(database: Database, vendor: str, typesetter: Typesetter) -> None:
    (invoice,) = issued(database, vendor, a_payment())

    pdf = document_of(database, vendor, Paper("invoice", invoice), Form.PDF, typesetter)

    assert pictures(pdf) == []
    assert "Larkfield" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def test_a_document_waits_a_moment_for_its_logo_and_not_for_ever(
    database: Database, vendor: str, typesetter: Typesetter, auth: Auth
) -> None:
    drew(database, vendor, WIDE, revision=2)
    soon, late = issued(database, vendor, a_payment(), a_payment())

    assert fetch(database, typesetter, NOBODY) == 0
    with pytest.raises(CannotTypeset):
        document_of(database, vendor, Paper("invoice", soon), Form.PDF, typesetter)
    assert b"<" in document_of(database, vendor, Paper("invoice", soon), Form.UBL, typesetter)

    assert fetch(database, typesetter, auth.url) == 0  # it rests
    for attempt in range(1, 9):
        fetch(database, typesetter, NOBODY, later=timedelta(hours=attempt))
    assert pictures(document_of(database, vendor, Paper("invoice", late), Form.PDF, typesetter)) == []
    assert fetch(database, typesetter, auth.url, later=timedelta(days=1)) == 1
    assert pictures(document_of(database, vendor, Paper("invoice", soon), Form.PDF, typesetter)) == [(300, 60)]


def test_a_logo_that_is_gone_is_asked_for_once(
    database: Database, vendor: str, typesetter: Typesetter, auth: Auth
) -> None:
    drew(database, vendor, "c" * 64, revision=2)

    assert fetch(database, typesetter, auth.url) == 1
    assert fetch(database, typesetter, auth.url, later=timedelta(days=1)) == 0
    (invoice,) = issued(database, vendor, a_payment())
    assert pictures(document_of(database, vendor, Paper("invoice", invoice), Form.PDF, typesetter)) == []
