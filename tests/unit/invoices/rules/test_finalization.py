"""May an invoice be issued, and what does it say for ever?"""

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.invoices.rules.agreement import Agreed
from services.invoices.rules.finalization import (
    LONGEST_TEXT,
    MOST_LINES,
    FinalInvoice,
    NotIssuable,
    Seller,
    decide,
)
from services.invoices.rules.numbering import calculate as number
from shared.events import PaymentSucceeded
from shared.totals import Line, calculate

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
SELLER = Seller(display_name="Larkfield", default_locale="de", profile={"legal_name": "Larkfield Ltd.", "vat": "?"})
LINE = Line(description="Disc", quantity=1, amount=1000, tax_rate=1900)
PAYMENT = PaymentSucceeded(
    payment="pay_1",
    customer="cus_1",
    subscription="sub_1",
    order_number="7KQ2M9XT4B",
    currency="EUR",
    tax_behavior="exclusive",
    lines=[asdict(LINE)],
    net=1000,
    tax=190,
    total=1190,
    paid_at="1997-01-01T01:00:00+01:00",
    historical=True,
    locale=None,
    buyer={"email": "anna@example.com", "address": ["Lindenhof 4"]},
    method=None,
)


def final(*lines: Line, payment: PaymentSucceeded = PAYMENT, seller: Seller = SELLER, **changes: Any) -> FinalInvoice:
    sold = lines or (LINE,)
    given = {"previous_issued_at": None, "now": NOW, "numbered": number(next_sequence=7, prefix="LF-")}
    agreed = Agreed(lines=sold, totals=calculate(sold, payment.currency, "exclusive"))
    return decide(payment=payment, agreed=agreed, seller=seller, **given | changes)


def test_it_is_issued_now_and_says_when_it_was_paid() -> None:
    invoice = final()

    assert (invoice.sequence, invoice.number, invoice.status) == (7, "LF-7", "paid")
    assert invoice.issued_at == NOW
    assert invoice.paid_at == datetime(1997, 1, 1, tzinfo=UTC)
    assert (invoice.totals.net, invoice.totals.tax, invoice.totals.total) == (1000, 190, 1190)


def test_seller_and_buyer_are_copied_field_by_field() -> None:
    invoice = final()

    assert invoice.seller["legal_name"] == "Larkfield Ltd."
    assert invoice.seller["address"] == []
    assert invoice.seller["tax_id"] is None
    assert "vat" not in invoice.seller
    assert invoice.buyer["address"] == ["Lindenhof 4"]
    assert invoice.buyer["company"] is None


def test_its_language_is_the_customers_else_the_sellers() -> None:
    assert final().locale == "de"
    assert final(payment=replace(PAYMENT, locale="fr")).locale == "fr"


@given(now=st.datetimes(timezones=st.just(UTC)), previous=st.datetimes(timezones=st.just(UTC)))
def test_it_is_never_dated_before_the_one_before(now: datetime, previous: datetime) -> None:
    issued_at = final(now=now, previous_issued_at=previous).issued_at

    assert issued_at >= previous
    assert issued_at in (now, previous)


def test_periods_become_moments_in_utc() -> None:
    line = replace(LINE, period_start="2026-11-18T00:00:00+02:00", period_end="2026-12-18T00:00:00+02:00")

    (printed,) = final(line).lines

    assert printed.period_start == datetime(2026, 11, 18, tzinfo=timezone(timedelta(hours=2)))
    assert printed.period_start.tzinfo is UTC


def test_half_a_period_is_none() -> None:
    (printed,) = final(replace(LINE, period_start="2026-11-18T00:00:00Z")).lines

    assert (printed.period_start, printed.period_end) == (None, None)


def test_the_description_for_lists_is_one_line_of_what_was_sold() -> None:
    assert (
        final(LINE, replace(LINE, description="Shipping\n and handling")).description == "Disc, Shipping and handling"
    )
    assert len(final(*[LINE] * 100).description) == 300


def test_an_invoice_of_nothing_to_pay_is_issued() -> None:
    assert final(replace(LINE, amount=0)).totals.total == 0


@pytest.mark.parametrize("lines", [(replace(LINE, amount=-1),), (LINE,) * (MOST_LINES + 1)])
def test_a_negative_total_or_too_many_lines_are_refused(lines: tuple[Line, ...]) -> None:
    with pytest.raises(NotIssuable):
        final(*lines)


def test_no_lines_are_refused() -> None:
    agreed = Agreed(lines=(), totals=calculate((), "EUR", "exclusive"))

    with pytest.raises(NotIssuable):
        decide(
            payment=PAYMENT,
            agreed=agreed,
            seller=SELLER,
            numbered=number(next_sequence=1, prefix=""),
            previous_issued_at=None,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("paid_at", {"paid_at": "yesterday"}),
        ("paid_at", {"paid_at": "2026-11-22T14:30:00"}),
        ("method", {"method": "x" * (LONGEST_TEXT + 1)}),
        ("buyer.email", {"buyer": {"email": 1}}),
        ("buyer.email", {"buyer": {"email": "x" * (LONGEST_TEXT + 1)}}),
        ("buyer.address", {"buyer": {"email": "a@b.c", "address": "Lindenhof 4"}}),
        ("buyer.address", {"buyer": {"email": "a@b.c", "address": ["x"] * 11}}),
        ("buyer.address", {"buyer": {"email": "a@b.c", "address": [None]}}),
    ],
)
def test_what_cannot_be_printed_is_refused_by_name(field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(NotIssuable) as refused:
        final(payment=replace(PAYMENT, **changes))

    assert refused.value.params["field"] == field


def test_a_description_too_long_is_refused() -> None:
    with pytest.raises(NotIssuable):
        final(replace(LINE, description="x" * (LONGEST_TEXT + 1)))
