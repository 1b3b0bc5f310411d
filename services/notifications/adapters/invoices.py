"""The invoices service, asked for what is sent along with mails."""

from http import HTTPStatus

from requests import Response

from shared import mail_links
from shared.errors import Unavailable
from shared.http import Client
from shared.mail_links import Purpose

_TIMEOUT = (2.0, 15.0)  # seconds; a first rendering takes a moment


class InvoicesClient:
    """One method a question."""

    def __init__(self, base_url: str, *, link_key: str) -> None:
        self._client = Client(base_url, name="invoices", timeout=_TIMEOUT)
        self._link_key = link_key

    def pdf(self, document: str, *, kind: str, vendor: str, mode: str) -> bytes:
        """The PDF of an invoice, its receipt, or a credit note, as its customer downloads it. Raises Unavailable."""
        answer = self._ask(kind=kind, document=document, vendor=vendor, mode=mode)
        if answer.status_code != HTTPStatus.OK:
            raise Unavailable(part="invoices")
        return answer.content

    def statement(self, period: str, *, customer: str, locale: str, vendor: str, mode: str) -> bytes | None:
        """A customer's statement of account for a period; None where there is nothing to say. Raises Unavailable."""
        answer = self._ask(
            kind="statement", document=period, customer=customer, locale=locale, vendor=vendor, mode=mode
        )
        if answer.status_code == HTTPStatus.NO_CONTENT:
            return None
        if answer.status_code != HTTPStatus.OK:
            raise Unavailable(part="invoices")
        return answer.content

    def _ask(self, **about: str) -> Response:
        slip = mail_links.make(self._link_key, Purpose.DOCUMENT, **about)
        return self._client.post("/internal/documents", data={"slip": slip})
