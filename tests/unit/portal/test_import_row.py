"""Cells and rows of imported files."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.operations import cells, import_row
from services.portal.rules.operations.cells import CellRefused
from services.portal.rules.operations.import_row import COLUMNS, CustomerRow, Kind, PaymentRow, SubscriptionRow
from services.portal.rules.subscriptions.lifecycle import Status
from shared.errors import Invalid
from shared.money import EXPONENTS, LARGEST, Money
from shared.totals import Line

NOW = datetime(2027, 5, 12, 10, tzinfo=UTC)


def codes(error: pytest.ExceptionInfo[Invalid]) -> set[tuple[str, str]]:
    return {(each.field, each.code) for each in error.value.fields}


@given(currency=st.sampled_from(sorted(EXPONENTS)), minor=st.integers(0, LARGEST))
def test_every_amount_is_read_as_it_is_written(currency: str, minor: int) -> None:
    written = f"{Money(minor, currency).decimal:f}"

    assert cells.amount(f" {written} ", cells.currency(currency.lower())) == Money(minor, currency)


@given(st.text(max_size=30))
def test_no_amount_at_all_makes_anything_but_an_amount_or_a_reason(text: str) -> None:
    try:
        found = cells.amount(text, "EUR")
    except CellRefused:
        return
    assert 0 <= found.amount == Decimal(text.strip()) * 100


@given(st.text(max_size=40))
def test_no_date_at_all_makes_anything_but_a_moment_or_a_reason(text: str) -> None:
    try:
        found = cells.moment(text)
    except CellRefused:
        return
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1997-01-01", "1997-01-01T00:00:00+00:00"),
        (" 2026-01-31T10:15:00+01:00 ", "2026-01-31T09:15:00+00:00"),
        ("2026-01-31 10:15Z", "2026-01-31T10:15:00+00:00"),
        ("2026-01-31T10:15:00.5-05:00", "2026-01-31T15:15:00.500000+00:00"),
    ],
)
def test_days_and_moments_are_read(text: str, moment: str) -> None:
    assert cells.moment(text).isoformat() == moment


@pytest.mark.parametrize(
    "text",
    [
        "01/02/2026",
        "2026-02-30",
        "2026-01-31T10:15",
        "20260131",
        "2026-W01-1",
        "1899-12-31",
        "0001-01-01T00:00+14:00",
        "9999-12-31T23:59-14:00",
    ],
)
def test_other_dates_are_refused(text: str) -> None:
    with pytest.raises(CellRefused, match="bad_date"):
        cells.moment(text)


def test_a_day_that_has_begun_somewhere_is_no_future() -> None:
    assert cells.past("2027-05-13", now=NOW)
    with pytest.raises(CellRefused, match="date_in_future"):
        cells.past("2027-05-14", now=NOW)


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "x", "", "1000001", "9" * 30, "²"])
def test_other_quantities_are_refused(text: str) -> None:
    with pytest.raises(CellRefused, match="bad_quantity"):
        cells.quantity(text)


@pytest.mark.parametrize(("value", "code"), [("x" * 11, "too_long"), ("a\x00", "control_character")])
def test_texts_have_an_end_and_no_control_characters(value: str, code: str) -> None:
    with pytest.raises(CellRefused, match=code):
        cells.text(value, longest=10)


def test_a_payment_row_becomes_a_payment() -> None:
    values = {
        "customer_id": "cdnow-1",
        "email": "a@example.com",
        "date": "1997-01-01",
        "description": "Discs (2)",
        "quantity": "2",
        "amount": "29.33",
        "currency": "usd",
    }

    row = import_row.decide(Kind.PAYMENTS, values, now=NOW)

    assert isinstance(row, PaymentRow)
    assert row.customer.reference == "cdnow-1"
    assert row.amount == Money(2933, "USD")
    assert row.line == Line(description="Discs (2)", quantity=2, amount=2933, unit_amount=None)


@pytest.mark.parametrize("kind", Kind)
def test_the_template_is_a_row_that_goes_in(kind: Kind) -> None:
    columns = COLUMNS[kind]

    row = import_row.decide(kind, dict(zip(columns.all, columns.example, strict=True)), now=NOW)

    assert isinstance(row, {"payments": PaymentRow, "customers": CustomerRow, "subscriptions": SubscriptionRow}[kind])


@pytest.mark.parametrize("kind", Kind)
def test_an_empty_row_lacks_every_required_column(kind: Kind) -> None:
    with pytest.raises(Invalid) as refused:
        import_row.decide(kind, {}, now=NOW)

    assert codes(refused) == {(column, "required") for column in COLUMNS[kind].required}


def test_problems_of_a_customer_are_told_by_the_columns_of_the_file() -> None:
    values = {"email": "a@example.com", "customer_id": "x" * 201, "name": "\x07", "address_2": "\x07", "country": "??"}

    with pytest.raises(Invalid) as refused:
        import_row.decide(Kind.CUSTOMERS, values, now=NOW)

    assert codes(refused) == {
        ("customer_id", "too_long"),
        ("name", "control_character"),
        ("address_2", "control_character"),
        ("country", "unknown_country"),
    }


@pytest.mark.parametrize(
    ("change", "status", "problem"),
    [
        ({}, Status.ACTIVE, None),
        ({"status": "Canceled", "ends_at": "2027-06-01"}, Status.CANCELED, None),
        ({"status": "canceled"}, None, ("ends_at", "required")),
        ({"status": "canceled", "ends_at": "soon"}, None, ("ends_at", "bad_date")),
        ({"ends_at": "2027-06-01"}, None, ("ends_at", "only_when_canceled")),
        ({"status": "ended"}, None, ("status", "not_a_choice")),
        ({"started_at": "2029-01-01"}, None, ("started_at", "date_in_future")),
    ],
)
def test_a_subscription_row_is_active_or_canceled_with_an_end(
    change: dict[str, str], status: Status | None, problem: tuple[str, str] | None
) -> None:
    values = {"email": "a@example.com", "plan": "Team", "started_at": "2026-01-31", **change}

    if problem is None:
        row = import_row.decide(Kind.SUBSCRIPTIONS, values, now=NOW)
        assert isinstance(row, SubscriptionRow)
        assert (row.status, row.quantity) == (status, 1)
    else:
        with pytest.raises(Invalid) as refused:
            import_row.decide(Kind.SUBSCRIPTIONS, values, now=NOW)
        assert codes(refused) == {problem}


@pytest.mark.parametrize(
    ("amount", "currency", "problem"),
    [
        ("1.00", "usx", ("currency", "unknown_currency")),
        ("-1.00", "usd", ("amount", "negative_amount")),
        ("1.001", "usd", ("amount", "too_precise")),
        ("1.5", "jpy", ("amount", "too_precise")),
        ("99999999999999", "usd", ("amount", "amount_too_large")),
        ("1" * 41, "usd", ("amount", "bad_amount")),
        ("1,00", "usd", ("amount", "bad_amount")),
    ],
)
def test_an_amount_that_is_none_is_told_with_its_column(amount: str, currency: str, problem: tuple[str, str]) -> None:
    values = {
        "email": "a@example.com",
        "date": "2026-01-31",
        "description": "X",
        "amount": amount,
        "currency": currency,
    }

    with pytest.raises(Invalid) as refused:
        import_row.decide(Kind.PAYMENTS, values, now=NOW)

    assert codes(refused) == {problem}
