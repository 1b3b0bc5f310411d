"""The invoices service, asked for documents. Everything else about invoices came by event."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from requests import Response

from shared.errors import Conflict, NotFound, Unavailable
from shared.http import Client

_CHUNK: Final = 64 * 1024  # bytes
_TIMEOUT: Final = (2.0, 15.0)  # seconds; a first rendering takes a moment
_ID: Final = re.compile(r"(inv|cn)_[0-9a-z]{26}")
_WHERE: Final = {"inv": "invoices", "cn": "credit_notes"}
FORMS: Final = ("pdf", "xml", "ubl", "facturx", "receipt")
"""What a paper can be had as; a receipt only of an invoice."""
_FILE_NAME: Final = re.compile(r'filename="([A-Za-z0-9._-]{1,100})"')


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document on its way. `chunks` must be read or closed; `content_length` in bytes, if it was said."""

    filename: str
    content_type: str
    content_length: int | None
    chunks: Iterator[bytes]


class EInvoiceIncomplete(Conflict):
    """There is no e-invoice; `why` is the code that the invoices service gave."""

    code = "e_invoice_incomplete"


class InvoicesClient:
    """One method a question."""

    def __init__(self, base_url: str) -> None:
        self._client = Client(base_url, name="invoices", timeout=_TIMEOUT)

    def pdf(self, invoice_id: str, *, passport: str) -> Document:
        """The invoice's PDF for the caller whose passport it is. Raises NotFound, Unavailable."""
        return self.document(invoice_id, "pdf", passport=passport)

    def document(self, paper: str, form: str, *, passport: str) -> Document:
        """An invoice or credit note, by its id, in one of `FORMS`. Raises NotFound, Unavailable, EInvoiceIncomplete."""
        named = _ID.fullmatch(paper)
        if named is None or form not in FORMS:
            raise NotFound
        answer = self._client.get(f"/v1/{_WHERE[named[1]]}/{paper}/{form}", passport=passport, stream=True)
        if answer.status_code == HTTPStatus.CONFLICT:
            raise EInvoiceIncomplete(why=answer.json().get("code"))
        return arriving(answer, otherwise=f"{paper}.{form}")


def arriving(answer: Response, *, otherwise: str) -> Document:
    """The document that an answer brings, called `otherwise` where it has no name. Raises NotFound, Unavailable."""
    if answer.status_code != HTTPStatus.OK:
        answer.close()
        raise NotFound if answer.status_code == HTTPStatus.NOT_FOUND else Unavailable(part="invoices")
    titled = _FILE_NAME.search(answer.headers.get("Content-Disposition", ""))
    length = answer.headers.get("Content-Length", "")
    return Document(
        filename=titled[1] if titled else otherwise,
        content_type=answer.headers.get("Content-Type", "application/pdf"),
        content_length=int(length) if length.isdigit() else None,
        chunks=answer.iter_content(_CHUNK),
    )
