"""M03: every invoice and credit note as an e-invoice in which the rules of EN 16931 find nothing."""

import io
import re
from typing import Any

import facturx
import pytest
from lxml import etree
from pypdf import PdfReader

from services.invoices.adapters.typst import Typesetter
from services.invoices.queries.documents import Form, Paper
from services.invoices.rules.e_invoice import BuyerDataIncomplete, CurrencyUnsupported, SellerDataIncomplete
from shared.database import Database
from shared.events import PaymentSucceeded
from tests.integration.invoices.builders import PROFILE, a_buyer, a_line, a_payment, a_seller, issued
from tests.integration.invoices.crediting import a_refund, credited, document_of
from tests.integration.invoices.test_documents import words_of
from tests.support.schematron import findings

GERMAN = PROFILE | {"address": ["Obstgasse 12", "10115 Berlin"], "country": "DE", "tax_id": "DE 136 695 976"}
FRENCH = a_buyer(company="Pain SARL", address=["4 rue du Four", "75006 Paris"], country="FR", tax_id="FR 83404833048")
PRIVATE = a_buyer(company=None, display_name=None, address=[], tax_id=None)
PERIOD = {"period_start": "2026-11-18T00:00:00+00:00", "period_end": "2026-12-18T00:00:00+00:00"}


def _line(amount: int, rate: int, **changes: Any) -> Any:
    return a_line(**{"quantity": 1, "unit_amount": amount, "amount": amount, "tax_rate": rate} | changes)


CASES: dict[str, tuple[dict[str, Any], PaymentSucceeded]] = {
    "standard": (PROFILE, a_payment(_line(1177, 2000), currency="GBP")),
    "two rates, a period and a PO number": (
        GERMAN,
        a_payment(
            _line(4874, 1900, quantity=2, unit_amount=2437, **PERIOD), _line(999, 700),
            currency="EUR", buyer=a_buyer(po_number="PO-2026/17"),
        ),
    ),
    "tax included, several of one": (
        GERMAN, a_payment(_line(3333, 1900, quantity=3, unit_amount=1111), _line(1, 1900), _line(77, 700),
                          currency="EUR", tax_behavior="inclusive"),
    ),
    "imported, amount does not divide": (GERMAN, a_payment(_line(1000, 1900, quantity=3, unit_amount=None))),
    "unused time given back, and a discount": (
        GERMAN, a_payment(_line(6543, 1900, quantity=3, unit_amount=2181), _line(-1934, 1900), _line(-654, 1900,
                          quantity=2, unit_amount=-327), currency="EUR"),
    ),
    "reverse charge": (GERMAN, a_payment(_line(5000, 0, **PERIOD), currency="EUR", buyer=FRENCH)),
    "exempt, to a person without details": (GERMAN, a_payment(_line(5000, 0), currency="EUR", buyer=PRIVATE)),
    "exempt beside standard": (GERMAN, a_payment(_line(5000, 0), _line(5000, 1900), currency="EUR")),
    "a seller with a tax number": (
        PROFILE | {"country": "US", "tax_id": "12-3456789"}, a_payment(_line(2500, 825), currency="USD"),
    ),
    "no decimals": (
        PROFILE | {"country": "JP", "tax_id": "T1234567890123"}, a_payment(_line(980, 1000), currency="JPY"),
    ),
    "nothing to pay": (GERMAN, a_payment(_line(2354, 1900), _line(-2354, 1900), currency="EUR", method=None)),
    "strange letters": (
        GERMAN, a_payment(_line(100, 1900, description="\u202e<b>&amp;\x07 ٢٠٢٦ 請求書"), currency="EUR", locale="ar"),
    ),
}  # fmt: skip


@pytest.mark.feature("M03", "E08", "E15")
@pytest.mark.parametrize("case", CASES, ids=lambda name: name.replace(" ", "-"))
def test_the_official_rules_find_nothing_in_an_invoice(database: Database, typesetter: Typesetter, case: str) -> None:
    profile, payment = CASES[case]
    vendor = a_seller(database, profile=profile)
    (invoice_id,) = issued(database, vendor, payment)
    paper = Paper("invoice", invoice_id)

    _check(database, vendor, paper, typesetter, total=payment.total, payment=payment)


@pytest.mark.feature("M03", "E08", "E07")
@pytest.mark.parametrize(
    "case", [case for case in CASES if case != "nothing to pay"], ids=lambda name: name.replace(" ", "-")
)
def test_the_official_rules_find_nothing_in_credit_notes(database: Database, typesetter: Typesetter, case: str) -> None:
    profile, payment = CASES[case]
    vendor = a_seller(database, profile=profile)
    issued(database, vendor, payment)
    part = payment.total // 3
    notes = credited(database, vendor, a_refund(payment, amount=part), a_refund(payment, amount=payment.total - part))

    for note_id, total in zip(notes, (part, payment.total - part), strict=True):
        cii, ubl = _check(database, vendor, Paper("credit_note", note_id), typesetter, total=total, payment=payment)
        assert _text(cii, "ram:TypeCode", first=True) == "381"
        assert _text(cii, "ram:InvoiceReferencedDocument/ram:IssuerAssignedID") == "1"
        assert etree.QName(ubl).localname == "CreditNote"


