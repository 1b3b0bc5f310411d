"""Whether a coupon applies, and what it takes off."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.products import coupon
from services.portal.rules.products.coupon import Discount, Terms
from shared.totals import Line

NOW = datetime(2027, 5, 12, 10, tzinfo=UTC)
SPRING = Terms(
    id="cpn_1",
    code="SPRING",
    percent_off=2000,
    amount_off=None,
    currency=None,
    duration="once",
    periods=None,
    plans=(),
    starts_at=None,
    expires_at=None,
    max_redemptions=None,
    redeemed=0,
    is_archived=False,
)


def decide(terms: Terms | None, **more: Any) -> Discount:
    given: dict[str, Any] = {"plan": "team", "currency": "EUR", "is_used_by_customer": False, "now": NOW, **more}
    return coupon.decide(coupon=terms, **given)


@pytest.mark.feature("C13", "H05")
@pytest.mark.parametrize(
    ("terms", "more", "refusal"),
    [
        (None, {}, coupon.CouponUnknown),
        (replace(SPRING, is_archived=True), {}, coupon.CouponUnknown),
        (replace(SPRING, starts_at=NOW + timedelta(seconds=1)), {}, coupon.CouponExpired),
        (replace(SPRING, expires_at=NOW), {}, coupon.CouponExpired),
        (replace(SPRING, max_redemptions=3, redeemed=3), {}, coupon.CouponUsedUp),
        (replace(SPRING, plans=("pro",)), {}, coupon.CouponNotForPlan),
        (replace(SPRING, percent_off=None, amount_off=500, currency="USD"), {}, coupon.CouponNotForPlan),
        (SPRING, {"is_used_by_customer": True}, coupon.CouponAlreadyUsed),
    ],
    ids=["unknown", "archived", "early", "late", "used up", "other plan", "other currency", "used before"],
)
def test_five_refusals(terms: Terms | None, more: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        decide(terms, **more)


@pytest.mark.parametrize(
    ("terms", "left"),
    [
        (SPRING, 1),
        (replace(SPRING, duration="repeating", periods=3), 3),
        (replace(SPRING, duration="forever"), None),
        (replace(SPRING, starts_at=NOW, expires_at=NOW + timedelta(seconds=1)), 1),
        (replace(SPRING, max_redemptions=3, redeemed=2), 1),
        (replace(SPRING, plans=("team", "pro")), 1),
    ],
)
def test_how_long_it_lasts(terms: Terms, left: int | None) -> None:
    assert decide(terms).periods_left == left


@pytest.mark.parametrize(
    ("terms", "amount", "off"),
    [
        (SPRING, 4999, 1000),
        (SPRING, 1, None),
        (SPRING, 3, 1),
        (replace(SPRING, percent_off=10_000), 4999, 4999),
        (replace(SPRING, percent_off=None, amount_off=6000, currency="EUR"), 4999, 4999),
        (replace(SPRING, percent_off=None, amount_off=500, currency="EUR"), 4999, 500),
        (SPRING, 0, None),
        (SPRING, -500, None),
    ],
)
def test_what_it_takes_off(terms: Terms, amount: int, off: int | None) -> None:
    base = Line(description="Team", quantity=1, amount=amount, tax_rate=1900, period_start="a", period_end="b")

    found = coupon.line(decide(terms), base)

    assert (None if found is None else -found.amount) == off
    if found is not None:
        assert (found.tax_rate, found.period_start, found.period_end) == (1900, "a", "b")


@given(amount=st.integers(0, 10**12), percent=st.integers(1, 10_000))
def test_it_never_takes_off_more_than_there_is(amount: int, percent: int) -> None:
    found = coupon.line(decide(replace(SPRING, percent_off=percent)), Line(description="", quantity=1, amount=amount))

    assert found is None or -amount <= found.amount < 0


def test_a_charge_uses_one_period_up_until_none_is_left() -> None:
    stored: dict[str, Any] | None = coupon.stored(decide(replace(SPRING, duration="repeating", periods=2)))

    once = coupon.used(stored)

    assert once is not None
    assert once["periods_left"] == 1
    assert coupon.used(once) is None
    assert coupon.used(None) is None
    forever = coupon.stored(decide(replace(SPRING, duration="forever")))
    assert coupon.used(forever) == forever
