"""IN-01: what was issued never changes. The database itself refuses, whoever asks."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.invoices.actions import documents
from services.invoices.adapters.typst import Typesetter
from services.invoices.models import Document, Invoice, InvoiceLine
from shared.database import Database, migrations, scope
from tests.integration.invoices.builders import NOW, a_line, a_payment, issued, selling

CHANGES = [
    *(
        f"UPDATE invoices SET {column.name} = {column.name} WHERE id = :invoice"
        for column in Invoice.__table__.c
        if column.name != "status"
    ),
    "UPDATE invoices SET total = total + 100, net = net + 100 WHERE id = :invoice",
    "UPDATE invoices SET buyer = '{}' WHERE id = :invoice",
    "UPDATE invoices SET status = 'open' WHERE id = :invoice",
    "UPDATE invoices SET status = 'void' WHERE id = :invoice",
    "DELETE FROM invoices WHERE id = :invoice",
    *(
        f"UPDATE invoice_lines SET {column.name} = {column.name} WHERE invoice = :invoice"
        for column in InvoiceLine.__table__.c
    ),
    "UPDATE invoice_lines SET amount = 1 WHERE invoice = :invoice",
    "DELETE FROM invoice_lines WHERE invoice = :invoice",
    "INSERT INTO invoice_lines (invoice, position, description, quantity, amount, tax_rate, vendor, mode)"
    " SELECT invoice, position + 1, description, quantity, amount, tax_rate, vendor, mode FROM invoice_lines"
    " WHERE invoice = :invoice",
    *(
        f"UPDATE documents SET {column.name} = {column.name} WHERE invoice = :invoice"
        for column in Document.__table__.c
    ),
    "UPDATE documents SET content = 'x' WHERE invoice = :invoice",
    "DELETE FROM documents WHERE invoice = :invoice",
]
ON_SQLITE = [
    "UPDATE OR REPLACE invoices SET sequence = sequence + 1 WHERE id = :invoice",
    "REPLACE INTO invoices SELECT * FROM invoices WHERE id = :invoice",
    "REPLACE INTO invoice_lines SELECT * FROM invoice_lines WHERE invoice = :invoice",
    "REPLACE INTO documents SELECT * FROM documents WHERE invoice = :invoice",
]
ON_POSTGRESQL = ["TRUNCATE invoices CASCADE", "TRUNCATE invoice_lines", "TRUNCATE documents"]


@pytest.mark.feature("E13")
def test_the_database_refuses_every_change_of_what_was_issued(
    database: Database, vendor: str, typesetter: Typesetter
) -> None:
    (invoice_id,) = issued(database, vendor, a_payment())
    with scope.system(vendor=vendor, mode="test", job="test"):
        documents.pdf(database.begin, invoice_id=invoice_id, typesetter=typesetter, now=NOW)
    before = _everything(database)

    changes = [*CHANGES, *(ON_SQLITE if database.is_sqlite else ON_POSTGRESQL)]
    kept = [change for change in changes if _is_refused(database, change, invoice_id)]

    assert kept == changes
    assert _everything(database) == before


@pytest.mark.parametrize("status", ["paid", "void", "uncollectible"])
def test_an_open_invoice_may_be_settled_once(database: Database, vendor: str, status: str) -> None:
    invoice_id = _open_invoice(database, vendor)

    with selling(database, vendor) as session:
        session.execute(text(f"UPDATE invoices SET status = '{status}' WHERE id = :id"), {"id": invoice_id})

    for following in ("open", "paid", "void", "uncollectible"):
        assert _is_refused(database, f"UPDATE invoices SET status = '{following}' WHERE id = :invoice", invoice_id)


def test_a_payment_has_one_invoice_and_a_number_is_given_once(database: Database, vendor: str) -> None:
    (invoice_id,) = issued(database, vendor, a_payment())
    columns = [column.name for column in Invoice.__table__.c]

    for changed in ({"id": "'inv_2'", "sequence": "99"}, {"id": "'inv_2'", "payment": "'pay_2'"}):
        values = ", ".join(changed.get(name, name) for name in columns)
        copy = f"INSERT INTO invoices ({', '.join(columns)}) SELECT {values} FROM invoices WHERE id = :invoice"
        assert _is_refused(database, copy, invoice_id)


def test_an_invoice_that_does_not_add_up_cannot_be_stored(database: Database, vendor: str) -> None:
    (invoice_id,) = issued(database, vendor, a_payment(a_line()))
    columns = [column.name for column in Invoice.__table__.c]
    changed = {"id": "'inv_3'", "sequence": "99", "payment": "'pay_3'", "total": "total + 1"}
    values = ", ".join(changed.get(name, name) for name in columns)

    copy = f"INSERT INTO invoices ({', '.join(columns)}) SELECT {values} FROM invoices WHERE id = :invoice"

    assert _is_refused(database, copy, invoice_id)


def test_the_migration_goes_down_and_up_again_and_equals_the_models(database_url: str) -> None:
    migrations.downgrade("invoices", database_url)
    migrations.upgrade("invoices", database_url)

    assert migrations.differences("invoices", database_url) == []


def _is_refused(database: Database, change: str, invoice_id: str) -> bool:
    try:
        with database.begin() as session:
            session.connection().execute(text(change), {"invoice": invoice_id} if ":invoice" in change else {})
    except DBAPIError:
        return True
    return False


def _everything(database: Database) -> list[list[tuple]]:
    tables = ("invoices", "invoice_lines", "documents")
    with database.begin(read_only=True) as session:
        return [
            sorted(map(repr, session.connection().execute(text(f"SELECT * FROM {table}")).all())) for table in tables
        ]


def _open_invoice(database: Database, vendor: str) -> str:
    """No action makes one yet, so it is copied from a paid one."""
    (paid,) = issued(database, vendor, a_payment())
    columns = [column.name for column in Invoice.__table__.c]
    changed = {"id": "'inv_open' || id", "sequence": "sequence + 1", "payment": "'x' || payment", "status": "'open'"}
    values = ", ".join(changed.get(name, name) for name in columns)
    with database.begin() as session:
        session.connection().execute(
            text(f"INSERT INTO invoices ({', '.join(columns)}) SELECT {values} FROM invoices WHERE id = :id"),
            {"id": paid},
        )
    return f"inv_open{paid}"