@pytest.mark.feature("M03")
def test_reverse_charge_says_so_with_both_tax_ids_in_xml_and_pdf(database: Database, typesetter: Typesetter) -> None:
    profile, payment = CASES["reverse charge"]
    vendor = a_seller(database, profile=profile)
    (invoice_id,) = issued(database, vendor, payment)

    cii = etree.fromstring(document_of(database, vendor, Paper("invoice", invoice_id), Form.XML, typesetter))
    said = words_of(document_of(database, vendor, Paper("invoice", invoice_id), Form.PDF, typesetter))

    tax = "ram:ApplicableHeaderTradeSettlement/ram:ApplicableTradeTax/"
    assert _text(cii, f"{tax}ram:CategoryCode") == "AE"
    assert _text(cii, f"{tax}ram:ExemptionReason") == "Reverse charge: the recipient accounts for the tax."
    assert _text(cii, "ram:SellerTradeParty/ram:SpecifiedTaxRegistration/ram:ID") == "DE136695976"
    assert _text(cii, "ram:BuyerTradeParty/ram:SpecifiedTaxRegistration/ram:ID") == "FR83404833048"
    assert "Reverse charge: the recipient accounts for the tax." in said
    assert "DE 136 695 976" in said
    assert "FR 83404833048" in said


@pytest.mark.feature("M03")
def test_the_po_number_is_order_reference_and_buyer_reference(database: Database, typesetter: Typesetter) -> None:
    profile, payment = CASES["two rates, a period and a PO number"]
    vendor = a_seller(database, profile=profile)
    (invoice_id,) = issued(database, vendor, payment)

    cii = etree.fromstring(document_of(database, vendor, Paper("invoice", invoice_id), Form.XML, typesetter))

    assert _text(cii, "ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID") == "PO-2026/17"
    assert _text(cii, "ram:BuyerReference") == "PO-2026/17"
    assert _text(cii, "ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/udt:DateTimeString") == "20261218"


@pytest.mark.feature("M03", "E08")
def test_what_the_seller_has_not_given_is_named_and_the_pdf_is_issued_all_the_same(
    database: Database, typesetter: Typesetter
) -> None:
    vendor = a_seller(database, profile=PROFILE | {"address": [], "tax_id": None})
    (invoice_id,) = issued(database, vendor, a_payment())
    paper = Paper("invoice", invoice_id)

    for form in (Form.XML, Form.UBL, Form.FACTURX):
        with pytest.raises(SellerDataIncomplete) as refused:
            document_of(database, vendor, paper, form, typesetter)
        assert refused.value.params == {"missing": "address, tax_id"}

    assert document_of(database, vendor, paper, Form.PDF, typesetter).startswith(b"%PDF")


@pytest.mark.feature("M03")
@pytest.mark.parametrize(
    ("payment", "refusal"),
    [
        (a_payment(buyer=a_buyer(country=None)), BuyerDataIncomplete),
        (a_payment(currency="KWD"), CurrencyUnsupported),
    ],
    ids=["no country of the buyer", "three decimals"],
)
def test_what_the_standard_cannot_say_is_refused(
    database: Database, vendor: str, typesetter: Typesetter, payment: PaymentSucceeded, refusal: type[Exception]
) -> None:
    (invoice_id,) = issued(database, vendor, payment)

    with pytest.raises(refusal):
        document_of(database, vendor, Paper("invoice", invoice_id), Form.UBL, typesetter)


@pytest.mark.parametrize(("form", "syntax"), [(Form.XML, "cii"), (Form.UBL, "ubl")])
def test_the_official_rules_would_find_a_wrong_total(
    database: Database, vendor: str, typesetter: Typesetter, form: Form, syntax: str
) -> None:
    (invoice_id,) = issued(database, vendor, a_payment())

    made = document_of(database, vendor, Paper("invoice", invoice_id), form, typesetter)

    assert any("BR-CO-15" in each for each in findings(made.replace(b"28.01", b"28.02"), syntax=syntax))


@pytest.mark.feature("M03", "E13")
def test_an_e_invoice_stays_what_it_was(database: Database, vendor: str, typesetter: Typesetter) -> None:
    (invoice_id,) = issued(database, vendor, a_payment())

    for form in Form:
        first = document_of(database, vendor, Paper("invoice", invoice_id), form, typesetter)
        assert document_of(database, vendor, Paper("invoice", invoice_id), form, typesetter) == first


def _check(
    database: Database, vendor: str, paper: Paper, typesetter: Typesetter, *, total: int, payment: PaymentSucceeded
) -> tuple[Any, Any]:
    """Nothing is found in either syntax, the PDF/A-3 carries the one, and all say the same total as the PDF."""
    made = {form: document_of(database, vendor, paper, form, typesetter) for form in Form}
    assert findings(made[Form.XML], syntax="cii") == []
    assert findings(made[Form.UBL], syntax="ubl") == []
    cii, ubl = etree.fromstring(made[Form.XML]), etree.fromstring(made[Form.UBL])
    digits = {"JPY": 0}.get(payment.currency, 2)
    assert _minor(_text(cii, "ram:GrandTotalAmount"), digits) == total
    assert _minor(_text(ubl, "cbc:TaxInclusiveAmount"), digits) == total
    name, inside = facturx.get_xml_from_pdf(made[Form.FACTURX], check_xsd=True)
    assert (name, inside) == ("factur-x.xml", made[Form.XML])
    about = PdfReader(io.BytesIO(made[Form.FACTURX])).trailer["/Root"]["/Metadata"].get_data().decode()
    assert re.search(r'pdfaid:part(>|=")3', about)
    assert "EN 16931" in about
    if payment.locale is None:
        shown = re.sub(r"[^0-9]", "", words_of(made[Form.PDF]).split("Total")[-1].split("Larkfield")[0])
        assert str(total) in shown
    return cii, ubl


def _text(tree: Any, path: str, *, first: bool = False) -> str:
    namespaces = {prefix: uri for prefix, uri in tree.nsmap.items() if prefix}
    found = [each.text for each in tree.findall(f".//{path}", namespaces)]
    if not first:
        assert len(found) == 1, (path, found)
    return str(found[0])


def _minor(amount: str, digits: int) -> int:
    whole, _, rest = amount.partition(".")
    return int(whole + rest.ljust(digits, "0"))
