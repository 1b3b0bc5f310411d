"""Money is whole minor units of one currency (IN-07, IN-08)."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared import money
from shared.money import EXPONENTS, LARGEST, AmountTooLarge, CurrencyMismatch, Money, NotAnAmount, UnknownCurrency

currencies = st.sampled_from(sorted(EXPONENTS))
small = st.integers(-(10**9), 10**9)
amounts = st.integers(-LARGEST, LARGEST)


@given(amounts, currencies)
def test_what_is_written_is_read_back_exactly(amount: int, currency: str) -> None:
    """IN-08: parse(format(x)) = x."""
    value = Money(amount, currency)

    assert money.parse(f"{value.decimal:f}", currency.lower()) == value


@given(small, small, currencies)
def test_sums_and_differences_undo_each_other(first: int, second: int, currency: str) -> None:
    a, b = Money(first, currency), Money(second, currency)

    assert a + b - b == a
    assert a + -a == Money(0, currency)
    assert a - b == -(b - a)


@given(st.lists(small, max_size=20), currencies)
def test_a_total_is_the_sum(parts: list[int], currency: str) -> None:
    assert money.total((Money(part, currency) for part in parts), currency) == Money(sum(parts), currency)


@given(currencies, currencies)
def test_two_currencies_never_meet_in_one_sum(first: str, second: str) -> None:
    """IN-07."""
    assume(first != second)
    a, b = Money(1, first), Money(1, second)

    for mix in (lambda: a + b, lambda: a - b, lambda: money.total([a, b], first)):
        with pytest.raises(CurrencyMismatch):
            mix()


@given(amounts, st.lists(st.integers(0, 10**6), min_size=1, max_size=12))
def test_an_allocation_sums_to_the_whole_and_is_fair_to_a_unit(amount: int, weights: list[int]) -> None:
    """IN-08: no part is a unit or more away from its exact share."""
    assume(sum(weights) > 0)

    parts = money.allocate(amount, weights)

    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - amount * weight) < sum(weights)
        assert part == 0 or weight > 0


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [(100, [1, 1, 1], [34, 33, 33]), (-100, [1, 1, 1], [-34, -33, -33]), (5, [0, 2, 1], [0, 3, 2]), (0, [7], [0])],
)
def test_the_largest_remainder_gets_the_unit_and_the_earlier_of_two(
    amount: int, weights: list[int], parts: list[int]
) -> None:
    assert money.allocate(amount, weights) == parts


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 5]])
def test_an_allocation_needs_weights(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        money.allocate(100, weights)


@pytest.mark.parametrize("amount", [1.0, True, "1", None, Decimal(1)])
def test_an_amount_is_a_whole_number_and_nothing_like_one(amount: object) -> None:
    """IN-07: no float."""
    with pytest.raises(TypeError):
        Money(amount, "USD")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [("11.77", "USD", 1177), ("11.770", "KWD", 11770), ("1177", "jpy", 1177), (" -0.05 ", "EUR", -5), ("0", "USD", 0)],
)
def test_major_units_are_read_by_the_currency_s_decimals(text: str, currency: str, amount: int) -> None:
    assert money.parse(text, currency) == Money(amount, currency.upper())


@pytest.mark.parametrize(
    "text", ["", ".", "-", "1,5", "1.2.3", "1e3", "٣", "NaN", "inf", "0x1", "1_000", "--1", "$5", "1.005", "1 000"]
)
def test_what_is_not_plainly_an_amount_is_refused(text: str) -> None:
    with pytest.raises(NotAnAmount):
        money.parse(text, "USD")


def test_more_decimals_than_the_currency_has_are_refused() -> None:
    with pytest.raises(NotAnAmount):
        money.parse("1.5", "JPY")


def test_an_unknown_currency_and_a_huge_amount_are_named() -> None:
    with pytest.raises(UnknownCurrency):
        money.parse("1", "XYZ")
    with pytest.raises(UnknownCurrency):
        Money(1, "usd")
    with pytest.raises(AmountTooLarge):
        money.parse("99999999999999", "USD")
    with pytest.raises(AmountTooLarge):
        Money(LARGEST, "USD") + Money(1, "USD")


def test_money_says_itself_in_major_units() -> None:
    assert [str(Money(1177, code)) for code in ("USD", "JPY", "KWD")] == ["11.77 USD", "1,177 JPY", "1.177 KWD"]
