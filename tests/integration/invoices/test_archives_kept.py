"""M02: an archive is made once, whoever dies meanwhile, is kept for a day, and only for whom it is."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.invoices.actions import archives
from services.invoices.actions.documents import DocumentDamaged
from services.invoices.adapters.typst import CannotTypeset, Typesetter
from services.invoices.models import Document
from shared import clock
from shared.database import Database
from tests.integration.invoices.archiving import (
    URL,
    ask,
    client,
    fetched,
    fixed_clock,
    key,
    office,
    paid,
    unpacked,
    work,
)
from tests.integration.invoices.builders import a_seller, issued, selling
from tests.integration.invoices.test_documents import _damage
from tests.integration.invoices.test_erased import gone, hear
from tests.integration.invoices.web import outside
from tests.support.passports import PassportOffice

__all__ = ["client", "fixed_clock", "key", "office", "work"]


@pytest.mark.feature("M02")
def test_it_is_kept_for_a_day_and_then_gone(
    client: FlaskClient, database: Database, vendor: str, key: dict[str, str], work: Callable[[], int]
) -> None:
    issued(database, vendor, paid("2026-01-05"))
    archive = ask(client, key, period="2026", format="csv")
    early = client.get(archive["file"], headers=key)
    work()
    in_time = client.get(archive["file"], headers=key)

    archives.expire(database.begin, now=clock.now() + timedelta(hours=24, minutes=1))
    late, said = client.get(archive["file"], headers=key), client.get(f"{URL}/{archive['id']}", headers=key).json

    assert (early.status_code, early.json["code"]) == (409, "archive_not_ready")
    assert in_time.status_code == 200
    assert (late.status_code, late.json["code"], said["status"]) == (409, "archive_gone", "expired")


@pytest.mark.feature("M02")
def test_a_customer_gets_their_own_documents_and_nobody_else_gets_them(
    client: FlaskClient, database: Database, vendor: str, office: PassportOffice, work: Callable[[], int]
) -> None:
    issued(database, vendor, paid("2026-01-05"), paid("2026-01-06", customer="cus_bert"))
    anna, bert = (office.customer(each, vendor=vendor) for each in ("cus_anna", "cus_bert"))

    archive = ask(client, anna, period="2026")
    work()

    assert [name for name in unpacked(fetched(client, anna, archive)) if name.endswith(".pdf")] == ["invoice-1.pdf"]
    assert client.post(URL, json={"period": "2026", "customer": "cus_bert"}, headers=anna).status_code == 404
    strangers = [bert, office.customer("cus_anna", vendor=a_seller(database)), office.customer(vendor=vendor)]
    strangers.append(office.key("invoice_archives:read", vendor=vendor, mode="live"))
    for each in strangers:
        for path in (f"{URL}/{archive['id']}", archive["file"]):
            assert client.get(path, headers=each).status_code == 404
    both = office.customer("cus_anna", "cus_bert", vendor=vendor)
    assert client.post(URL, json={"period": "2026"}, headers=both).json["errors"][0]["field"] == "customer"


@pytest.mark.feature("M02")
def test_what_is_left_out_is_in_no_file(
    client: FlaskClient, database: Database, vendor: str, key: dict[str, str]
) -> None:
    hidden, of_one = paid("2026-01-05"), paid("2026-01-06", subscription="sub_1")
    issued(database, vendor, hidden, of_one, paid("2026-01-07"))

    without = ask(client, key, period="2026", without_payments=[hidden.payment])
    narrow = ask(client, key, period="2026", subscription="sub_1")

    assert (without["total"], narrow["total"]) == (2, 1)


@pytest.mark.feature("M02")
def test_work_of_a_worker_that_died_is_gone_on_with_and_nothing_is_made_twice(
    client: FlaskClient,
    database: Database,
    vendor: str,
    key: dict[str, str],
    typesetter: Typesetter,
    work: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work()  # what others left
    monkeypatch.setattr(archives, "AT_ONCE", 2)
    issued(database, vendor, *(paid(f"2026-01-{day:02}") for day in range(1, 8)))
    archive, made = ask(client, key, period="2026"), list[int]()

    class Mortal(Typesetter):
        def pdf(self, sheet: Any) -> bytes:
            if len(made) == 3:
                raise SystemExit  # as a worker that is told to end in the middle of a turn
            made.append(1)
            return typesetter.pdf(sheet)

    adapters = outside(Mortal())
    archives.go_on(database.begin, adapters=adapters, now=clock.now())
    with pytest.raises(SystemExit):
        archives.go_on(database.begin, adapters=adapters, now=clock.now())
    half = client.get(f"{URL}/{archive['id']}", headers=key).json
    work()
    whole = client.get(f"{URL}/{archive['id']}", headers=key).json

    assert (half["status"], half["done"]) == ("pending", 2)
    assert (whole["status"], whole["done"]) == ("ready", 7)
    with selling(database, vendor) as session:
        kept = session.query(Document).where(Document.kind == "pdf").count()
    assert kept == 7


@pytest.mark.feature("M02")
def test_one_that_cannot_be_made_is_tried_again_stops_no_other_and_fails_at_last(
    client: FlaskClient, database: Database, vendor: str, key: dict[str, str]
) -> None:
    issued(database, vendor, paid("2026-01-05"))
    archive = ask(client, key, period="2026")

    class Broken(Typesetter):
        def pdf(self, sheet: Any) -> bytes:
            raise CannotTypeset

    tries = 0
    while client.get(f"{URL}/{archive['id']}", headers=key).json["status"] == "pending":
        tries += 1  # others' that wait take turns of their own in between
        later = clock.now() + timedelta(hours=tries)
        assert archives.go_on(database.begin, adapters=outside(Broken()), now=later)

    assert client.get(f"{URL}/{archive['id']}", headers=key).json["status"] == "failed"
    assert tries >= archives.MOST_ATTEMPTS


def test_a_damaged_document_is_in_no_archive(
    client: FlaskClient, database: Database, vendor: str, key: dict[str, str], work: Callable[[], int]
) -> None:
    (invoice,) = issued(database, vendor, paid("2026-01-05"))
    first = ask(client, key, period="2026")
    work()
    _damage(database, invoice)

    second = ask(client, key, period="2026-01")
    work()

    assert client.get(f"{URL}/{second['id']}", headers=key).json["status"] == "failed"
    with pytest.raises(DocumentDamaged):
        client.get(first["file"], headers=key)


@pytest.mark.feature("M17")
def test_an_erase_takes_the_copies_along(
    client: FlaskClient, database: Database, vendor: str, key: dict[str, str]
) -> None:
    issued(database, vendor, paid("2026-01-05"))
    archive = ask(client, key, period="2026", customer="cus_anna")

    hear(database, vendor, gone())

    assert client.get(f"{URL}/{archive['id']}", headers=key).status_code == 404
