"""Which plan may follow which, and how many of it."""

from typing import Any

import pytest

from services.portal.rules.policy import Decision
from services.portal.rules.products import switching
from services.portal.rules.products.switching import Price, Switch, When, Why
from services.portal.rules.reasons import QuantityOutOfRange
from services.portal.rules.subscriptions import quantity
from services.portal.rules.subscriptions.period import Interval
from services.portal.rules.subscriptions.quantity import Bounds, QuantityNotAdjustable


def price(plan: str = "team", amount: int = 2500, **more: Any) -> Price:
    given: dict[str, Any] = {
        "plan": plan,
        "group": "studio",
        "currency": "EUR",
        "tax_behavior": "inclusive",
        "unit_amount": amount,
        "interval": Interval.MONTH,
        "interval_count": 1,
        **more,
    }
    return Price(**given)


def decide(target: Price, *, current: Price | None = None, **more: Any) -> Switch:
    given: dict[str, Any] = {"of_group": [], "of_subscription": None, "allow_downgrade": True, **more}
    return switching.decide(current=current or price(), target=target, **given)


def entry(**more: Any) -> dict[str, Any]:
    blank = dict.fromkeys(("from", "to", "decision", "timing", "minimum", "maximum"))
    return {**blank, **more}


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (price(), Why.CURRENT),
        (price("pro", group="other"), Why.OUTSIDE_GROUP),
        (price("pro", group=None), Why.OUTSIDE_GROUP),
        (price("pro", currency="USD"), Why.OTHER_CURRENCY),
        (price("pro", tax_behavior="exclusive"), Why.OTHER_TAX),
        (price("pro", is_archived=True), Why.ARCHIVED),
        (price("pro", 4900), None),
        (price("solo", 900), None),
    ],
)
def test_what_no_table_can_allow(target: Price, why: Why | None) -> None:
    allowed = [entry(to=target.plan, decision="allowed")]

    found = decide(target, of_group=allowed)

    assert (found.why, found.decision) == (why, Decision.DENIED if why else Decision.ALLOWED)


def test_without_a_group_nothing_follows() -> None:
    assert decide(price("pro", group=None), current=price(group=None)).why is Why.OUTSIDE_GROUP


@pytest.mark.parametrize(
    ("current", "target", "is_downgrade"),
    [
        (price(), price("solo", 900), True),
        (price(), price("pro", 4900), False),
        (price(), price("team quarterly", 6000, interval_count=3), False),
        (price(), price("team yearly", 25_000, interval=Interval.YEAR), False),
        (price("team yearly", 25_000, interval=Interval.YEAR), price(), False),
        (price("team yearly", 25_000, interval=Interval.YEAR), price("solo", 900), True),
        (price(), price("weekly", 500, interval=Interval.WEEK), True),
        (price(), price("weekly", 600, interval=Interval.WEEK), False),
    ],
)
def test_a_downgrade_is_cheaper_per_month_without_a_longer_commitment(
    current: Price, target: Price, is_downgrade: bool
) -> None:
    found = decide(target, current=current, allow_downgrade=False)

    assert switching.is_downgrade(current, target) is is_downgrade
    assert found.why is (Why.DOWNGRADE if is_downgrade else None)
    assert decide(target, current=current).decision is Decision.ALLOWED


@pytest.mark.feature("M19")
@pytest.mark.parametrize(
    ("table", "own", "decision", "when"),
    [
        ([], None, Decision.ALLOWED, None),
        ([entry(to="pro", decision="denied")], None, Decision.DENIED, None),
        ([entry(to="pro", decision="needs_approval", timing="now")], None, Decision.NEEDS_APPROVAL, When.NOW),
        (
            [entry(decision="denied"), entry(to="pro", timing="at_period_end")],
            None,
            Decision.ALLOWED,
            When.AT_PERIOD_END,
        ),
        ([entry(to="pro", decision="denied"), entry(**{"from": "team", "to": "pro"})], None, Decision.ALLOWED, None),
        ([entry(**{"from": "solo", "decision": "denied"})], None, Decision.ALLOWED, None),
        ([entry(to="pro", decision="denied")], [entry(decision="allowed")], Decision.ALLOWED, None),
        ([], [entry(to="pro", decision="denied")], Decision.DENIED, None),
    ],
    ids=["none", "denied", "asked", "more exact", "most exact", "other origin", "own allows", "own denies"],
)
def test_the_table_of_switches(
    table: list[dict[str, Any]], own: list[dict[str, Any]] | None, decision: Decision, when: When | None
) -> None:
    found = decide(price("pro", 4900), of_group=table, of_subscription=own)

    assert (found.decision, found.when) == (decision, when)
    assert found.why is (Why.NOT_ALLOWED if decision is Decision.DENIED else None)


def test_a_table_may_allow_the_downgrade_that_the_portal_denies() -> None:
    table = [entry(to="solo", decision="allowed", minimum=1, maximum=3)]

    found = decide(price("solo", 900), of_group=table, allow_downgrade=False)

    assert (found.decision, found.bounds) == (Decision.ALLOWED, Bounds(minimum=1, maximum=3))


SEATS = {"enabled": True, "minimum": 2, "maximum": 10}


@pytest.mark.feature("C15")
@pytest.mark.parametrize("wanted", [2, 3, 10])
def test_quantities_within_the_bounds(wanted: int) -> None:
    assert quantity.decide(wanted=wanted, adjustable=SEATS, unit_label="seat") == wanted


@pytest.mark.feature("C15")
@pytest.mark.parametrize("wanted", [1, 0, -3, 11, 2.5, "3", True, None, 10**30])
def test_quantities_outside_of_them_name_them(wanted: object) -> None:
    with pytest.raises(QuantityOutOfRange) as refused:
        quantity.decide(wanted=wanted, adjustable=SEATS, unit_label="seat")

    assert refused.value.params == {"minimum": 2, "maximum": 10}


def test_a_switch_narrows_the_bounds() -> None:
    with pytest.raises(QuantityOutOfRange) as refused:
        quantity.decide(wanted=9, adjustable=SEATS, unit_label="seat", narrower=Bounds(minimum=1, maximum=5))

    assert refused.value.params == {"minimum": 2, "maximum": 5}


@pytest.mark.parametrize(
    ("adjustable", "unit_label"), [(None, "seat"), ({"enabled": False}, "seat"), (SEATS, None), (SEATS, "")]
)
def test_without_a_word_for_one_or_leave_the_quantity_stays(
    adjustable: dict[str, Any] | None, unit_label: str | None
) -> None:
    with pytest.raises(QuantityNotAdjustable):
        quantity.decide(wanted=3, adjustable=adjustable, unit_label=unit_label)
