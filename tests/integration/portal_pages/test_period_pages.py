"""Documents by period: what can be asked for, what is passed on, and what is said while it is made."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from services.portal.adapters.periods import PeriodsClient
from shared import ids
from shared.web.app import App
from tests.integration.portal.shop import ago
from tests.integration.portal_pages.conftest import Visitor, invoiced
from tests.integration.portal_pages.test_invoice_choice_pages import history
from tests.integration.portal_pages.test_scope_pages import bought

MONTH = ago(days=3)[:7]


@dataclass
class Answers:
    """What stands where the invoices service is: it notes what it is asked for, and answers as it is told."""

    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refuses: str | None = None
    made: list[dict[str, Any]] = field(default_factory=list)
    file: bytes = b"PK\x05\x06"

    def archive(self, **more: Any) -> dict[str, Any]:
        return {
            "id": ids.new("arc"),
            "format": "zip",
            "period": MONTH,
            "first_day": f"{MONTH}-01",
            "last_day": f"{MONTH}-28",
            "status": "pending",
            "total": 40,
            "done": 20,
            "size": None,
            "requested_at": "2026-11-22T10:00:00+00:00",
            "expires_at": None,
            **more,
        }


@pytest.fixture
def invoices(app: App, visitor: Visitor) -> Iterator[Answers]:
    """The service at the other end, over HTTP."""
    answers = Answers()

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answers.asked.append((self.path, body))
            self._answer({"code": answers.refuses} if answers.refuses else {}, 409 if answers.refuses else 202)

        def do_GET(self) -> None:
            if self.path.endswith("/file"):
                self._answer(None, 200)
            else:
                there = answers.made if self.path.startswith("/v1/invoice_archives") else []
                self._answer({"data": there, "has_more": False}, 200)

        def _answer(self, body: Any, status: int) -> None:
            content = answers.file if body is None else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/zip" if body is None else "application/json")
            self.send_header("Content-Disposition", 'attachment; filename="invoices-2026-05.zip"')
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    wiring = app.extensions["bursar"]
    client = PeriodsClient(f"http://127.0.0.1:{server.server_port}")
    app.extensions["bursar"] = replace(wiring, adapters=replace(wiring.adapters, periods=client))
    yield answers
    server.shutdown()
    server.server_close()


def form(visitor: Visitor, **more: str) -> dict[str, str]:
    return {**visitor.hidden("/invoices/periods"), "span": "month", "month": MONTH, "format": "zip", **more}


@pytest.mark.feature("M02")
@pytest.mark.parametrize(
    ("given", "period"),
    [
        ({"span": "month"}, MONTH),
        ({"span": "quarter", "quarter": "2026-Q2"}, "2026-Q2"),
        ({"span": "year", "year": "2026"}, "2026"),
        ({"span": "fiscal", "fiscal_year": "2025", "fiscal_month": "04"}, "FY2025-04"),
        ({"span": "range", "first": "2026-01-02", "last": "2026-03-04"}, "2026-01-02/2026-03-04"),
    ],
)
def test_each_kind_of_period_can_be_asked_for(
    visitor: Visitor, invoices: Answers, given: dict[str, str], period: str
) -> None:
    invoiced(visitor.shop, visitor.customers[0])

    answer = visitor.post("/invoices/periods", form(visitor, **given), **{"Accept-Language": "de"})

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{visitor.home}/invoices/periods#made")
    [(url, asked)] = invoices.asked
    assert url == "/v1/invoice_archives"
    assert asked == {
        "customer": visitor.customers[0],
        "period": period,
        "format": "zip",
        "locale": "de",
        "subscription": None,
        "without_payments": [],
    }


@pytest.mark.feature("M02")
def test_a_statement_is_asked_for_where_statements_are(visitor: Visitor, invoices: Answers) -> None:
    invoiced(visitor.shop, visitor.customers[0])

    visitor.post("/invoices/periods", form(visitor, format="statement"))

    [(url, asked)] = invoices.asked
    assert url == "/v1/statements"
    assert set(asked) == {"customer", "period", "locale", "without_payments"}


@pytest.mark.feature("M02")
@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("period_empty", "There are no documents in this period"),
        ("too_many_documents", "more documents than fit in one file"),
        ("something_new", "This period does not exist"),
    ],
)
def test_what_is_refused_is_said_and_what_was_chosen_stays(
    visitor: Visitor, invoices: Answers, code: str, sentence: str
) -> None:
    invoiced(visitor.shop, visitor.customers[0])
    given = form(visitor, span="range", first="2026-01-02", last="2026-01-03", format="pdf")
    invoices.refuses = code

    answer = visitor.post("/invoices/periods", given)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="2026-01-02"' in answer.text
    assert 'name="format" value="pdf" checked' in answer.text


@pytest.mark.feature("M02")
def test_progress_shows_and_asks_again_until_the_file_can_be_fetched(visitor: Visitor, invoices: Answers) -> None:
    invoiced(visitor.shop, visitor.customers[0])
    waiting = invoices.archive()
    invoices.made = [waiting]

    pending = visitor.get("/invoices/periods").text
    invoices.made = [{**waiting, "status": "ready", "done": 40, "expires_at": "2026-11-23T10:05:00+00:00"}]
    ready = visitor.get("/invoices/periods").text
    answer = visitor.get(f"/invoices/periods/{waiting['id']}/file")

    assert "Being made: 20 of 40" in pending
    assert '<progress max="40" value="20"' in pending
    assert 'hx-trigger="every 2s"' in pending
    assert "Look again" in pending
    assert 'hx-trigger="every 2s"' not in ready
    assert "Can be fetched until 23 November 2026, 10:05 UTC" in ready
    assert (answer.status_code, answer.data, answer.content_type) == (200, b"PK\x05\x06", "application/zip")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="invoices-2026-05.zip"'
    assert visitor.get("/invoices/periods/arc_1/file").status_code == 404


@pytest.mark.feature("M02")
def test_the_customer_s_own_financial_year_is_remembered_else_the_vendor_s(visitor: Visitor, invoices: Answers) -> None:
    invoiced(visitor.shop, visitor.customers[0])
    before = visitor.get("/invoices/periods").text
    invoices.made = [invoices.archive(period="FY2025-07")]

    after = visitor.get("/invoices/periods").text

    assert '<option value="01" selected>January' in before
    assert '<option value="07" selected>July' in after


@pytest.mark.feature("M02", "E03")
def test_where_each_subscription_has_its_own_list_its_own_documents_are_asked_for(
    visitor: Visitor, invoices: Answers
) -> None:
    music = bought(visitor, "Music")
    bought(visitor, "Books")
    history(visitor, enabled=True, scope="subscription")

    unasked = visitor.get("/invoices/periods")
    page = visitor.get(f"/invoices/periods?subscription={music['id']}").text
    fields = {**visitor.hidden(f"/invoices/periods?subscription={music['id']}"), "span": "month", "month": MONTH}
    visitor.post("/invoices/periods", {**fields, "subscription": music["id"], "format": "zip"})
    refused = visitor.post("/invoices/periods", {**fields, "subscription": music["id"], "format": "statement"})

    assert (unasked.status_code, unasked.headers["Location"]) == (303, f"{visitor.home}/invoices")
    assert "Statement of account" not in page
    assert [asked["subscription"] for _url, asked in invoices.asked] == [music["id"]]
    assert refused.status_code == 303


def test_switched_off_there_are_no_documents_by_period(visitor: Visitor, invoices: Answers) -> None:
    invoiced(visitor.shop, visitor.customers[0])
    given = form(visitor)
    history(visitor, enabled=False)

    assert visitor.get("/invoices/periods").status_code == 403
    assert visitor.post("/invoices/periods", given).status_code == 403
    assert visitor.get(f"/invoices/periods/{ids.new('arc')}/file").status_code == 403
    assert invoices.asked == []


def test_while_the_invoices_service_is_away_the_page_says_so(visitor: Visitor, app: App) -> None:
    invoiced(visitor.shop, visitor.customers[0])
    wiring = app.extensions["bursar"]
    nobody = PeriodsClient("http://127.0.0.1:9")
    app.extensions["bursar"] = replace(wiring, adapters=replace(wiring.adapters, periods=nobody))

    page = visitor.get("/invoices/periods")
    answer = visitor.post("/invoices/periods", form(visitor))

    assert page.status_code == 200
    assert "Files will be back shortly" in page.text
    assert answer.status_code == 503
