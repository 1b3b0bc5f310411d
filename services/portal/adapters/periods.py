"""The invoices service, asked for documents of a period, which it makes in the background and keeps for a day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from services.portal.adapters.invoices import Document, arriving
from shared.errors import Conflict, NotFound, Unavailable
from shared.http import Client

STATEMENT: Final = "statement"
_URLS: Final = {"arc": "/v1/invoice_archives", "stm": "/v1/statements"}
_ID: Final = re.compile(r"(arc|stm)_[0-9a-z]{26}")
_TIMEOUT: Final = (2.0, 30.0)  # seconds between two pieces of a file, each of which is put together then
_NEWEST: Final = 10
_REFUSED: Final = (HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)


class NotMade(Conflict):
    """The invoices service refused; `why` is the code it gave."""

    code = "archive_not_ready"


@dataclass(frozen=True, kw_only=True)
class Made:
    """Documents of a period as they were asked for. `done` of `total` are made; `format` may be a statement."""

    id: str
    format: str
    period: str
    first_day: datetime
    last_day: datetime
    status: str
    total: int
    done: int
    size: int | None
    requested_at: datetime
    expires_at: datetime | None


class PeriodsClient:
    """One method a question."""

    def __init__(self, base_url: str) -> None:
        self._client = Client(base_url, name="invoices", timeout=_TIMEOUT)

    def ask_for(
        self,
        *,
        customer: str,
        period: str,
        format: str,  # noqa: A002 - the field's name
        locale: str,
        subscription: str | None,
        without_payments: Sequence[str],
        passport: str,
    ) -> None:
        """Have them made. Raises NotMade, NotFound, Unavailable."""
        body: dict[str, Any] = {
            "customer": customer,
            "period": period,
            "locale": locale,
            "without_payments": list(without_payments),
        }
        if format == STATEMENT:
            url = _URLS["stm"]
        else:
            url, body = _URLS["arc"], {**body, "format": format, "subscription": subscription}
        answer = self._client.post(url, json=body, passport=passport)
        if answer.status_code in _REFUSED:
            raise NotMade(why=answer.json().get("code"))
        if answer.status_code != HTTPStatus.ACCEPTED:
            raise Unavailable(part="invoices")

    def newest(self, *, passport: str) -> tuple[Made, ...]:
        """What was asked for lately and is not gone, newest first. Raises Unavailable."""
        found: list[Made] = []
        for url in _URLS.values():
            answer = self._client.get(url, params={"limit": str(_NEWEST)}, passport=passport)
            if answer.status_code != HTTPStatus.OK:
                raise Unavailable(part="invoices")
            found += [_made(each, is_statement=url == _URLS["stm"]) for each in answer.json()["data"]]
        there = [each for each in found if each.status != "expired"]
        return tuple(sorted(there, key=lambda each: each.requested_at, reverse=True)[:_NEWEST])

    def file(self, made_id: str, *, passport: str) -> Document:
        """What was made. Raises NotFound, NotMade where it is not ready or gone, Unavailable."""
        named = _ID.fullmatch(made_id)
        if named is None:
            raise NotFound
        answer = self._client.get(f"{_URLS[named[1]]}/{made_id}/file", passport=passport, stream=True)
        if answer.status_code in _REFUSED:
            raise NotMade(why=answer.json().get("code"))
        return arriving(answer, otherwise=made_id)


def _made(said: dict[str, Any], *, is_statement: bool) -> Made:
    expires = said["expires_at"]
    first, last = (datetime.fromisoformat(said[name]).replace(tzinfo=UTC) for name in ("first_day", "last_day"))
    same = ("id", "period", "status", "total", "done", "size")
    return Made(
        format=STATEMENT if is_statement else said["format"],
        first_day=first,
        last_day=last,
        requested_at=datetime.fromisoformat(said["requested_at"]),
        expires_at=None if expires is None else datetime.fromisoformat(expires),
        **{name: said[name] for name in same},
    )
