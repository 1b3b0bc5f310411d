"""What a change of plan or quantity does, when, and what it costs now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.portals.features import Condition, Proration
from services.portal.rules.products.switching import Price, When
from services.portal.rules.subscriptions import plan_change
from services.portal.rules.subscriptions.lifecycle import InvalidState, Status
from services.portal.rules.subscriptions.period import Interval, Period
from services.portal.rules.subscriptions.plan_change import Change, Item, Settings, Standing
from shared.totals import Line

JUNE = Period(start=datetime(2027, 6, 1, tzinfo=UTC), end=datetime(2027, 7, 1, tzinfo=UTC))
MIDDLE = datetime(2027, 6, 16, tzinfo=UTC)
BOTH = frozenset(Condition)


def item(amount: int, *, quantity: int = 1, interval: Interval = Interval.MONTH, plan: str = "team") -> Item:
    price = Price(
        plan=plan,
        group="studio",
        currency="EUR",
        tax_behavior="inclusive",
        unit_amount=amount,
        interval=interval,
        interval_count=1,
    )
    return Item(name=plan.title(), price=price, quantity=quantity, tax_rate=1900, tax_behavior="inclusive")


def whole(amount: int, *, period: Period = JUNE, rate: int = 1900) -> Line:
    start, end = period.start.isoformat(), period.end.isoformat()
    return Line(description="Team", quantity=1, amount=amount, tax_rate=rate, period_start=start, period_end=end)


def standing(**more: Any) -> Standing:
    given: dict[str, Any] = {
        "status": Status.ACTIVE,
        "running": JUNE,
        "anchor": JUNE.start,
        "trial_end": None,
        "is_collected": True,
        "paid": (whole(3000),),
        "discount": None,
        **more,
    }
    return Standing(**given)


def settings(
    proration: Proration = Proration.ALWAYS_INVOICE, *, conditions: frozenset[Condition] = BOTH, end_trial: bool = True
) -> Settings:
    return Settings(proration=proration, conditions=conditions, end_trial=end_trial)


def change(old: Item, new: Item, **more: Any) -> Change:
    given: dict[str, Any] = {
        "standing": standing(),
        "settings": settings(),
        "wanted": None,
        "of_table": None,
        "unused": "Unused",
        "at": MIDDLE,
        **more,
    }
    return plan_change.calculate(old=old, new=new, **given)


def amounts(lines: tuple[Line, ...]) -> list[int]:
    return [line.amount for line in lines]


@pytest.mark.feature("C08")
def test_an_upgrade_is_charged_now_to_the_second() -> None:
    found = change(item(3000), item(6000, plan="pro"))

    assert (found.when, found.effective_at, found.period, found.anchor) == (When.NOW, MIDDLE, JUNE, JUNE.start)
    assert amounts(found.due_now) == [-1500, 3000]
    assert [line.description for line in found.due_now] == ["Unused", "Pro"]
    assert {(line.period_start, line.period_end) for line in found.due_now} == {
        (MIDDLE.isoformat(), JUNE.end.isoformat())
    }


@pytest.mark.feature("C19")
@pytest.mark.parametrize(
    ("old", "new", "conditions", "when"),
    [
        (item(6000), item(3000, plan="solo"), BOTH, When.AT_PERIOD_END),
        (item(6000), item(3000, plan="solo"), frozenset({Condition.SHORTENING_INTERVAL}), When.NOW),
        (item(3000), item(6000, plan="pro"), BOTH, When.NOW),
        (item(3000, quantity=3), item(3000, quantity=2), BOTH, When.AT_PERIOD_END),
        (item(3000, quantity=2), item(3000, quantity=3), BOTH, When.NOW),
        (item(3000), item(30_000, interval=Interval.YEAR, plan="yearly"), BOTH, When.NOW),
        (item(30_000, interval=Interval.YEAR), item(3000, plan="monthly"), BOTH, When.AT_PERIOD_END),
        (
            item(30_000, interval=Interval.YEAR),
            item(3000, plan="monthly"),
            frozenset({Condition.DECREASING_ITEM_AMOUNT}),
            When.NOW,
        ),
        (item(6000), item(3000, plan="solo"), frozenset(), When.NOW),
    ],
    ids=["cheaper", "cheaper, not asked", "dearer", "fewer", "more", "longer", "shorter", "shorter, not asked", "none"],
)
def test_the_portals_conditions_decide_when(old: Item, new: Item, conditions: frozenset[Condition], when: When) -> None:
    assert change(old, new, settings=settings(conditions=conditions)).when is when


@pytest.mark.feature("C19", "M19")
def test_the_vendor_comes_before_the_table_and_the_table_before_the_conditions() -> None:
    down = (item(6000), item(3000, plan="solo"))

    assert change(*down, of_table=When.NOW).when is When.NOW
    assert change(*down, of_table=When.NOW, wanted=When.AT_PERIOD_END).when is When.AT_PERIOD_END


@pytest.mark.feature("C19")
def test_what_waits_costs_nothing_now_and_begins_with_the_next_period() -> None:
    found = change(item(6000), item(3000, plan="solo"))

    assert (found.effective_at, found.due_now, found.pending, found.period) == (JUNE.end, (), (), JUNE)


@pytest.mark.parametrize(
    ("proration", "due", "pending"),
    [
        (Proration.ALWAYS_INVOICE, [-1500, 3000], []),
        (Proration.CREATE_PRORATIONS, [], [-1500, 3000]),
        (Proration.NONE, [], []),
    ],
)
def test_what_becomes_of_the_running_period(proration: Proration, due: list[int], pending: list[int]) -> None:
    found = change(item(3000), item(6000, plan="pro"), settings=settings(proration))

    assert (amounts(found.due_now), amounts(found.pending)) == (due, pending)


@pytest.mark.parametrize(
    ("proration", "due"),
    [
        (Proration.ALWAYS_INVOICE, [-1500, 30_000]),
        (Proration.CREATE_PRORATIONS, [-1500, 30_000]),
        (Proration.NONE, [30_000]),
    ],
)
def test_another_interval_begins_a_period_now(proration: Proration, due: list[int]) -> None:
    new = item(30_000, interval=Interval.YEAR, plan="yearly")

    found = change(item(3000), new, settings=settings(proration))

    assert amounts(found.due_now) == due
    assert found.anchor == found.period.start == MIDDLE
    assert found.period.end == datetime(2028, 6, 16, tzinfo=UTC)


def test_what_was_paid_counts_not_what_it_costs() -> None:
    discounted = (whole(3000), whole(-600))

    assert amounts(change(item(3000), item(6000, plan="pro"), standing=standing(paid=discounted)).due_now) == [
        -1200,
        3000,
    ]
    assert amounts(change(item(3000), item(6000, plan="pro"), standing=standing(paid=())).due_now) == [3000]


def test_a_second_change_gives_back_what_the_first_one_charged() -> None:
    first = change(item(3000), item(6000, plan="pro"))
    paid = (whole(3000), *first.due_now)

    back = change(item(6000, plan="pro"), item(3000), standing=standing(paid=paid), wanted=When.NOW, at=MIDDLE)

    assert amounts(back.due_now) == [-3000, 1500]
    assert sum(amounts(first.due_now)) + sum(amounts(back.due_now)) == 0


def test_unused_time_is_given_back_at_the_rates_it_was_paid_at() -> None:
    paid = (whole(3000, rate=1900), whole(1000, rate=700))

    found = change(item(3000), item(6000, plan="pro"), standing=standing(paid=paid))

    assert [(line.amount, line.tax_rate) for line in found.due_now] == [(-500, 700), (-1500, 1900), (3000, 1900)]


@pytest.mark.parametrize(("left", "due"), [(None, [-1500, 3000, -600]), (2, [-1500, 3000, -600]), (1, [-1500, 3000])])
def test_a_coupon_that_goes_on_counts_for_the_rest_and_is_not_used_up(left: int | None, due: list[int]) -> None:
    found = change(item(3000), item(6000, plan="pro"), standing=standing(discount=_discount(left)), at=MIDDLE)

    assert amounts(found.due_now) == due
    assert not found.uses_discount


def test_a_whole_period_uses_one_charge_of_the_coupon() -> None:
    new = item(30_000, interval=Interval.YEAR, plan="yearly")

    found = change(item(3000), new, standing=standing(discount=_discount(1)))

    assert (amounts(found.due_now), found.uses_discount) == ([-1500, 30_000, -6000], True)


TRIAL_END = datetime(2027, 6, 20, tzinfo=UTC)


@pytest.mark.feature("C21")
@pytest.mark.parametrize("new", [item(6000, plan="pro"), item(1000, plan="solo")], ids=["up", "down"])
def test_a_change_ends_the_trial_and_charges_the_first_period(new: Item) -> None:
    trial = standing(status=Status.TRIALING, trial_end=TRIAL_END, paid=())

    found = change(item(3000), new, standing=trial)

    assert (found.status, found.trial_end, found.when) == (Status.ACTIVE, None, When.NOW)
    assert found.period == Period(start=MIDDLE, end=datetime(2027, 7, 16, tzinfo=UTC))
    assert amounts(found.due_now) == [new.amount]


@pytest.mark.feature("C21")
def test_or_the_trial_goes_on_with_the_new_plan() -> None:
    trial = standing(status=Status.TRIALING, trial_end=TRIAL_END, paid=())

    found = change(item(3000), item(6000, plan="pro"), standing=trial, settings=settings(end_trial=False))

    assert (found.status, found.trial_end, found.due_now, found.period) == (Status.TRIALING, TRIAL_END, (), JUNE)


@pytest.mark.parametrize("new", [item(6000, plan="pro"), item(30_000, interval=Interval.YEAR, plan="yearly")])
def test_what_the_vendor_collects_is_not_charged_here(new: Item) -> None:
    found = change(item(3000), new, standing=standing(is_collected=False))

    assert (found.when, found.due_now, found.pending) == (When.NOW, (), ())


@pytest.mark.parametrize("status", [Status.PAST_DUE, Status.PAUSED, Status.CANCELED, Status.ENDED])
def test_only_what_runs_and_is_paid_changes(status: Status) -> None:
    with pytest.raises(InvalidState):
        change(item(3000), item(6000, plan="pro"), standing=standing(status=status))


@given(
    old=st.integers(0, 10**9),
    new=st.integers(0, 10**9),
    second=st.integers(0, 30 * 86_400 - 1),
    later=st.integers(0, 30 * 86_400 - 1),
)
def test_there_and_back_never_makes_money(old: int, new: int, second: int, later: int) -> None:
    """Whoever changes and changes back pays at least for what was used at the cheaper price."""
    start, end = sorted((second, later))
    at, back_at = JUNE.start + timedelta(seconds=start), JUNE.start + timedelta(seconds=end)
    first = change(item(old), item(new, plan="pro"), standing=standing(paid=(whole(old),)), wanted=When.NOW, at=at)
    paid = (whole(old), *first.due_now)

    second_change = change(item(new, plan="pro"), item(old), standing=standing(paid=paid), wanted=When.NOW, at=back_at)

    total = sum(amounts(paid)) + sum(amounts(second_change.due_now))
    cheap, dear = sorted((old, new))
    assert cheap - 3 <= total <= dear + 3


def _discount(left: int | None) -> dict[str, Any]:
    return {
        "coupon": "cpn_1",
        "code": "SPRING",
        "percent_off": 2000,
        "amount_off": None,
        "currency": None,
        "periods_left": left,
    }


def test_a_zone_counts_periods_on_its_wall_clock() -> None:
    berlin = replace(standing(), zone=ZoneInfo("Europe/Berlin"))
    march = datetime(2027, 3, 1, 8, tzinfo=UTC)

    found = change(item(3000, interval=Interval.YEAR), item(3000), standing=berlin, wanted=When.NOW, at=march)

    assert found.period == Period(start=march, end=datetime(2027, 4, 1, 7, tzinfo=UTC))
