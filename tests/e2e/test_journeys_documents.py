"""J27: a customer's documents: PDF, e-invoice, CSV, ZIP, one PDF, statement, paper. Texts and totals are checked."""

import csv
import hashlib
import io
import json
import re
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.test_portal_journey import SIZES, looks_right
from tests.support.browser import Visit
from tests.support.polling import until
from tests.support.states import GOOD, Shop, key, open_shop
from tests.support.vendors import Vendor

SELLER = {
    "legal_name": "Larkfield Music Ltd.",
    "address": ["14 Orchard Lane", "Bath BA1 1AA"],
    "country": "GB",
    "tax_id": "GB123456782",
    "email": "billing@larkfield.example",
    "fiscal_year_start": 4,
}
BUYER = {"line1": "Lindenhof 4", "city": "Berlin", "postal_code": "10115"}


@pytest.fixture
def shop(vendor: Vendor) -> Shop:
    vendor.patch(f"/v1/vendors/{vendor.id}", {"profile": SELLER})
    return open_shop(vendor)


def bought(shop: Shop) -> tuple[str, str]:
    """A customer with two payments of last year and one of this, a part of which went back. And this year."""
    customer = shop.vendor.customer(
        "mira@tessaly.example", company="Tessaly Foods GmbH", country="DE", postal_address=BUYER
    )
    year = int(shop.vendor.get("/v1/test_clock")["now"][:4])
    for amount, paid_at in ((1190, f"{year - 1}-03-05"), (2380, f"{year - 1}-05-06")):
        shop.vendor.payment(customer, amount=amount, tax_rate=1900, paid_at=f"{paid_at}T10:00:00Z")
    newest = shop.vendor.payment(customer, amount=5950, tax_rate=1900)
    shop.vendor.invoices(3)
    shop.vendor.post("/v1/refunds", {"payment": newest["id"], "amount": 1190}, headers=key())
    until(lambda: shop.vendor.get("/v1/credit_notes")["data"], seconds=30, what="the credit note")
    return customer["id"], str(year)


def downloaded(page: Page, link: Any) -> tuple[str, bytes]:
    """What a link leads to: the name it is saved as, and what is in it."""
    with page.expect_download() as started:
        link.click()
    return started.value.suggested_filename, started.value.path().read_bytes()


