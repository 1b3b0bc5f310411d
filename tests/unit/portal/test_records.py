"""Details of customers, payments taken elsewhere."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.portal.rules.customers import details
from services.portal.rules.payments import recording
from shared.errors import Invalid
from shared.money import LARGEST
from shared.totals import Line

NOW = datetime(2027, 5, 12, 10, tzinfo=UTC)


def codes(error: pytest.ExceptionInfo[Invalid]) -> set[tuple[str, str]]:
    return {(each.field, each.code) for each in error.value.fields}


def test_details_are_kept_in_their_one_form() -> None:
    found = details.decide(
        email=" Jörg.Maier@Bücher.DE ",
        display_name=" Ada ",
        address=["1 Row", "", " Bath "],
        country="gb",
        locale="de-AT",
    )

    assert (found.email, found.email_key) == ("Jörg.Maier@Bücher.DE", "jörg.maier@xn--bcher-kva.de")
    assert (found.display_name, found.company, found.country) == ("Ada", None, "GB")
    assert found.address == ("1 Row", "Bath")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("email", "nobody", "bad_email"),
        ("email", "a@example.com, b@example.com", "bad_email"),
        ("display_name", "A\x00da", "control_character"),
        ("display_name", "A\nda", "control_character"),
        ("company", "x" * 201, "too_long"),
        ("reference", "x" * 201, "too_long"),
        ("tax_id", "x" * 81, "too_long"),
        ("phone", "\x1b[31m", "control_character"),
        ("country", "ZZ", "unknown_country"),
        ("country", "Germany", "unknown_country"),
        ("locale", "english please", "bad_locale"),
        ("address", ["x"] * 7, "too_many_lines"),
    ],
)
def test_a_bad_detail_is_told_by_field(field: str, value: Any, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        details.decide(**{"email": "ada@example.com", field: value})

    assert codes(refused) == {(field, code)}


def test_a_bad_address_line_is_told_by_its_number() -> None:
    with pytest.raises(Invalid) as refused:
        details.decide(email="x", address=["fine", "y\x07"])

    assert codes(refused) == {("email", "bad_email"), ("address.1", "control_character")}


@pytest.mark.parametrize(
    ("quantity", "amount", "unit_amount"), [(2, 2933, None), (2, 2934, 1467), (3, 0, 0), (1, 99, 99)]
)
def test_a_line_total_has_a_unit_price_only_where_it_divides(
    quantity: int, amount: int, unit_amount: int | None
) -> None:
    line = recording.line_of(description="Discs", quantity=quantity, amount=amount)

    assert (line.unit_amount, line.amount) == (unit_amount, amount)


def test_a_recorded_payment_has_totals() -> None:
    lines = [recording.line_of(description="A", quantity=1, amount=1190, tax_rate=1900)]

    found = recording.calculate(lines=lines, currency="EUR", tax_behavior="inclusive")

    assert (found.totals.net, found.totals.tax, found.totals.total) == (1000, 190, 1190)


@pytest.mark.parametrize(
    ("lines", "field", "code"),
    [
        ([], "lines", "required"),
        ([Line(description="A", quantity=1, amount=-1)], "lines.0.amount", "negative_amount"),
        ([Line(description="A", quantity=1, amount=LARGEST + 1)], "lines.0.amount", "amount_too_large"),
        ([Line(description="A", quantity=0, amount=1)], "lines.0.quantity", "bad_quantity"),
        ([Line(description="A", quantity=1_000_001, amount=1)], "lines.0.quantity", "bad_quantity"),
    ],
)
def test_a_payment_that_makes_no_sense_is_refused(lines: list[Line], field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        recording.calculate(lines=lines, currency="EUR", tax_behavior="exclusive")

    assert codes(refused) == {(field, code)}
