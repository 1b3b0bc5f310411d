"""A purchase order number on all that is issued: the invoice and its credit note, for people and for programs."""

import pytest
from lxml import etree

from services.invoices.adapters.typst import Typesetter
from services.invoices.queries.documents import Form, Paper
from shared.database import Database
from tests.integration.invoices.builders import PROFILE, a_buyer, a_payment, a_seller, issued
from tests.integration.invoices.crediting import a_refund, credited, document_of
from tests.integration.invoices.test_documents import words_of

NUMBER = "PO-2026/17"
SELLER = PROFILE | {"address": ["Obstgasse 12", "10115 Berlin"], "country": "DE", "tax_id": "DE 136 695 976"}


@pytest.mark.feature("E09", "M05")
def test_it_is_printed_and_stands_as_bt_13(database: Database, typesetter: Typesetter) -> None:
    vendor = a_seller(database, profile=SELLER)
    payment = a_payment(currency="EUR", buyer=a_buyer(po_number=NUMBER))
    (invoice,) = issued(database, vendor, payment)
    (note,) = credited(database, vendor, a_refund(payment, amount=100))

    for paper in (Paper("invoice", invoice), Paper("credit_note", note)):
        assert NUMBER in words_of(document_of(database, vendor, paper, Form.PDF, typesetter))
        cii = etree.fromstring(document_of(database, vendor, paper, Form.XML, typesetter))
        ubl = etree.fromstring(document_of(database, vendor, paper, Form.UBL, typesetter))
        assert cii.xpath("string(//*[local-name()='BuyerOrderReferencedDocument']/*[1])") == NUMBER
        assert ubl.xpath("string(/*/*[local-name()='OrderReference']/*[local-name()='ID'])") == NUMBER


@pytest.mark.feature("E09")
def test_without_one_there_is_no_empty_place_for_it(database: Database, typesetter: Typesetter) -> None:
    vendor = a_seller(database, profile=SELLER)
    (invoice,) = issued(database, vendor, a_payment(currency="EUR"))
    paper = Paper("invoice", invoice)

    assert "PO number" not in words_of(document_of(database, vendor, paper, Form.PDF, typesetter))
    for form in (Form.XML, Form.UBL):
        said = etree.fromstring(document_of(database, vendor, paper, form, typesetter))
        assert not said.xpath("//*[local-name()='BuyerOrderReferencedDocument' or local-name()='OrderReference']")
