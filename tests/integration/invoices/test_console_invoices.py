"""The console's invoices: found, read, downloaded, checked, archived; who may what; nobody else's."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from services.invoices.adapters.typst import Typesetter
from services.invoices.models import Invoice
from shared.database import Database
from shared.web.app import App, views
from shared.web.console import ROLES
from tests.integration.invoices.archiving import ask, client, fixed_clock, office, unpacked, work
from tests.integration.invoices.builders import a_buyer, a_line, a_payment, issued, selling
from tests.integration.invoices.crediting import a_refund, credited
from tests.support.console_staff import ConsoleStaff, reached
from tests.support.passports import PassportOffice

__all__ = ["client", "fixed_clock", "office", "work"]  # fixtures

HOME = "/console/invoices"
EXPECTED = {
    "GET /console/invoices": "read_only",
    "POST /console/invoices": "support",
    "GET /console/invoices/csv": "read_only",
    "GET /console/invoices/<invoice_id>": "read_only",
    "GET /console/invoices/<invoice_id>/<any(pdf, xml, ubl, facturx):form>": "read_only",
    "GET /console/invoices/credit-notes/<credit_note_id>": "read_only",
    "GET /console/invoices/credit-notes/<credit_note_id>/<any(pdf, xml, ubl, facturx):form>": "read_only",
    "GET /console/invoices/ledger": "read_only",
    "POST /console/invoices/ledger": "support",
    "GET /console/invoices/archives": "read_only",
    "POST /console/invoices/archives": "support",
    "GET /console/invoices/archives/<archive_id>/file": "read_only",
}
"""What each asks for. A route of the console that is missing here fails the test."""


@pytest.fixture
def staff(client: FlaskClient, office: PassportOffice, vendor: str) -> ConsoleStaff:
    return ConsoleStaff(browser=client, office=office, home=HOME, role="support", vendor=vendor)


@pytest.fixture
def sold(database: Database, vendor: str) -> tuple[str, str, str]:
    """Two invoices and a credit note of the first."""
    first = a_payment(a_line(), a_line(description="Book", tax_rate=700))
    other = a_payment(
        customer="cus_ben",
        buyer=a_buyer(email="Ben@other.example", company=None, display_name="Ben"),
        paid_at="2026-10-05T08:00:00+00:00",
        currency="EUR",
    )
    one, two = issued(database, vendor, first, other)
    (note,) = credited(database, vendor, a_refund(first, amount=1000))
    return one, two, note


def numbers(page: str) -> int:
    return page.count("</bdi></strong></a>")


@pytest.mark.feature("J12")
@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_what_the_table_says_and_nothing_else(
    staff: ConsoleStaff, sold: tuple[str, str, str], role: str
) -> None:
    app = staff.browser.application
    assert isinstance(app, App)
    somebody = replace(staff, role=role, home=f"{HOME}/ledger")
    places = {
        "<any(pdf, xml, ubl, facturx):form>": "pdf",
        "<invoice_id>": sold[0],
        "<credit_note_id>": sold[2],
        "<archive_id>": "arc_none",
    }
    reached(somebody, EXPECTED, list(views(app)), places=places)


def test_another_vendor_another_mode_and_nobody_see_nothing(
    staff: ConsoleStaff, sold: tuple[str, str, str], work: Callable[[], int]
) -> None:
    assert staff.post(f"{HOME}/archives", {"period": "2026", "format": "csv"}).status_code == 303
    work()
    archive = staff.get(f"{HOME}/archives").text.split("/console/invoices/archives/arc_")[1].split("/file")[0]
    paths = (f"/{sold[0]}", f"/{sold[0]}/pdf", f"/credit-notes/{sold[2]}", f"/archives/arc_{archive}/file")
    for stranger in (replace(staff, vendor="ven_other", role="owner"), replace(staff, mode="live", role="owner")):
        assert "Tessaly" not in stranger.get(HOME).text
        assert "Compact" not in stranger.get(f"{HOME}/csv").text
        assert [stranger.get(HOME + path).status_code for path in paths] == [404] * 4
        assert "Compact" not in stranger.post(f"{HOME}/ledger").text
        assert "arc_" not in stranger.get(f"{HOME}/archives").text
    assert [staff.get(HOME + path).status_code for path in paths] == [200] * 4
    nobody = staff.browser.get(HOME)
    assert nobody.status_code == 303
    assert nobody.headers["Location"].startswith("/console/sign-in?next=/console/invoices")


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", 2),
        ("q=ben%40OTHER.example", 1),
        ("q=cus_anna", 1),
        ("q=1", 1),
        ("q=nothing", 0),
        ("status=open", 0),
        ("status=paid", 2),
        ("period=2026-10", 1),
        ("period=2026", 2),
        ("period=2025", 0),
        ("kind=credit_note", 1),
        ("kind=credit_note&q=ben%40other.example", 0),
        ("kind=credit_note&q=anna%40tessaly.example&status=open", 1),
        ("kind=credit_note&q=CN-1", 1),
        ("kind=credit_note&period=2019", 0),
        ("starting_after=inv_none", 2),
    ],
)
def test_documents_are_found_by_what_the_address_says(
    staff: ConsoleStaff, sold: tuple[str, str, str], query: str, shown: int
) -> None:
    page = staff.get(f"{HOME}?{query}")

    assert page.status_code == 200
    assert numbers(page.text) == shown
    assert staff.get(f"{HOME}/csv?{query}").text.count("\r\n") == shown + 1


def test_a_period_that_is_none_is_told(staff: ConsoleStaff, sold: tuple[str, str, str]) -> None:
    page = staff.get(f"{HOME}?period=soon")

    assert page.status_code == 422
    assert numbers(page.text) == 2
    assert staff.get(f"{HOME}/csv?period=soon").status_code == 422


def test_the_api_finds_what_the_console_finds(
    client: FlaskClient, office: PassportOffice, vendor: str, sold: tuple[str, str, str]
) -> None:
    key = office.key("invoices:read", vendor=vendor)

    def found(path: str) -> list[str]:
        answer = client.get(path, headers=key)
        assert answer.status_code == 200, answer.json
        return [each["id"] for each in answer.json["data"]]

    one, two, note = sold
    assert found("/v1/invoices?email=ben@other.example") == [two]
    assert found("/v1/invoices?period=2026-11") == [one]
    assert found("/v1/credit_notes?number=CN-1&email=anna@tessaly.example&period=2026") == [note]
    assert found("/v1/credit_notes?email=ben@other.example") == []
    assert client.get("/v1/invoices?period=soon", headers=key).json["code"] == "no_such_period"
    assert client.get("/v1/invoices/csv?period=2026-11", headers=key).text.count("\r\n") == 2


def test_one_invoice_shows_lines_taxes_credit_and_its_files(
    staff: ConsoleStaff, sold: tuple[str, str, str], typesetter: Typesetter
) -> None:
    page = staff.get(f"{HOME}/{sold[0]}").text

    for told in ("Invoice 1", "Tessaly Foods GmbH", "Compact disc", "Book", "19%", "7%", "CN-1"):
        assert told in page, told
    assert 'href="/console/customers/cus_anna"' in page
    for form in ("pdf", "xml", "ubl", "facturx"):
        assert f'href="{HOME}/{sold[0]}/{form}"' in page
    pdf = staff.get(f"{HOME}/{sold[0]}/pdf")
    assert pdf.data.startswith(b"%PDF")
    assert "attachment" in pdf.headers["Content-Disposition"]
    assert b"CrossIndustryInvoice" in staff.get(f"{HOME}/{sold[0]}/xml").data
    note = staff.get(f"{HOME}/credit-notes/{sold[2]}").text
    assert "Credit note CN-1" in note
    assert f'href="{HOME}/{sold[0]}"' in note
    assert staff.get(f"{HOME}/credit-notes/{sold[2]}/pdf").data.startswith(b"%PDF")


def test_the_next_numbers_are_shown_and_the_books_are_checked_on_a_click(
    staff: ConsoleStaff, database: Database, vendor: str, sold: tuple[str, str, str], thawed: Callable[..., None]
) -> None:
    page = staff.get(f"{HOME}/ledger").text
    assert "<bdi>3</bdi>" in page
    assert "<bdi>CN-2</bdi>" in page
    assert "Everything is as it must be" not in page

    assert "Everything is as it must be." in staff.post(f"{HOME}/ledger").text
    thawed(f"UPDATE invoices SET total = total + 1, net = net + 1 WHERE id = '{sold[1]}'")
    checked = staff.post(f"{HOME}/ledger").text
    assert "1 thing is not as it must be." in checked
    assert "does not add up" in checked
    with selling(database, vendor) as session:
        assert session.get(Invoice, sold[1]) is not None


def test_an_archive_is_asked_for_made_and_fetched(
    staff: ConsoleStaff, sold: tuple[str, str, str], work: Callable[[], int]
) -> None:
    for period in ("2019", "soon"):
        assert staff.post(f"{HOME}/archives", {"period": period, "format": "zip"}).status_code in (409, 422)
    asked = staff.post(f"{HOME}/archives", {"period": "2026-11", "format": "zip"})
    assert "It is being made." in staff.get(asked.headers["Location"]).text
    assert "Download" not in staff.get(f"{HOME}/archives").text
    work()

    page = staff.get(f"{HOME}/archives").text
    assert "Ready" in page
    path = page.split('/file" download')[0].rsplit('href="', 1)[1] + "/file"
    files = unpacked(staff.get(path))
    assert "manifest.csv" in files
    assert len([name for name in files if name.endswith(".pdf")]) == 2


@pytest.mark.feature("M02")
def test_the_chosen_documents_are_put_into_one_zip_once(
    staff: ConsoleStaff, sold: tuple[str, str, str], work: Callable[[], int]
) -> None:
    assert "chosen" not in replace(staff, role="read_only").get(HOME).text
    assert staff.get(f"{HOME}?all=1").text.count(" checked") == 2
    wanted = {"do": "download", "chosen": [sold[1], sold[0]]}

    first, again = staff.post(HOME, wanted), staff.post(HOME, wanted)

    assert first.headers["Location"] == again.headers["Location"] == f"{HOME}/archives?done=download&count=2"
    assert "2 documents are being put into a ZIP." in staff.get(first.headers["Location"]).text
    work()
    page = staff.get(f"{HOME}/archives").text
    assert page.count('/file" download') == 1
    assert "Chosen documents" in page
    files = unpacked(staff.get(page.split('/file" download')[0].rsplit('href="', 1)[1] + "/file"))
    assert len([name for name in files if name.endswith(".pdf")]) == 2
    assert len([name for name in files if name.endswith(".xml")]) == 2
    assert "manifest.csv" in files


def test_chosen_credit_notes_are_archived_alone_and_a_period_is_asked_for_beside(
    staff: ConsoleStaff,
    sold: tuple[str, str, str],
    work: Callable[[], int],
    client: FlaskClient,
    office: PassportOffice,
) -> None:
    assert staff.post(f"{HOME}?kind=credit_note", {"do": "download", "chosen": [sold[2]]}).status_code == 303
    key = office.key("invoice_archives:read", "invoice_archives:write", vendor=staff.vendor)
    (chosen,) = client.get("/v1/invoice_archives", headers=key).json["data"]

    of_period = ask(client, key, period=chosen["period"])

    work()
    assert chosen["is_chosen"] is True
    assert of_period["is_chosen"] is False
    assert of_period["id"] != chosen["id"]
    files = unpacked(client.get(chosen["file"], headers=key))
    assert len([name for name in files if name.endswith(".pdf")]) == 1


def test_choosing_nothing_too_much_or_what_is_not_ours_asks_for_nothing(
    staff: ConsoleStaff, sold: tuple[str, str, str]
) -> None:
    assert staff.post(HOME, {"do": "download"}).headers["Location"] == f"{HOME}?done=none"
    assert "Nothing was chosen" in staff.get(f"{HOME}?done=none").text
    assert staff.post(HOME, {"do": "burn", "chosen": [sold[0]]}).status_code == 404
    assert staff.post(HOME, {"do": "download", "chosen": [sold[0], "inv_none"]}).status_code == 404
    assert staff.post(HOME, {"do": "download", "chosen": [sold[2]]}).status_code == 404  # is no invoice
    many = [f"inv_{number}" for number in range(51)]
    assert staff.post(HOME, {"do": "download", "chosen": many}).status_code == 422
    for stranger in (replace(staff, vendor="ven_other", role="owner"), replace(staff, mode="live", role="owner")):
        assert stranger.post(HOME, {"do": "download", "chosen": [sold[0]]}).status_code == 404

    assert "None was asked for yet" in staff.get(f"{HOME}/archives").text


def test_no_more_archives_wait_than_may(staff: ConsoleStaff, sold: tuple[str, str, str]) -> None:
    for kind, each in (("", [sold[0]]), ("", [sold[1]]), ("", [sold[0], sold[1]]), ("?kind=credit_note", [sold[2]])):
        assert staff.post(f"{HOME}{kind}", {"do": "download", "chosen": each}).status_code == 303
    assert staff.post(f"{HOME}/archives", {"period": "2026", "format": "zip"}).status_code == 303

    refused = staff.post(f"{HOME}/archives", {"period": "2026-11", "format": "zip"})

    assert refused.status_code == 409
    assert staff.post(HOME, {"do": "download", "chosen": [sold[0]]}).status_code == 303  # is under way
