"""The invoices service, asked for documents. Everything else about invoices came by event."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from shared.errors import NotFound, Unavailable
from shared.http import Client

_CHUNK: Final = 64 * 1024  # bytes
_TIMEOUT: Final = (2.0, 15.0)  # seconds; a first rendering takes a moment
_ID: Final = re.compile(r"inv_[0-9a-z]{26}")
_FILE_NAME: Final = re.compile(r'filename="([A-Za-z0-9._-]{1,100})"')


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document on its way. `chunks` must be read or closed; `content_length` in bytes, if it was said."""

    filename: str
    content_type: str
    content_length: int | None
    chunks: Iterator[bytes]


class InvoicesClient:
    """One method a question."""

    def __init__(self, base_url: str) -> None:
        self._client = Client(base_url, name="invoices", timeout=_TIMEOUT)

    def pdf(self, invoice_id: str, *, passport: str) -> Document:
        """The invoice's PDF for the caller whose passport it is. Raises NotFound, Unavailable."""
        if not _ID.fullmatch(invoice_id):
            raise NotFound
        answer = self._client.get(f"/v1/invoices/{invoice_id}/pdf", passport=passport, stream=True)
        if answer.status_code == HTTPStatus.NOT_FOUND:
            answer.close()
            raise NotFound
        if answer.status_code != HTTPStatus.OK:
            answer.close()
            raise Unavailable(part="invoices")
        named = _FILE_NAME.search(answer.headers.get("Content-Disposition", ""))
        length = answer.headers.get("Content-Length", "")
        return Document(
            filename=named[1] if named else f"{invoice_id}.pdf",
            content_type=answer.headers.get("Content-Type", "application/pdf"),
            content_length=int(length) if length.isdigit() else None,
            chunks=answer.iter_content(_CHUNK),
        )
