"""Asking for the documents of a period, and the job that makes them."""

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.invoices.actions import archives
from services.invoices.adapters.typst import Typesetter
from shared import clock
from shared.database import Database
from shared.events import PaymentSucceeded
from shared.totals import Line
from tests.integration.invoices.builders import a_payment
from tests.integration.invoices.web import application, outside
from tests.support.passports import PassportOffice, passport_office

URL = "/v1/invoice_archives"


@pytest.fixture(autouse=True)
def fixed_clock() -> None:
    """Passports are judged by the real clock."""


@pytest.fixture(scope="module")
def office() -> Iterator[PassportOffice]:
    with passport_office("ven_nobody") as office:
        yield office


@pytest.fixture(scope="module")
def client(database: Database, office: PassportOffice, typesetter: Typesetter) -> FlaskClient:
    return application(database, office, typesetter).test_client()


@pytest.fixture
def key(office: PassportOffice, vendor: str) -> dict[str, str]:
    return office.key("invoice_archives:read", "invoice_archives:write", vendor=vendor)


@pytest.fixture
def work(database: Database, typesetter: Typesetter) -> Callable[[], int]:
    """Turns of the job until nothing is due; how many."""

    def run() -> int:
        turns = 0
        while archives.go_on(database.begin, adapters=outside(typesetter), now=clock.now()):
            turns += 1
        return turns

    return run


def paid(day: str, *, line: Line | None = None, **changes: Any) -> PaymentSucceeded:
    return a_payment(*([line] if line else []), paid_at=f"{day}T10:00:00+00:00", **changes)


def ask(client: FlaskClient, headers: dict[str, str], *, url: str = URL, **body: Any) -> dict[str, Any]:
    answer = client.post(url, json=body, headers=headers)
    assert answer.status_code == 202, answer.json
    return dict(answer.json)


def fetched(client: FlaskClient, headers: dict[str, str], archive: dict[str, Any]) -> TestResponse:
    answer = client.get(archive["file"], headers=headers)
    assert answer.status_code == 200, answer.json
    return answer


def unpacked(answer: TestResponse) -> dict[str, bytes]:
    packed = zipfile.ZipFile(io.BytesIO(answer.data))
    assert packed.testzip() is None
    return {name: packed.read(name) for name in packed.namelist()}
