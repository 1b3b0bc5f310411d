"""Documents for mails: handed out to whoever brings a slip that a sibling sealed, and to nobody else."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from services.invoices.adapters.typst import Typesetter
from shared import mail_links, sealing
from shared.database import Database
from shared.mail_links import Purpose
from tests.integration.invoices.builders import a_payment, a_seller, issued
from tests.integration.invoices.crediting import a_refund, credited
from tests.integration.invoices.web import LINK_KEY, application
from tests.support.passports import PassportOffice, passport_office


@pytest.fixture(scope="module")
def office() -> Iterator[PassportOffice]:
    with passport_office("ven_1") as office:
        yield office


@pytest.fixture
def client(database: Database, office: PassportOffice, typesetter: Typesetter) -> FlaskClient:
    return application(database, office, typesetter).test_client()


def slip(key: str = LINK_KEY, purpose: Purpose = Purpose.DOCUMENT, **claims: str) -> dict[str, str]:
    return {"slip": mail_links.make(key, purpose, **claims)}


@pytest.mark.feature("M05")
def test_a_slip_is_good_for_the_document_it_names(client: FlaskClient, database: Database, vendor: str) -> None:
    payment = a_payment()
    (invoice,) = issued(database, vendor, payment)
    (note,) = credited(database, vendor, a_refund(payment, amount=100))

    for kind, document in (("invoice", invoice), ("credit_note", note)):
        given = slip(vendor=vendor, mode="test", kind=kind, document=document)
        answer = client.post("/internal/documents", data=given)
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert answer.data.startswith(b"%PDF-")


def test_nothing_else_opens_it(client: FlaskClient, database: Database, vendor: str) -> None:
    (invoice,) = issued(database, vendor, a_payment())
    named = {"vendor": vendor, "mode": "test", "kind": "invoice", "document": invoice}
    elsewhere = {**named, "vendor": a_seller(database)}

    for given, status in (
        ({}, 403),
        ({"slip": "made up"}, 403),
        (slip(sealing.new_key(), **named), 403),
        (slip(purpose=Purpose.UNSUBSCRIBE, **named), 403),  # a link that stands in mails
        (slip(**elsewhere), 404),
        (slip(**{**named, "mode": "live"}), 404),
        (slip(**{**named, "document": "inv_00000000000000000000000000"}), 404),
    ):
        answer = client.post("/internal/documents", data=given)
        assert answer.status_code == status, given
        assert b"%PDF" not in answer.data
