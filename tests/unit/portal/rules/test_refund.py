"""How much of a payment may go back, and until when."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.payments import refund
from services.portal.rules.payments.refund import PaymentNotPaid, RefundExceedsPayment, Window
from services.portal.rules.reasons import AlreadyRefunded, Reason, RefundWindowOver
from shared.errors import Invalid, Refusal
from shared.money import Money

PAID_AT = datetime(2027, 3, 1, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def look(*, refunded: int = 0, total: int = 5000, window: Window | None = None, now: datetime = PAID_AT) -> object:
    return refund.calculate(
        paid_at=PAID_AT,
        paid=Money(total, "EUR"),
        refunded=Money(refunded, "EUR"),
        window=window or Window(),
        now=now,
    )


@pytest.mark.parametrize(
    ("plan", "product", "portal", "days"),
    [
        (None, None, None, None),
        (None, None, 30, 30),
        (None, 14, 30, 14),
        (7, 14, 30, 7),
        (0, 14, 30, 0),
        (None, 0, 30, 0),
        (30, 0, None, 30),
    ],
)
def test_the_most_specific_period_counts(
    plan: int | None, product: int | None, portal: int | None, days: int | None
) -> None:
    assert Window(plan=plan, product=product, portal=portal).days == days


@pytest.mark.parametrize(
    ("days", "after", "limit"),
    [
        (14, timedelta(), None),
        (14, timedelta(days=14) - SECOND, None),
        (14, timedelta(days=14), None),
        (14, timedelta(days=14) + SECOND, Reason.REFUND_WINDOW_OVER),
        (0, timedelta(), Reason.REFUND_WINDOW_OVER),
        (0, timedelta(days=1), Reason.REFUND_WINDOW_OVER),
        (1, timedelta(days=1), None),
        (None, timedelta(days=10_000), None),
    ],
)
def test_the_period_counts_from_the_second_of_the_payment_with_its_last_day(
    days: int | None, after: timedelta, limit: Reason | None
) -> None:
    found = refund.calculate(
        paid_at=PAID_AT,
        paid=Money(5000, "EUR"),
        refunded=Money(0, "EUR"),
        window=Window(portal=days),
        now=PAID_AT + after,
    )

    assert found.limit is limit
    assert found.until == (None if days is None else PAID_AT + timedelta(days=days))


def test_what_is_not_paid_or_all_gone_cannot_go_back() -> None:
    unpaid = refund.calculate(
        paid_at=None, paid=Money(5000, "EUR"), refunded=Money(0, "EUR"), window=Window(), now=PAID_AT
    )

    with pytest.raises(PaymentNotPaid):
        refund.decide(refundable=unpaid, amount=1)
    for refused, refundable in ((AlreadyRefunded, look(refunded=5000)), (AlreadyRefunded, look(total=0))):
        with pytest.raises(refused):
            refund.decide(refundable=refundable, amount=None)  # type: ignore[arg-type]
    over = refund.calculate(
        paid_at=PAID_AT,
        paid=Money(5000, "EUR"),
        refunded=Money(0, "EUR"),
        window=Window(plan=1),
        now=PAID_AT + timedelta(days=2),
    )
    with pytest.raises(RefundWindowOver):
        refund.decide(refundable=over, amount=1)


@pytest.mark.parametrize(("amount", "refused"), [(5001, RefundExceedsPayment), (0, Invalid), (-1, Invalid)])
def test_an_amount_is_more_than_nothing_and_no_more_than_is_left(amount: int, refused: type[Refusal]) -> None:
    with pytest.raises(refused):
        refund.decide(refundable=look(), amount=amount)  # type: ignore[arg-type]


@given(total=st.integers(0, 10**12), amounts=st.lists(st.one_of(st.none(), st.integers(-5, 10**12)), max_size=30))
def test_refunds_together_never_exceed_what_was_paid(total: int, amounts: list[int | None]) -> None:
    gone = 0
    for amount in amounts:
        found = refund.calculate(
            paid_at=PAID_AT, paid=Money(total, "JPY"), refunded=Money(gone, "JPY"), window=Window(), now=PAID_AT
        )
        try:
            decided = refund.decide(refundable=found, amount=amount)
        except Refusal:
            continue
        assert decided.currency == "JPY"
        assert decided.amount > 0
        gone += decided.amount

    assert 0 <= gone <= total
