"""E07: every refund issues a credit note by itself, numbered without gaps, fixed, never above its invoice."""

import threading
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from services.invoices import handlers
from services.invoices.adapters.typst import Typesetter
from services.invoices.models import CreditNote, CreditNoteDocument, Series
from services.invoices.queries import verification
from services.invoices.queries.documents import Form, Paper
from services.invoices.rules.credit import CreditExceedsInvoice
from shared.bus.protocol import Later
from shared.database import Database, scope
from shared.events import CreditNoteIssued
from tests.integration.invoices.builders import a_line, a_payment, a_seller, issued, selling
from tests.integration.invoices.crediting import a_refund, credited, document_of
from tests.integration.invoices.test_documents import words_of
from tests.integration.invoices.test_issue_invoice import _envelope, _said

TWO_RATES = (
    a_line(description="Team plan", quantity=1, unit_amount=10000, amount=10000, tax_rate=1900),
    a_line(description="Handbook", quantity=1, unit_amount=1000, amount=1000, tax_rate=700),
)


@pytest.mark.feature("E07")
def test_a_refund_issues_a_credit_note_by_tax_rate_and_tells_of_it(database: Database, vendor: str) -> None:
    payment = a_payment(*TWO_RATES, currency="EUR", subscription="sub_1")
    (invoice_id,) = issued(database, vendor, payment)
    refund = a_refund(payment, amount=6485, locale="de")

    (note_id,) = credited(database, vendor, refund)

    with selling(database, vendor) as session:
        note = session.get_one(CreditNote, note_id)
        assert (note.number, note.invoice, note.refund, note.customer) == (
            "CN-1",
            invoice_id,
            refund.refund,
            "cus_anna",
        )
        assert (note.net, note.tax, note.total, note.locale) == (5500, 985, 6485, "de")
        assert note.taxes == [
            {"rate": 700, "net": 500, "tax": 35},
            {"rate": 1900, "net": 5000, "tax": 950},
        ]
    (told,) = [each["data"] for each in _said(database, vendor) if each["type"] == CreditNoteIssued.key()]
    assert told == {
        "credit_note": note_id,
        "number": "CN-1",
        "invoice": invoice_id,
        "invoice_number": "1",
        "order_number": payment.order_number,
        "customer": "cus_anna",
        "subscription": "sub_1",
        "payment": payment.payment,
        "refund": refund.refund,
        "currency": "EUR",
        "net": 5500,
        "tax": 985,
        "total": 6485,
        "issued_at": "2026-11-22T14:30:00+00:00",
        "refunded_at": refund.refunded_at,
        "historical": False,
        "locale": "de",
    }


@pytest.mark.feature("E07")
def test_a_refund_told_twice_has_one_credit_note(database: Database, vendor: str) -> None:
    payment = a_payment()
    issued(database, vendor, payment)
    refund = a_refund(payment)

    first, second = credited(database, vendor, refund, refund)

    assert first == second


@pytest.mark.feature("E07")
def test_a_refund_that_comes_before_its_invoice_waits_for_it(database: Database, vendor: str) -> None:
    payment = a_payment()
    refund = a_refund(payment)
    said = _envelope(refund, vendor)
    with pytest.raises(Later), selling(database, vendor) as session:
        handlers.issue_credit_note(session, refund, envelope=said)

    issued(database, vendor, payment)
    with selling(database, vendor) as session:
        handlers.issue_credit_note(session, refund, envelope=said)
        assert session.scalar(select(CreditNote.number)) == "CN-1"


@pytest.mark.feature("E07")
def test_credit_notes_together_end_at_the_invoice_and_never_exceed_it(database: Database, vendor: str) -> None:
    payment = a_payment(*TWO_RATES)
    issued(database, vendor, payment)
    credited(database, vendor, *(a_refund(payment, amount=4323) for _ in range(2)))

    with pytest.raises(CreditExceedsInvoice):
        credited(database, vendor, a_refund(payment, amount=payment.total - 2 * 4323 + 1))
    credited(database, vendor, a_refund(payment, amount=payment.total - 2 * 4323))

    with selling(database, vendor) as session:
        sums = session.execute(
            select(func.count(), func.sum(CreditNote.net), func.sum(CreditNote.tax), func.max(CreditNote.sequence))
        ).one()
    assert tuple(map(int, sums)) == (3, payment.net, payment.tax, 3)


