"""What add-ons a subscription has: every branch, and that parts of a period sum to the whole."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.reasons import QuantityOutOfRange
from services.portal.rules.subscriptions import addons, renewal
from services.portal.rules.subscriptions.addons import (
    AddonAlreadyAdded,
    AddonNotAdded,
    AddonNotOffered,
    AddonUnchanged,
    Fit,
    Item,
    Offer,
    When,
)
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.period import Interval, Period
from services.portal.rules.subscriptions.renewal import Ahead, Terms

JUNE = Period(start=datetime(2026, 6, 1, tzinfo=UTC), end=datetime(2026, 7, 1, tzinfo=UTC))
FIT = Fit(product="prod_1", currency="EUR", interval="month", interval_count=1, tax_behavior="inclusive")


def an_item(**more: Any) -> Item:
    given = {"addon": "add_1", "name": "Backups", "quantity": 2, "unit_amount": 1000, "tax_rate": 1900}
    return Item(**{**given, "added_at": "2026-06-01T00:00:00+00:00", **more})


def an_offer(**more: Any) -> Offer:
    given = {"addon": "add_1", "name": "Backups", "unit_amount": 1000, "tax_rate": 1900, "fit": FIT, "plans": ()}
    return Offer(**{**given, "minimum": 1, "maximum": 5, "is_archived": False, **more})


def test_the_worked_example() -> None:
    added = addons.add((), an_offer(), quantity=3, plan="plan_1", fit=FIT, at="2026-06-16T00:00:00+00:00")
    assert added.item is not None
    (rest,) = addons.rest([added.item], JUNE, at=datetime(2026, 6, 16, tzinfo=UTC))
    fewer = addons.change([added.item], an_offer(), quantity=2, in_trial=False)
    assert fewer.item is not None

    assert rest.amount == 1500
    assert (fewer.when, addons.amount([fewer.item]), fewer.item.amount) == (When.AT_PERIOD_END, 2000, 3000)


@pytest.mark.parametrize(
    ("offer", "error"),
    [
        (an_offer(is_archived=True), AddonNotOffered),
        (an_offer(plans=("plan_2",)), AddonNotOffered),
        (an_offer(fit=Fit(**{**vars(FIT), "currency": "USD"})), AddonNotOffered),
        (an_offer(fit=Fit(**{**vars(FIT), "tax_behavior": "exclusive"})), AddonNotOffered),
        (an_offer(minimum=4), QuantityOutOfRange),
    ],
)
def test_what_does_not_fit_is_not_added(offer: Offer, error: type[Exception]) -> None:
    with pytest.raises(error):
        addons.add((), offer, quantity=3, plan="plan_1", fit=FIT, at="")


@pytest.mark.parametrize("quantity", [True, "2", 1.0, None, 0, -1])
def test_only_a_whole_number_is_a_quantity(quantity: object) -> None:
    with pytest.raises(QuantityOutOfRange):
        addons.add((), an_offer(), quantity=quantity, plan="plan_1", fit=FIT, at="")


def test_a_change_needs_one_that_is_there_and_another_quantity() -> None:
    with pytest.raises(AddonNotAdded):
        addons.change((), an_offer(), quantity=1, in_trial=False)
    with pytest.raises(AddonAlreadyAdded):
        addons.add([an_item()], an_offer(), quantity=1, plan="plan_1", fit=FIT, at="")
    with pytest.raises(AddonUnchanged):
        addons.change([an_item()], an_offer(), quantity=2, in_trial=False)
    with pytest.raises(AddonUnchanged):
        addons.change([an_item(next_quantity=0)], an_offer(), quantity=0, in_trial=False)
    with pytest.raises(AddonNotOffered):
        addons.change([an_item()], an_offer(is_archived=True), quantity=3, in_trial=False)


def test_what_was_to_come_is_taken_back_and_a_trial_takes_effect_at_once() -> None:
    back = addons.change([an_item(next_quantity=0)], an_offer(is_archived=True), quantity=2, in_trial=False)
    gone = addons.change([an_item()], an_offer(), quantity=0, in_trial=True)
    fewer = addons.change([an_item()], an_offer(), quantity=1, in_trial=True)

    assert (back.when, back.item, back.more) == (When.NOW, an_item(), 0)
    assert (gone.when, gone.item) == (When.NOW, None)
    assert (fewer.when, fewer.item) == (When.NOW, an_item(quantity=1))


def test_they_stay_with_a_plan_they_fit() -> None:
    anywhere, bound = an_item(), an_item(addon="add_2", plans=("plan_1",))
    yearly = Fit(**{**vars(FIT), "interval": "year"})

    assert addons.staying([anywhere, bound], plan="plan_2", old=FIT, new=FIT) == (anywhere,)
    assert addons.staying([anywhere, bound], plan="plan_1", old=FIT, new=FIT) == (anywhere, bound)
    assert addons.staying([anywhere, bound], plan="plan_1", old=FIT, new=yearly) == ()


def test_a_row_keeps_them_as_they_are() -> None:
    items = (an_item(plans=("plan_1",), next_quantity=1), an_item(addon="add_2"))

    assert addons.stored(addons.of(addons.stored(items))) == addons.stored(items)
    assert addons.put(items, None, addon="add_1") == items[1:]
    assert addons.put(items, items[0], addon="add_1") == items
    assert addons.of(None) == ()


@given(
    amount=st.integers(0, 10**9),
    quantity=st.integers(1, 1000),
    cuts=st.lists(st.integers(0, 30 * 86_400), max_size=6),
)
def test_parts_added_one_after_the_other_and_what_was_before_sum_to_the_whole(
    amount: int, quantity: int, cuts: list[int]
) -> None:
    item = an_item(unit_amount=amount, quantity=quantity)
    moments = [JUNE.start, *(JUNE.start + timedelta(seconds=each) for each in sorted(cuts)), JUNE.end]
    left = [sum(each.amount for each in addons.rest([item], JUNE, at=at)) for at in moments]

    assert left[0] == amount * quantity
    assert left[-1] == 0
    assert left == sorted(left, reverse=True)
    assert sum(before - after for before, after in pairwise(left)) == amount * quantity


@given(
    percent=st.integers(1, 10_000),
    plan=st.integers(0, 10**6),
    extra=st.integers(0, 10**6),
    units=st.integers(1, 20),
    wanted=st.integers(0, 20),
)
def test_the_next_charge_is_the_plan_less_its_coupon_and_what_there_will_be_of_each(
    percent: int, plan: int, extra: int, units: int, wanted: int
) -> None:
    item = an_item(unit_amount=extra, quantity=units, next_quantity=wanted)
    discount = {"coupon": "cpn_1", "code": "A", "percent_off": percent, "amount_off": None, "currency": None}
    terms = Terms(
        description="Team",
        quantity=1,
        unit_amount=plan,
        currency="EUR",
        tax_rate=1900,
        tax_behavior="inclusive",
        interval=Interval.MONTH,
        interval_count=1,
        anchor=JUNE.start,
    )
    ahead = Ahead(discount={**discount, "periods_left": None})
    with_addons = Terms(**{**vars(terms), "addons": addons.following([item])})

    alone = renewal.calculate(status=Status.ACTIVE, terms=terms, running=JUNE, ahead=ahead)
    both = renewal.calculate(status=Status.ACTIVE, terms=with_addons, running=JUNE, ahead=ahead)

    assert alone is not None
    assert both is not None
    assert both.totals.total == alone.totals.total + extra * wanted
    assert addons.amount([item]) == extra * wanted
