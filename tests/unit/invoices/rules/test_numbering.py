"""The next number of a series."""

from hypothesis import given
from hypothesis import strategies as st

from services.invoices.rules.numbering import FIRST, calculate


def test_a_new_series_counts_from_one() -> None:
    numbered = calculate(next_sequence=FIRST, prefix="")

    assert (numbered.sequence, numbered.number, numbered.following) == (1, "1", 2)


def test_the_prefix_stands_before_the_integer() -> None:
    assert calculate(next_sequence=118, prefix="LF-").number == "LF-118"


@given(count=st.integers(1, 200), prefix=st.text(max_size=20))
def test_no_number_is_left_out_or_given_twice(count: int, prefix: str) -> None:
    following, numbers = FIRST, []
    for _ in range(count):
        numbered = calculate(next_sequence=following, prefix=prefix)
        following = numbered.following
        numbers.append(numbered.number)

    assert numbers == [f"{prefix}{sequence}" for sequence in range(1, count + 1)]
