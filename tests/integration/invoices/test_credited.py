"""Invoices with lines that give back: time that was not used, discounts, credits."""

import pytest

from services.invoices.adapters.typst import Typesetter
from shared.database import Database
from tests.integration.invoices.builders import a_line, a_payment, issued
from tests.integration.invoices.test_documents import pdf_of, words_of


@pytest.mark.feature("E01")
def test_the_pdf_of_an_upgrade_shows_what_is_charged_and_what_is_given_back(
    database: Database, vendor: str, typesetter: Typesetter
) -> None:
    time_left = {"period_start": "2026-11-28T09:30:00+00:00", "period_end": "2026-12-18T00:00:00+00:00"}
    payment = a_payment(
        a_line(description="Team, remaining time", quantity=3, unit_amount=None, amount=6543, **time_left),
        a_line(description="Unused time on Starter", quantity=1, unit_amount=None, amount=-1934, **time_left),
        a_line(description="Coupon SPRING", quantity=1, unit_amount=-654, amount=-654),
    )
    (invoice_id,) = issued(database, vendor, payment)

    said = words_of(pdf_of(database, vendor, invoice_id, typesetter))

    for expected in ("Unused time on Starter", "-$19.34", "-$6.54", "Tax 19% on $39.55", "$7.51", "$47.06"):
        assert expected in said, expected
    assert said.replace("\u2009", " ").count("28 Nov – 18 Dec 2026") == 3  # the head, and two lines


def test_the_pdf_of_an_invoice_over_nothing_says_so(database: Database, vendor: str, typesetter: Typesetter) -> None:
    credit = a_line(description="Credit", quantity=1, unit_amount=-2354, amount=-2354)
    (invoice_id,) = issued(database, vendor, a_payment(a_line(), credit, method=None))

    said = words_of(pdf_of(database, vendor, invoice_id, typesetter))

    assert "Nothing to pay" in said
    assert "Total $0.00" in said
    assert "Paid on" not in said
