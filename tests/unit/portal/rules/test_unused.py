"""What comes back for unused time: in money what was paid in money, as credit what was paid with credit; never more."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.payments import crediting
from services.portal.rules.subscriptions import proration, unused, worth
from services.portal.rules.subscriptions.period import Period
from services.portal.rules.subscriptions.unused import Kept, Paid, Unused
from services.portal.rules.subscriptions.worth import OfRate
from shared.totals import Line, TaxBehavior
from shared.totals import calculate as totals_of

JUNE = Period(start=datetime(2027, 6, 1, tzinfo=UTC), end=datetime(2027, 7, 1, tzinfo=UTC))
MAY = Period(start=datetime(2027, 5, 1, tzinfo=UTC), end=JUNE.start)


def line(amount: int, rate: int = 1900, *, of: Period | None = JUNE) -> Line:
    """Of a period, or of none: credit that is used."""
    start, end = (None, None) if of is None else (of.start.isoformat(), of.end.isoformat())
    return Line(description="Team", quantity=1, amount=amount, tax_rate=rate, period_start=start, period_end=end)


def paid(*lines: Line, refunded: int = 0, kept: Sequence[Kept] = (), tax: TaxBehavior = "inclusive") -> Paid:
    total = totals_of(lines, "EUR", tax).total
    found = worth.calculate(lines=lines, period=JUNE, total=total, currency="EUR", tax_behavior=tax)
    return Paid(payment="pay_1", period=JUNE, worth=found, total=total, refunded=refunded, kept=kept)


def left(of: Paid, day: int) -> tuple[int, int]:
    """In money and as credit, on a day of June."""
    found = unused.calculate([of], at=datetime(2027, 6, day, tzinfo=UTC))
    return (found[0].money.total, found[0].credit.total) if found else (0, 0)


@pytest.mark.parametrize(
    ("lines", "money", "credit"),
    [
        ([line(3000)], 3000, 0),
        ([line(3000), line(-600)], 2400, 0),
        ([line(3000), line(-1200, of=None)], 1800, 1200),
        ([line(3000), line(-3000, of=None)], 0, 3000),
        ([line(6000), line(-1250, of=MAY), line(3000, of=MAY)], 6000, 0),
        ([line(900), line(-3000, of=MAY), line(450, of=MAY), line(1650, of=None)], 0, 900),
        ([line(25_000), line(-1250, of=MAY)], 23_750, 1250),
        ([line(-3000), line(450), line(2550, of=None)], 0, 0),
    ],
    ids=[
        "money",
        "a coupon",
        "some credit",
        "all credit",
        "an upgrade of May charged with it",
        "a downgrade of May, more than June costs",
        "another interval, begun with the rest of May",
        "a downgrade within June: the first payment holds it all",
    ],
)
def test_what_was_bought_of_the_period_and_how_it_was_paid(lines: list[Line], money: int, credit: int) -> None:
    found = paid(*lines).worth

    assert (found.money.total, found.credit.total) == (money, credit)


def test_credit_keeps_its_own_tax_rate() -> None:
    found = paid(line(3000), line(-1200, 700, of=None)).worth

    assert found.money.rates == (OfRate(1900, 1800),)
    assert found.credit.rates == (OfRate(700, 1200),)


def test_prices_without_tax_come_back_without_tax() -> None:
    found = paid(line(3000), line(-1200, of=None), tax="exclusive").worth

    assert (found.money.total, found.money.rates) == (2142, (OfRate(1900, 1800),))
    assert (found.credit.total, found.credit.rates) == (1428, (OfRate(1900, 1200),))


@pytest.mark.parametrize(
    ("of", "day", "money", "credit"),
    [
        (paid(line(3000)), 11, 2000, 0),
        (paid(line(3000), refunded=1500), 11, 1500, 0),
        (paid(line(3000), line(-1200, of=None)), 11, 1200, 800),
        (paid(line(3000), line(-1200, of=None), refunded=1800), 11, 0, 800),
        (paid(line(3000), line(-3000, of=None)), 11, 0, 2000),
        (paid(line(6000), kept=[Kept(2550, datetime(2027, 6, 16, tzinfo=UTC))]), 16, 450, 0),
        (paid(line(6000), kept=[Kept(2550, datetime(2027, 6, 16, tzinfo=UTC))], refunded=3450), 16, 0, 0),
        (paid(line(6000), line(-6000, of=None), kept=[Kept(0, JUNE.start, credit=5100)]), 16, 0, 450),
    ],
    ids=[
        "the rest of the month",
        "within what is left of it",
        "in money and as credit",
        "the money is gone, the credit is not",
        "all of it as credit",
        "a downgrade kept a part",
        "kept and refunded, nothing is left",
        "a part of the credit was kept before",
    ],
)
def test_what_is_unused(of: Paid, day: int, money: int, credit: int) -> None:
    assert left(of, day) == (money, credit)


def test_the_part_of_each_payment_counts_for_its_own_period() -> None:
    late = Period(datetime(2027, 6, 21, tzinfo=UTC), JUNE.end)
    added = worth.calculate(
        lines=[line(1000, of=late)], period=late, total=1000, currency="EUR", tax_behavior="inclusive"
    )
    second = Paid(payment="pay_2", period=late, worth=added, total=1000, refunded=0)

    found = unused.calculate([paid(line(3000)), second], at=datetime(2027, 6, 22, tzinfo=UTC))

    assert [(each.payment, each.total) for each in found] == [("pay_1", 900), ("pay_2", 900)]


RATES = st.sampled_from([0, 700, 1900, 2550])
TAXES: st.SearchStrategy[TaxBehavior] = st.sampled_from(["inclusive", "exclusive"])
MOMENTS = st.integers(0, 30 * 86_400 - 1).map(lambda seconds: JUNE.start + timedelta(seconds=seconds))


@st.composite
def bills(draw: st.DrawFn) -> tuple[list[Line], TaxBehavior]:
    """A period, perhaps with a coupon and what May left over, less some credit: as bills are made."""
    tax, rate = draw(TAXES), draw(RATES)
    amount = draw(st.integers(0, 100_000))
    lines = [line(amount, rate), line(-draw(st.integers(0, amount)), rate)]
    lines += [line(each, draw(RATES), of=MAY) for each in draw(st.lists(st.integers(-50_000, 50_000), max_size=2))]
    below = crediting.excess(lines=lines, currency="EUR", tax_behavior=tax)
    if totals_of(lines, "EUR", tax).total < 0:
        return [*lines, *(line(more, of_rate, of=None) for of_rate, more in below.items())], tax
    kept = [
        crediting.Kept(id=str(number), description="", remaining=each, tax_rate=draw(RATES))
        for number, each in enumerate(draw(st.lists(st.integers(1, 80_000), max_size=3)))
    ]
    used = crediting.calculate(lines=lines, kept=kept, currency="EUR", tax_behavior=tax)
    return [*lines, *(each.line for each in used)], tax


def value(found: Unused, tax: TaxBehavior) -> tuple[int, int]:
    """Of the credits that are made of it."""
    return worth.value(found.money.rates, "EUR", tax), worth.value(found.credit.rates, "EUR", tax)


@given(bill=bills())
def test_money_is_never_more_than_was_paid_nor_credit_than_was_taken_off(bill: tuple[list[Line], TaxBehavior]) -> None:
    lines, tax = bill
    of = paid(*lines, tax=tax)
    off = [each for each in lines if each.period_end != JUNE.end.isoformat() and each.amount < 0]

    assert 0 <= of.worth.money.total <= of.total
    assert 0 <= of.worth.credit.total <= -totals_of(off, "EUR", tax).total + len(off)
    assert worth.value(of.worth.money.rates, "EUR", tax) <= of.worth.money.total
    assert worth.value(of.worth.credit.rates, "EUR", tax) <= of.worth.credit.total


@given(
    bill=bills(),
    steps=st.lists(
        st.tuples(MOMENTS, st.sampled_from(["refund", "moved", "all"]), st.integers(0, 10_000), st.integers(0, 10_000)),
        max_size=6,
    ).map(lambda found: sorted(found, key=lambda step: step[0])),
)
def test_in_any_order_no_more_goes_back_than_was_paid(
    bill: tuple[list[Line], TaxBehavior], steps: list[tuple[datetime, str, int, int]]
) -> None:
    """Refunds by hand, parts that became credit, and all that is unused: in money and as credit, each within bounds."""
    lines, tax = bill
    whole = paid(*lines, tax=tax)
    refunded, kept, in_rates = 0, [], 0
    for at, what, share, other in steps:
        kept_money = sum(each.money for each in kept)
        if what == "refund":
            refunded += (whole.total - refunded - kept_money) * share // 10_000
            continue
        (found,) = unused.calculate([paid(*lines, refunded=refunded, kept=kept, tax=tax)], at=at) or (None,)
        if found is None:
            continue
        parts = (share, other) if what == "moved" else (10_000, 10_000)
        money = worth.part(found.money, found.money.total * parts[0] // 10_000)
        credit = worth.part(found.credit, found.credit.total * parts[1] // 10_000)
        kept.append(Kept(money.total, at, credit=credit.total))
        in_rates += sum(value(Unused(payment="", money=money, credit=credit), tax))

        ahead = proration.calculate(whole.worth.money.total, of=JUNE, start=at)
        assert found.money.total <= ahead
    given_back = sum(each.money + each.credit for each in kept)
    assert refunded + sum(each.money for each in kept) <= whole.total
    assert sum(each.credit for each in kept) <= whole.worth.credit.total
    assert in_rates <= given_back


@given(bill=bills(), at=MOMENTS)
def test_what_was_given_back_once_is_not_unused_any_more(bill: tuple[list[Line], TaxBehavior], at: datetime) -> None:
    lines, tax = bill
    found = unused.calculate([paid(*lines, tax=tax)], at=at)
    kept = [Kept(each.money.total, at, credit=each.credit.total) for each in found]

    assert unused.calculate([paid(*lines, kept=kept, tax=tax)], at=at) == ()
