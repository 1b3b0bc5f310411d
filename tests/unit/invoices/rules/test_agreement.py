"""Does what the portal charged add up?"""

from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.invoices.rules.agreement import BadLine, DoesNotAddUp, decide
from shared.errors import Invalid
from shared.money import EXPONENTS
from shared.totals import Line, LineDoesNotAddUp, calculate

LINE = {"description": "Disc", "quantity": 2, "amount": 2000, "unit_amount": 1000, "tax_rate": 1900}
CHARGED = {"currency": "EUR", "tax_behavior": "exclusive", "net": 2000, "tax": 380, "total": 2380}


def test_what_adds_up_agrees() -> None:
    agreed = decide(lines=[LINE], **CHARGED)

    assert (agreed.totals.net, agreed.totals.tax, agreed.totals.total) == (2000, 380, 2380)
    assert agreed.lines[0].description == "Disc"


def test_the_same_sum_inclusive_of_tax() -> None:
    charged = CHARGED | {"tax_behavior": "inclusive", "net": 1681, "tax": 319, "total": 2000}

    assert decide(lines=[LINE], **charged).totals.total == 2000


@pytest.mark.parametrize("field", ["net", "tax", "total"])
@pytest.mark.parametrize("by", [-1, 1])
def test_a_unit_more_or_less_is_refused(field: str, by: int) -> None:
    with pytest.raises(DoesNotAddUp) as refused:
        decide(lines=[LINE], **CHARGED | {field: CHARGED[field] + by})

    assert refused.value.params["field"] == field


def test_quantity_times_price_must_be_the_amount() -> None:
    with pytest.raises(LineDoesNotAddUp):
        decide(lines=[LINE | {"quantity": 3}], **CHARGED)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", 20.0), ("amount", "2000"), ("amount", True), ("amount", None), ("quantity", 2.0), ("quantity", None),
        ("unit_amount", 10.0), ("tax_rate", -1), ("tax_rate", 10_001), ("tax_rate", "1900"), ("description", None),
        ("description", 1), ("period_start", 1),
    ],
)  # fmt: skip
def test_a_line_of_another_kind_is_refused(field: str, value: object) -> None:
    with pytest.raises(BadLine) as refused:
        decide(lines=[LINE | {field: value}], **CHARGED)

    assert refused.value.params["field"] == field


def test_an_unknown_tax_behavior_is_refused() -> None:
    with pytest.raises(BadLine):
        decide(lines=[LINE], **CHARGED | {"tax_behavior": "sometimes"})


def test_fields_of_a_newer_portal_are_ignored() -> None:
    assert decide(lines=[LINE | {"color": "blue"}], **CHARGED).totals.total == 2380


lines = st.lists(
    st.builds(
        lambda quantity, unit, rate: Line(
            description="x", quantity=quantity, amount=quantity * unit, unit_amount=unit, tax_rate=rate
        ),
        st.integers(0, 1000),
        st.integers(-10_000, 10_000_000),
        st.integers(0, 10_000),
    ),
    max_size=20,
)
behaviors = st.sampled_from(["exclusive", "inclusive"])


@given(lines=lines, currency=st.sampled_from(sorted(EXPONENTS)), tax_behavior=behaviors)
def test_whatever_the_portal_calculates_agrees_and_adds_up(lines: list[Line], currency: str, tax_behavior: Any) -> None:
    charged = calculate(lines, currency, tax_behavior)

    agreed = decide(
        lines=[asdict(line) for line in lines],
        currency=currency,
        tax_behavior=tax_behavior,
        net=charged.net,
        tax=charged.tax,
        total=charged.total,
    )

    assert agreed.lines == tuple(lines)
    assert agreed.totals.net + agreed.totals.tax == agreed.totals.total
    assert sum(each.net + each.tax for each in agreed.totals.taxes) == agreed.totals.total


@given(lines=lines, tax_behavior=behaviors, net=st.integers(), tax=st.integers(), total=st.integers())
def test_anything_else_is_refused(lines: list[Line], tax_behavior: Any, net: int, tax: int, total: int) -> None:
    right = calculate(lines, "EUR", tax_behavior)
    assume((net, tax, total) != (right.net, right.tax, right.total))

    with pytest.raises(Invalid):
        decide(
            lines=[asdict(line) for line in lines],
            currency="EUR",
            tax_behavior=tax_behavior,
            net=net,
            tax=tax,
            total=total,
        )
