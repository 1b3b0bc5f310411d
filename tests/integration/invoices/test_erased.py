"""L06: invoices of somebody who was erased stay as they were issued, and say why and until when."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.invoices.handlers import HANDLERS
from services.invoices.models import Base
from services.invoices.models.personal import HOLDINGS
from services.invoices.queries import invoices as queries
from shared import clock, ids
from shared.database import Database
from shared.events import Actor, CustomerErased, Envelope, Event, PaymentSucceeded
from tests.integration.invoices.builders import NOW, a_payment, issued, selling


def hear(database: Database, vendor: str, event: Event) -> None:
    envelope = Envelope(
        id=ids.new("evt"),
        source="/bursar/test",
        vendor=vendor,
        mode="test",
        actor=Actor(kind="system", id="test"),
        request_id="",
        time=clock.now(),
        event=event,
    )
    with selling(database, vendor) as session:
        for handler in HANDLERS[type(event)]:
            handler(session, event, envelope=envelope)


def gone(customer: str = "cus_anna") -> CustomerErased:
    return CustomerErased(customer=customer, erased_at=NOW.isoformat(), kept_until="2036-12-31", revision=4)


def kept(database: Database, vendor: str) -> list[tuple[str, Any]]:
    with selling(database, vendor) as session:
        rows = session.scalars(queries.listing()).all()
        return [(each.final.customer, each.retention) for each in queries.with_lines(session, rows)]


@pytest.mark.feature("L06", "M17")
def test_each_invoice_says_why_it_is_kept_and_until_when(database: Database, vendor: str) -> None:
    mine, other = a_payment(), a_payment(customer="cus_bert")
    issued(database, vendor, mine, other)

    hear(database, vendor, gone())
    hear(database, vendor, gone())

    retention = queries.RetentionView(ground="tax_law", delete_after=date(NOW.year + 6, 12, 31))
    assert sorted(kept(database, vendor), key=lambda each: each[0]) == [("cus_anna", retention), ("cus_bert", None)]


@pytest.mark.feature("L06")
def test_what_was_issued_stays_to_the_letter(database: Database, vendor: str) -> None:
    (invoice,) = issued(database, vendor, a_payment())
    with selling(database, vendor) as session:
        before = queries.invoice(session, invoice_id=invoice).final

    hear(database, vendor, gone())

    with selling(database, vendor) as session:
        assert queries.invoice(session, invoice_id=invoice).final == before


@pytest.mark.feature("L06")
def test_a_payment_of_before_gets_its_invoice_after_the_erase_too(database: Database, vendor: str) -> None:
    hear(database, vendor, gone())

    late: PaymentSucceeded = a_payment()
    with clock.fixed(NOW + timedelta(days=60)):
        hear(database, vendor, late)

    ((customer, retention),) = kept(database, vendor)
    assert customer == "cus_anna"
    assert retention.delete_after == date((NOW + timedelta(days=60)).year + 6, 12, 31)


def test_every_column_of_every_table_has_its_rules() -> None:
    tables = {name: set(table.columns.keys()) for name, table in Base.metadata.tables.items()}

    assert {name: set(holding.columns) for name, holding in HOLDINGS.items()} == tables
