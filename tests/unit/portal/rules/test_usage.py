"""What a period's records come to, what is left of what is included, which reports are taken."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.subscriptions.usage import MOST, Aggregation, Used, calculate, decide
from shared.errors import Invalid

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("used", "included", "left", "beyond", "percent"),
    [
        (1240, 5000, 3760, 0, 24),
        (5240, 5000, 0, 240, 100),
        (4999, 5000, 1, 0, 99),
        (0, 0, 0, 0, 100),
        (1, 0, 0, 1, 100),
        (-5, 10, 10, 0, 0),
        (-5, 0, 0, 0, 100),
        (7, None, None, 0, None),
    ],
)
def test_what_is_left_and_what_is_too_much(
    used: int, included: int | None, left: int | None, beyond: int, percent: int | None
) -> None:
    of = Used(used=used, included=included)

    assert (of.left, of.beyond, of.percent) == (left, beyond, percent)


@given(used=st.integers(-10, 3000), included=st.integers(0, 1000))
def test_what_is_used_is_what_is_included_less_what_is_left_and_what_is_beyond(used: int, included: int) -> None:
    of = Used(used=used, included=included)

    assert max(0, used) == included - (of.left or 0) + of.beyond
    assert (of.percent == 100) == (max(0, used) >= included)


def test_nothing_reported_is_nothing_used() -> None:
    assert [calculate(each, []) for each in Aggregation] == [0, 0, 0]
    assert [calculate(each, [3, 9, 4]) for each in Aggregation] == [16, 9, 4]


@pytest.mark.parametrize(
    ("aggregation", "quantity", "at", "field", "code"),
    [
        ("max", -1, NOON, "quantity", "out_of_range"),
        ("last", -1, NOON, "quantity", "out_of_range"),
        ("sum", MOST + 1, NOON, "quantity", "out_of_range"),
        ("sum", -MOST - 1, NOON, "quantity", "out_of_range"),
        ("sum", 1, NOON + HOUR, "at", "date_in_future"),
        ("sum", 1, NOON - 3 * HOUR, "at", "outside_subscription"),
        ("sum", 1, NOON - HOUR, "at", "outside_subscription"),
    ],
)
def test_what_is_wrong_is_said_of_its_field(
    aggregation: str, quantity: int, at: datetime, field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        decide(
            aggregation=Aggregation(aggregation),
            quantity=quantity,
            at=at,
            now=NOON,
            began=NOON - 2 * HOUR,
            ended=NOON - HOUR if at == NOON - HOUR else None,
            field="records.3.",
        )

    ((each),) = refused.value.fields
    assert (each.field, each.code) == (f"records.3.{field}", code)


def test_a_sum_can_be_taken_back_from() -> None:
    decide(aggregation=Aggregation.SUM, quantity=-4, at=NOON, now=NOON, began=NOON, ended=None)
