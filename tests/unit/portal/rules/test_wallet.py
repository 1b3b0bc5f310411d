"""May customers top up, and by how much?"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.portals import wallet
from services.portal.rules.portals.wallet import DEFAULT
from shared.errors import FieldError, Invalid
from shared.money import Money

OFFERED = {**DEFAULT, "enabled": True, "currency": "EUR", "amounts": [1000, 2500]}


def wrong(**more: Any) -> set[tuple[str, str]]:
    problems: list[FieldError] = []
    wallet.check_feature({**OFFERED, **more}, problems)
    return {(each.field.removeprefix("features.wallet."), each.code) for each in problems}


@pytest.mark.feature("C27")
@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, set()),
        ({"minimum": 500, "maximum": 500}, set()),
        ({"enabled": False, "currency": None, "amounts": []}, set()),
        ({"amounts": [], "minimum": 1, "maximum": 2}, set()),
        ({"currency": None}, {("currency", "required")}),
        ({"currency": "XXX"}, {("currency", "unknown_currency")}),
        ({"amounts": []}, {("amounts", "required")}),
        ({"amounts": [5, 5]}, {("amounts", "not_unique")}),
        ({"amounts": [0]}, {("amounts", "out_of_range")}),
        ({"amounts": list(range(1, 14))}, {("amounts", "too_many_items")}),
        ({"minimum": 5}, {("maximum", "required")}),
        ({"maximum": 5}, {("minimum", "required")}),
        ({"minimum": 0, "maximum": 5}, {("minimum", "out_of_range")}),
        ({"minimum": 6, "maximum": 5}, {("maximum", "out_of_range")}),
    ],
    ids=str,
)
def test_what_is_wrong_is_named(more: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert wrong(**more) == expected


@pytest.mark.feature("C27")
@given(
    amount=st.integers(-100, 30_000),
    currency=st.sampled_from(["EUR", "USD"]),
    between=st.none() | st.tuples(st.integers(1, 20_000), st.integers(0, 10_000)),
)
def test_an_amount_is_offered_or_between_the_two(amount: int, currency: str, between: tuple[int, int] | None) -> None:
    least, most = (None, None) if between is None else (between[0], sum(between))
    feature = wallet.calculate({**OFFERED, "minimum": least, "maximum": most})
    fits = currency == "EUR" and (
        amount in (1000, 2500) or (least is not None and most is not None and least <= amount <= most)
    )

    if fits:
        assert wallet.decide(wallet=feature, amount=Money(amount, currency)).amount == amount
    else:
        with pytest.raises(Invalid):
            wallet.decide(wallet=feature, amount=Money(amount, currency))
