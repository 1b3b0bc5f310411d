"""Documents come from the invoices service, in pieces, for the caller whose passport it is."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from services.portal.adapters.invoices import InvoicesClient
from shared.errors import NotFound, Unavailable

INVOICE = "inv_" + "0" * 26
PDF = b"%PDF-1.7 " + b"x" * 200_000


@pytest.fixture
def invoices() -> Iterator[InvoicesClient]:
    """Stands where the invoices service is: one invoice for one passport, and one that breaks it."""

    class Sibling(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == f"/v1/invoices/{INVOICE[:-1]}1/pdf":
                self.send_error(500)
            elif self.path != f"/v1/invoices/{INVOICE}/pdf" or self.headers["X-Passport"] != "mine":
                self.send_error(404)
            else:
                self.send_response(200)
                self.send_header("Content-Type", "application/pdf")
                self.send_header("Content-Disposition", 'attachment; filename="invoice-L-7.pdf"')
                self.send_header("Content-Length", str(len(PDF)))
                self.end_headers()
                self.wfile.write(PDF)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Nothing: the test's output is the test's."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Sibling)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield InvoicesClient(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_document_comes_whole_with_its_name(invoices: InvoicesClient) -> None:
    document = invoices.pdf(INVOICE, passport="mine")

    assert (document.filename, document.content_type) == ("invoice-L-7.pdf", "application/pdf")
    assert document.content_length == len(PDF)
    assert b"".join(document.chunks) == PDF


@pytest.mark.parametrize(
    ("invoice", "passport"),
    [(INVOICE, "theirs"), ("inv_" + "9" * 26, "mine"), ("../vendors", "mine"), ("inv_x/../../internal", "mine")],
)
def test_what_is_not_the_callers_is_not_found(invoices: InvoicesClient, invoice: str, passport: str) -> None:
    with pytest.raises(NotFound):
        invoices.pdf(invoice, passport=passport)


def test_a_sibling_that_fails_or_is_away_is_unavailable(invoices: InvoicesClient) -> None:
    with pytest.raises(Unavailable):
        invoices.pdf(INVOICE[:-1] + "1", passport="mine")
    with pytest.raises(Unavailable):
        InvoicesClient("http://127.0.0.1:9").pdf(INVOICE, passport="mine")