def words(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join("\n".join(page.extract_text() for page in pages).replace("\xa0", " ").split())


def asked_for(page: Page, shop: Shop, form: str, *, span: str, **fields: str) -> tuple[str, bytes]:
    """Ask for the documents of a period, wait on the page until they are there, and fetch them."""
    page.goto(f"{shop.home}/invoices/periods")
    page.locator(f"input[name=span][value={span}]").check()
    for name, value in fields.items():
        place = page.locator(f"[name={name}]").and_(page.locator("select, input[type=date]"))
        place.select_option(value) if name in ("year", "fiscal_year", "fiscal_month") else place.fill(value)
    page.locator(f"input[name=format][value={form}]").check()
    there = page.locator("[data-made=ready]").count()
    page.get_by_role("button", name="Make the file").click()
    expect(page.locator("[data-made=ready]")).to_have_count(there + 1, timeout=30_000)
    looks_right(page)
    return downloaded(page, page.locator("[data-made=ready] a").first)


@SIZES
@pytest.mark.feature("M02", "E10", "E01", "E08", "M03")
def test_j27_all_documents_of_a_customer(shop: Shop, visit: Visit, phone: bool) -> None:
    customer, year = bought(shop)
    page = visit(phone=phone)
    shop.enter(page, customer)

    page.goto(f"{shop.home}/invoices")
    looks_right(page)
    name, pdf = downloaded(page, page.get_by_role("link", name="PDF 3", exact=True))
    assert name == "invoice-3.pdf"
    assert "Total €59.50" in words(pdf)

    page.get_by_label("Total from").fill("20")
    page.get_by_label("Total to").fill("59.50")
    page.get_by_role("button", name="Show").click()
    looks_right(page)
    expect(page.locator("table.invoices tbody tr")).to_have_count(2)
    name, table = downloaded(page, page.get_by_role("link", name="CSV"))
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    assert (name, [(row["number"], row["total"]) for row in rows]) == ("invoices.csv", [("3", "59.50"), ("2", "23.80")])

    page.goto(f"{shop.home}/invoices")
    page.get_by_role("link", name=re.compile("by period")).click()
    looks_right(page)
    page.locator("input[name=span][value=range]").check()
    page.locator("input[name=first]").fill("2001-01-01")
    page.locator("input[name=last]").fill("2001-12-31")
    page.get_by_role("button", name="Make the file").click()
    expect(page.get_by_text("There are no documents in this period")).to_be_visible()
    looks_right(page)

    name, packed = asked_for(page, shop, "zip", span="range", first=f"{int(year) - 1}-01-01", last=f"{year}-12-31")
    files = {
        each: zipfile.ZipFile(io.BytesIO(packed)).read(each) for each in zipfile.ZipFile(io.BytesIO(packed)).namelist()
    }
    assert name == f"invoices-{int(year) - 1}-01-01-{year}-12-31.zip"
    assert [each for each in files if each.endswith(".pdf")] == [
        *("invoice-1.pdf", "invoice-2.pdf", "invoice-3.pdf", "credit-note-CN-1.pdf")
    ]
    manifest = json.loads(files["manifest.json"])["files"]
    assert all(hashlib.sha256(files[each["file"]]).hexdigest() == each["sha256"] for each in manifest)
    assert files["invoice-3.pdf"] == pdf
    assert "59.50" in files["invoice-3.xml"].decode()

    name, merged = asked_for(page, shop, "pdf", span="year", year=str(int(year) - 1))
    assert name == f"invoices-{int(year) - 1}.pdf"
    assert len(PdfReader(io.BytesIO(merged)).pages) == 2
    assert "Total €11.90" in words(merged)
    assert "Total €59.50" not in words(merged)

    name, whole = asked_for(page, shop, "statement", span="fiscal", fiscal_month="04", fiscal_year=str(int(year) - 1))
    assert name == f"statement-FY{int(year) - 1}-04.pdf"
    assert "Invoice 2 Team plan €23.80 €23.80" in words(whole)
    assert "Invoice 1 " not in words(whole)

    invoice = shop.vendor.get("/v1/invoices?number=3")["data"][0]["id"]
    page.goto(f"{shop.home}/invoices/{invoice}")
    looks_right(page)
    _name, xml = downloaded(page, page.get_by_role("link", name=re.compile(r"XML")).first)
    assert xml == files["invoice-3.xml"]


@pytest.mark.feature("E05", "M02")
def test_twelve_monthly_invoices_of_a_year_one_by_one_and_all_at_once(shop: Shop, visit: Visit) -> None:
    customer = shop.customer("mira")
    page = visit()
    shop.enter(page, customer)
    shop.add_card(page, GOOD)
    begun = shop.subscribe(customer, collection="automatic")["current_period_start"][:10]
    shop.later("1y")
    numbers = [str(number) for number in range(1, 13)]
    invoices = {each["number"]: each["id"] for each in shop.vendor.invoices(12)}

    for number in numbers:
        answer = page.request.get(f"{shop.home}/invoices/{invoices[number]}/pdf")
        assert "Total €58.00" in words(answer.body())
    last = str(date.fromisoformat(begun) + timedelta(days=360))
    _name, packed = asked_for(page, shop, "zip", span="range", first=begun, last=last)

    archive = zipfile.ZipFile(io.BytesIO(packed))
    assert [each for each in archive.namelist() if each.endswith(".pdf")] == [f"invoice-{each}.pdf" for each in numbers]
    months = {row["date"][:7] for row in json.loads(archive.read("manifest.json"))["files"]}
    assert len(months) == 12


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_overview_list_and_one_invoice_are_black_on_white_on_paper_with_nothing_to_press(
    shop: Shop, visit: Visit, dark: bool
) -> None:
    customer, _year = bought(shop)
    page = visit(dark=dark)
    shop.enter(page, customer)
    invoice = shop.vendor.get("/v1/invoices?number=3")["data"][0]["id"]

    for path, wanted in (("", "€59.50"), ("/invoices", "€23.80"), (f"/invoices/{invoice}", "€9.50")):
        page.goto(shop.home + path)
        page.emulate_media(media="print")
        color, paper = page.evaluate(
            "() => ['color', 'backgroundColor'].map(name => getComputedStyle(document.body)[name])"
        )
        assert (color, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
        for pressed in ("button", "a.btn", "input", "select", "nav", "footer"):
            assert page.locator(f"{pressed}:visible").count() == 0, f"{pressed} on {path}"
        printed = words(page.pdf())
        assert wanted in printed
        assert "http" not in printed
        assert "Privacy" not in printed
        page.emulate_media(media="screen")