@pytest.mark.feature("E07")
def test_any_number_of_refunds_at_once_stay_within_the_invoice_and_without_gaps(
    database: Database, vendor: str
) -> None:
    payment = a_payment()
    issued(database, vendor, payment)
    third = payment.total // 3
    outcomes: list[object] = []

    def give_back() -> None:
        try:
            outcomes.append(credited(database, vendor, a_refund(payment, amount=third))[0])
        except CreditExceedsInvoice as refused:
            outcomes.append(refused)

    threads = [threading.Thread(target=give_back) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len([each for each in outcomes if isinstance(each, str)]) == 3
    assert len(outcomes) == 8
    with selling(database, vendor) as session:
        assert sorted(session.scalars(select(CreditNote.sequence))) == [1, 2, 3]
        counter = select(Series.next_sequence).where(Series.name == "credit_notes")
        assert session.scalar(counter) == 4


@pytest.mark.feature("E07", "E13")
def test_the_database_refuses_more_than_the_invoice_and_what_is_not_of_it(database: Database, vendor: str) -> None:
    payment = a_payment()
    issued(database, vendor, payment)
    (note_id,) = credited(database, vendor, a_refund(payment, amount=payment.total - 100))

    assert not _is_refused(database, _another(note_id, net=100, tax=0, total=100))
    assert _is_refused(database, _another(note_id, id="'cn_b'", refund="'re_b'", sequence="8", net=1, tax=0, total=1))
    for changed in (
        {"customer": "'cus_b'"},
        {"currency": "'EUR'"},
        {"mode": "'live'"},
        {"total": "0", "net": "0", "tax": "0"},
        {"tax": "2"},
    ):
        different = {"id": "'cn_c'", "refund": "'re_c'", "sequence": "9", "net": "1", "tax": "0", "total": "1"}
        assert _is_refused(database, _another(note_id, **different | changed)), changed


@pytest.mark.feature("E07", "E13")
def test_an_issued_credit_note_and_its_document_never_change(
    database: Database, vendor: str, typesetter: Typesetter
) -> None:
    payment = a_payment()
    issued(database, vendor, payment)
    (note_id,) = credited(database, vendor, a_refund(payment))
    document_of(database, vendor, Paper("credit_note", note_id), Form.PDF, typesetter)

    changes = [
        *(f"UPDATE credit_notes SET {each.name} = {each.name} WHERE id = :note" for each in CreditNote.__table__.c),
        "DELETE FROM credit_notes WHERE id = :note",
        *(
            f"UPDATE credit_note_documents SET {each.name} = {each.name} WHERE credit_note = :note"
            for each in CreditNoteDocument.__table__.c
        ),
        "DELETE FROM credit_note_documents WHERE credit_note = :note",
    ]
    on_sqlite = [
        "REPLACE INTO credit_notes SELECT * FROM credit_notes WHERE id = :note",
        "REPLACE INTO credit_note_documents SELECT * FROM credit_note_documents WHERE credit_note = :note",
    ]
    on_postgresql = ["TRUNCATE credit_notes CASCADE", "TRUNCATE credit_note_documents"]
    changes += on_sqlite if database.is_sqlite else on_postgresql

    assert [change for change in changes if not _is_refused(database, change, note=note_id)] == []


@pytest.mark.feature("E07")
def test_the_pdf_names_the_invoice_and_what_is_credited(
    database: Database, vendor: str, typesetter: Typesetter
) -> None:
    payment = a_payment(*TWO_RATES, currency="EUR")
    issued(database, vendor, payment)
    english, german = credited(
        database, vendor, a_refund(payment, amount=6485), a_refund(payment, amount=6485, locale="de")
    )

    said = words_of(document_of(database, vendor, Paper("credit_note", english), Form.PDF, typesetter))
    gesagt = words_of(document_of(database, vendor, Paper("credit_note", german), Form.PDF, typesetter))

    for expected in (
        "Credit note CN-1", "Invoice 1 of 22 November 2026", payment.order_number, "Refunded on 22 November 2026",
        "Tessaly Foods GmbH", "Larkfield Music Ltd.", "Handbook", "Tax 7% on €5.00", "€0.35", "Team plan",
        "Tax 19% on €50.00", "€9.50", "Total credited €64.85", "Test, not a real credit note",
    ):  # fmt: skip
        assert expected in said, expected
    for expected in ("Rechnungskorrektur CN-2", "Rechnung 1 vom 22. November 2026", "Erstattungsbetrag", "64,85"):
        assert expected in gesagt, expected


@pytest.mark.feature("E07", "E13")
def test_verification_counts_credit_notes_and_names_what_is_wrong(
    database: Database, typesetter: Typesetter, thawed: Any
) -> None:
    vendor = a_seller(database)
    payment = a_payment()
    issued(database, vendor, payment)
    first, _second, last = credited(database, vendor, *(a_refund(payment, amount=500) for _ in range(3)))
    document_of(database, vendor, Paper("credit_note", first), Form.PDF, typesetter)

    assert _report(database, vendor) == ("credit_notes", 3, 3, {"USD": 1500}, 1, ())

    thawed(
        f"UPDATE credit_notes SET sequence = 9, number = 'CN-9' WHERE id = '{last}'",
        f"UPDATE credit_notes SET net = net + 9000, total = total + 9000 WHERE id = '{first}'",
        f"UPDATE credit_note_documents SET size = size + 1 WHERE credit_note = '{first}'",
    )

    faults = [f"{each.number} {each.about}" for each in _report(database, vendor)[5]]
    assert faults == [
        "CN-1 its net is not that of its rates",
        "CN-9 follows 2: 6 missing",
        "CN-1 its document is not the one that was issued",
        " the counter says 4 comes next, not 10",
    ]


def _report(database: Database, vendor: str) -> tuple[Any, ...]:
    with database.begin(read_only=True) as session, scope.platform():
        of = {each.name: each for each in verification.verify(session, vendor=vendor, mode="test")}["credit_notes"]
    return (of.name, of.count, of.last, of.sums, of.documents, of.faults)


def _another(note_id: str, **changes: object) -> str:
    """A second credit note like this one, but for `changes`."""
    different = {"id": "'cn_a'", "refund": "'re_a'", "sequence": "7"} | {
        name: str(value) for name, value in changes.items()
    }
    columns = [column.name for column in CreditNote.__table__.c]
    values = ", ".join(different.get(column, column) for column in columns)
    return f"INSERT INTO credit_notes ({', '.join(columns)}) SELECT {values} FROM credit_notes WHERE id = '{note_id}'"


def _is_refused(database: Database, statement: str, **params: str) -> bool:
    try:
        with database.begin() as session:
            session.execute(text(statement), params)
    except DBAPIError:
        return True
    return False
