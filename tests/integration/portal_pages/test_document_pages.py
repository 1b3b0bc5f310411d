"""One invoice with all its documents: receipt, e-invoices, credit notes; also what cannot be had just now."""

import pytest

from tests.integration.portal_pages.conftest import Visitor, credited, invoiced


@pytest.mark.feature("E04", "E07", "E08")
def test_an_invoice_has_a_page_with_its_documents_and_credit_notes(visitor: Visitor) -> None:
    (customer,) = visitor.customers
    invoice = invoiced(visitor.shop, customer)
    note = credited(visitor.shop, customer, invoice, total=500)

    history, page = visitor.get("/invoices").text, visitor.get(f"/invoices/{invoice}").text

    assert f'href="{visitor.home}/invoices/{invoice}"' in history
    assert "Credit note CN-1: -€5.00" in history
    assert f'href="{visitor.home}/credit_notes/{note}/pdf"' in history
    for form in ("pdf", "receipt", "xml", "ubl", "facturx"):
        assert f'href="{visitor.home}/invoices/{invoice}/{form}"' in page
    for form in ("pdf", "xml", "ubl", "facturx"):
        assert f'href="{visitor.home}/credit_notes/{note}/{form}"' in page
    for said in ("Invoice INV-1", "€10.84", "€2.06", "€12.90", "Credit note CN-1", "-€5.00"):
        assert said in page


@pytest.mark.feature("E04", "E07", "E08", "M03")
def test_each_document_comes_as_a_file(visitor: Visitor) -> None:
    (customer,) = visitor.customers
    invoice = invoiced(visitor.shop, customer)
    note = credited(visitor.shop, customer, invoice)

    for path, kind in (
        (f"/invoices/{invoice}/receipt", "application/pdf"),
        (f"/invoices/{invoice}/xml", "application/xml"),
        (f"/invoices/{invoice}/facturx", "application/pdf"),
        (f"/credit_notes/{note}/pdf", "application/pdf"),
        (f"/credit_notes/{note}/ubl", "application/xml"),
    ):
        answer = visitor.get(path)
        assert (answer.status_code, answer.content_type) == (200, kind), path
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
        assert "no-store" in answer.headers["Cache-Control"]
    assert visitor.get(f"/invoices/{invoice}/secret").status_code == 404
    assert visitor.get(f"/credit_notes/{note}/receipt").status_code == 404


@pytest.mark.feature("M03")
@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("seller_data_incomplete", "Larkfield has not given all the details that an e-invoice needs."),
        ("buyer_data_incomplete", "lack what an e-invoice needs: a name and a country."),
        ("currency_unsupported", "no way to say amounts in this currency"),
    ],
)
def test_why_there_is_no_e_invoice_is_said_with_the_way_to_the_pdf(visitor: Visitor, why: str, said: str) -> None:
    (customer,) = visitor.customers
    invoice = invoiced(visitor.shop, customer)
    note = credited(visitor.shop, customer, invoice)
    visitor.invoices.missing = why

    of_invoice, of_note = visitor.get(f"/invoices/{invoice}/xml"), visitor.get(f"/credit_notes/{note}/ubl")

    assert (of_invoice.status_code, of_note.status_code) == (409, 409)
    assert said in of_invoice.text
    assert f'href="{visitor.home}/invoices/{invoice}/pdf"' in of_invoice.text
    assert f'href="{visitor.home}/credit_notes/{note}/pdf"' in of_note.text


def test_without_the_invoices_service_a_credit_note_is_back_shortly_and_still_listed(visitor: Visitor) -> None:
    (customer,) = visitor.customers
    invoice = invoiced(visitor.shop, customer)
    note = credited(visitor.shop, customer, invoice)
    visitor.invoices.is_away = True

    answer = visitor.get(f"/credit_notes/{note}/pdf")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "Credit note CN-1 cannot be fetched just now." in answer.text
    assert "Credit note CN-1" in visitor.get(f"/invoices/{invoice}").text


def test_documents_of_somebody_else_are_not_there(visitor: Visitor) -> None:
    stranger = visitor.shop.customer("eve@example.com")["id"]
    invoice = invoiced(visitor.shop, stranger)
    note = credited(visitor.shop, stranger, invoice)

    for path in (f"/invoices/{invoice}", f"/invoices/{invoice}/receipt", f"/credit_notes/{note}/pdf"):
        assert visitor.get(path).status_code == 404, path
    assert visitor.invoices.asked == 0


def test_a_credit_note_told_twice_is_shown_once(visitor: Visitor) -> None:
    (customer,) = visitor.customers
    invoice = invoiced(visitor.shop, customer)
    credited(visitor.shop, customer, invoice, number="CN-1", total=100)
    credited(visitor.shop, customer, invoice, number="CN-2", total=200)

    page = visitor.get(f"/invoices/{invoice}").text

    assert (page.count("Credit note CN-1</h2>"), page.count("Credit note CN-2</h2>")) == (1, 1)
