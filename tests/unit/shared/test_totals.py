"""Lines, tax and total agree, whatever the rates (IN-08)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.money import AmountTooLarge, UnknownCurrency
from shared.totals import Line, LineDoesNotAddUp, TaxBehavior, TaxTotal, calculate

behaviors = st.sampled_from(["exclusive", "inclusive"])
lines = st.lists(
    st.builds(
        lambda amount, rate: Line(description="x", quantity=1, amount=amount, tax_rate=rate),
        st.integers(-(10**8), 10**8),
        st.sampled_from([0, 700, 1900, 2000, 2550, 1]),
    ),
    max_size=12,
)


@given(lines, behaviors)
def test_net_and_tax_make_the_total_and_each_rate_its_own(some: list[Line], behavior: TaxBehavior) -> None:
    """IN-08: lines + tax = total."""
    totals = calculate(some, "EUR", behavior)

    assert totals.net + totals.tax == totals.total
    assert totals.net == sum(each.net for each in totals.taxes)
    assert totals.tax == sum(each.tax for each in totals.taxes)
    assert sum(line.amount for line in some) == (totals.net if behavior == "exclusive" else totals.total)
    assert [each.rate for each in totals.taxes] == sorted({line.tax_rate for line in some})


@given(lines, behaviors)
def test_tax_is_within_half_a_unit_of_exact_per_rate(some: list[Line], behavior: TaxBehavior) -> None:
    """EN 16931: rounded once per rate, not once per line."""
    for each in calculate(some, "EUR", behavior).taxes:
        amount = sum(line.amount for line in some if line.tax_rate == each.rate)
        base = Fraction(amount) if behavior == "exclusive" else Fraction(amount * 10_000, 10_000 + each.rate)
        assert abs(each.tax - base * each.rate / 10_000) <= Fraction(1, 2)


@given(lines, behaviors)
def test_a_refund_of_everything_leaves_nothing(some: list[Line], behavior: TaxBehavior) -> None:
    """IN-08: refund + charge = 0, to the unit and for each rate."""
    back = [Line(description="x", quantity=1, amount=-line.amount, tax_rate=line.tax_rate) for line in some]

    charged, refunded = calculate(some, "EUR", behavior), calculate(back, "EUR", behavior)

    assert charged.total + refunded.total == charged.tax + refunded.tax == charged.net + refunded.net == 0


@pytest.mark.parametrize(
    ("behavior", "net", "tax", "total"), [("exclusive", 1999, 380, 2379), ("inclusive", 1680, 319, 1999)]
)
def test_the_worked_example_holds(behavior: TaxBehavior, net: int, tax: int, total: int) -> None:
    some = [
        Line(description=name, quantity=1, amount=amount, tax_rate=1900) for name, amount in (("a", 1000), ("b", 999))
    ]

    totals = calculate(some, "EUR", behavior)

    assert (totals.net, totals.tax, totals.total) == (net, tax, total)
    assert totals.taxes == (TaxTotal(1900, net, tax),)


def test_half_a_unit_is_rounded_away_from_zero() -> None:
    for amount, tax in ((50, 1), (-50, -1), (49, 0), (-49, 0)):
        line = Line(description="x", quantity=1, amount=amount, tax_rate=100)
        assert calculate([line], "EUR", "exclusive").tax == tax


def test_no_lines_total_nothing() -> None:
    totals = calculate([], "JPY", "exclusive")

    assert (totals.net, totals.tax, totals.total, totals.taxes) == (0, 0, 0, ())


def test_a_line_whose_parts_do_not_multiply_is_refused() -> None:
    good = Line(description="x", quantity=3, unit_amount=500, amount=1500)
    bad = Line(description="x", quantity=3, unit_amount=500, amount=1501)

    with pytest.raises(LineDoesNotAddUp) as refused:
        calculate([good, bad], "EUR", "exclusive")
    assert refused.value.params == {"position": 2}


def test_an_unknown_currency_and_a_huge_total_are_named() -> None:
    huge = [Line(description="x", quantity=1, amount=10**12)] * 2

    with pytest.raises(UnknownCurrency):
        calculate([], "XYZ", "exclusive")
    with pytest.raises(AmountTooLarge):
        calculate(huge, "EUR", "exclusive")
