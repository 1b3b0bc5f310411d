"""Are the decisions about payments right: answers, declines, cards, credit, card numbers?"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.payments import card_numbers, crediting, decline, granting, method, outcome, paying
from services.portal.rules.payments.crediting import Kept
from services.portal.rules.payments.decline import Group
from services.portal.rules.payments.outcome import Result
from services.portal.rules.reasons import LastPaymentMethod
from shared.errors import PanDetected
from shared.i18n import LANGUAGES, text
from shared.totals import Line, TaxBehavior
from shared.totals import calculate as totals_of

NINE = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("result", "payment", "attempt", "is_final"),
    [
        (Result.SUCCEEDED, "succeeded", "succeeded", True),
        (Result.DECLINED, "open", "declined", True),
        (Result.ACTION_REQUIRED, "action_required", "action_required", False),
        (Result.UNKNOWN, "unknown", "unknown", False),
    ],
)
def test_each_answer_means_one_thing(result: Result, payment: str, attempt: str, is_final: bool) -> None:
    means = outcome.decide(result=result, called_at=NINE, now=NINE)

    assert (means.payment, means.attempt, means.is_final) == (payment, attempt, is_final)
    assert outcome.told(payment) is result


def test_what_is_being_tried_came_to_nothing_yet_and_what_nobody_owes_was_declined() -> None:
    assert outcome.told("pending") is None
    assert outcome.told("voided") is Result.DECLINED


@pytest.mark.parametrize(
    ("minutes", "again_after"), [(0, 1), (1, 1), (2, 2), (4, 4), (60, 60), (600, 60)], ids=lambda minutes: f"{minutes}m"
)
def test_silence_is_asked_about_at_growing_distances(minutes: int, again_after: int) -> None:
    now = NINE + timedelta(minutes=minutes)

    means = outcome.decide(result=Result.UNKNOWN, called_at=NINE, now=now)

    assert means.ask_again_at == now + timedelta(minutes=again_after)


@pytest.mark.parametrize(
    ("code", "group", "is_terminal"),
    [
        ("insufficient_funds", Group.INSUFFICIENT_FUNDS, False),
        ("expired_card", Group.CARD_EXPIRED, False),
        ("incorrect_cvc", Group.WRONG_DETAILS, False),
        ("invalid_number", Group.WRONG_DETAILS, False),
        ("transaction_not_allowed", Group.INTERNATIONAL, False),
        ("authentication_failed", Group.AUTHENTICATION_FAILED, False),
        ("authentication_required", Group.AUTHENTICATION_FAILED, False),
        ("no_payment_method", Group.NO_PAYMENT_METHOD, False),
        ("processing_error", Group.PROCESSING_ERROR, False),
        ("generic_decline", Group.DECLINED, False),
        ("a code of tomorrow", Group.DECLINED, False),
        (None, Group.DECLINED, False),
        ("lost_card", Group.DECLINED, True),
        ("stolen_card", Group.DECLINED, True),
        ("account_closed", Group.DECLINED, True),
    ],
)
def test_a_decline_code_belongs_to_a_group(code: str | None, group: Group, is_terminal: bool) -> None:
    found = decline.decide(code)

    assert (found.group, found.is_terminal) == (group, is_terminal)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("group", Group)
def test_each_group_has_a_sentence_that_does_not_name_its_code(group: Group, language: str) -> None:
    sentence = text(f"portal.decline.{group.value}", language)

    assert sentence.endswith((".", "。"))
    assert "_" not in sentence


@pytest.mark.parametrize(
    ("own", "default", "kept", "charged"),
    [
        ("a", "b", ("a", "b"), "a"),
        ("a", "b", ("b",), "b"),
        (None, "b", ("a", "b"), "b"),
        (None, None, ("a",), None),
        ("a", None, (), None),
    ],
    ids=["own", "own is gone", "default", "none is the default", "none at all"],
)
def test_which_card_is_charged(
    own: str | None, default: str | None, kept: tuple[str, ...], charged: str | None
) -> None:
    assert method.charged(own=own, default=default, kept=kept) == charged


@pytest.mark.parametrize(
    ("ordered", "tried", "is_terminal", "off_session", "next_card"),
    [
        (("a", "b", "c"), {"a"}, True, True, "b"),
        (("b", "a"), {"a"}, True, True, "b"),
        (("a", "b", "c"), {"a", "b"}, True, True, None),
        (("a",), {"a"}, True, True, None),
        (("a", "b"), {"a"}, False, True, None),
        (("a", "b"), {"a"}, True, False, None),
    ],
    ids=["next", "in their order", "once", "no other", "not final", "the customer is here"],
)
def test_which_card_follows(
    ordered: tuple[str, ...], tried: set[str], is_terminal: bool, off_session: bool, next_card: str | None
) -> None:
    found = method.backup(ordered=ordered, tried=tried, is_terminal=is_terminal, off_session=off_session)

    assert found == next_card


def test_the_last_card_that_is_needed_stays() -> None:
    method.require_removable(others=1, is_needed=True)
    method.require_removable(others=0, is_needed=False)
    with pytest.raises(LastPaymentMethod):
        method.require_removable(others=0, is_needed=True)


@pytest.mark.parametrize(
    ("status", "may_try"),
    [("open", True), ("pending", False), ("unknown", False), ("action_required", False)],
)
def test_only_what_is_open_is_tried(status: str, may_try: bool) -> None:
    assert paying.decide(status=status).may_try is may_try


@pytest.mark.parametrize(("status", "refusal"), [("succeeded", paying.AlreadyPaid), ("voided", paying.NoLongerOwed)])
def test_what_is_over_is_not_paid(status: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        paying.decide(status=status)


def line(amount: int, rate: int = 1900) -> Line:
    return Line(description="x", quantity=1, amount=amount, tax_rate=rate)


def credit(amount: int, rate: int = 1900, name: str = "cr_1") -> Kept:
    return Kept(id=name, description="Credit", remaining=amount, tax_rate=rate)


def test_credit_comes_off_oldest_first_and_what_is_left_stays() -> None:
    used = crediting.calculate(
        lines=[line(10_000)],
        kept=[credit(3_000), credit(9_000, name="cr_2")],
        currency="EUR",
        tax_behavior="inclusive",
    )

    assert [(each.id, each.amount, each.line.amount) for each in used] == [
        ("cr_1", 3_000, -3_000),
        ("cr_2", 7_000, -7_000),
    ]


_AMOUNTS = st.integers(-50_000, 50_000)
_RATES = st.sampled_from([0, 700, 1900])
_LINES = st.lists(st.builds(line, _AMOUNTS, _RATES), min_size=1, max_size=4)
_BEHAVIORS = st.sampled_from(["inclusive", "exclusive"])


@given(lines=_LINES, kept=st.lists(st.builds(credit, st.integers(1, 60_000), _RATES), max_size=3), behavior=_BEHAVIORS)
def test_a_bill_less_credit_is_never_below_nothing(lines: list[Line], kept: list[Kept], behavior: TaxBehavior) -> None:
    before = totals_of(lines, "EUR", behavior).total
    used = crediting.calculate(lines=lines, kept=kept, currency="EUR", tax_behavior=behavior)
    after = totals_of([*lines, *(each.line for each in used)], "EUR", behavior).total

    assert after >= min(before, 0)
    assert after <= max(before, 0) or before < 0
    assert all(0 < each.amount <= of.remaining for each, of in zip(used, kept, strict=False))
    assert (
        before <= 0
        or after == 0
        or sum(each.amount for each in used) == sum(each.remaining for each in kept)
        or (behavior == "exclusive" and after <= 2)
    )


@pytest.mark.feature("C27")
def test_a_grant_is_a_discount_at_the_rates_of_what_it_is_taken_off() -> None:
    grant = Kept(id="cr_1", description="Welcome", remaining=3_000, tax_rate=None)

    used = crediting.calculate(
        lines=[line(2_000, 1900), line(4_000, 700)], kept=[grant], currency="EUR", tax_behavior="inclusive"
    )

    assert [(each.id, each.line.amount, each.line.tax_rate) for each in used] == [
        ("cr_1", -2_000, 1900),
        ("cr_1", -1_000, 700),
    ]


@pytest.mark.feature("C27")
@given(lines=_LINES, amounts=st.lists(st.integers(1, 60_000), min_size=1, max_size=3), behavior=_BEHAVIORS)
def test_a_grant_takes_no_rate_below_nothing_and_never_more_than_is_left(
    lines: list[Line], amounts: list[int], behavior: TaxBehavior
) -> None:
    kept = [Kept(id=f"cr_{at}", description="x", remaining=most, tax_rate=None) for at, most in enumerate(amounts)]
    used = crediting.calculate(lines=lines, kept=kept, currency="EUR", tax_behavior=behavior)
    billed = [*lines, *(each.line for each in used)]

    before, after = (totals_of(each, "EUR", behavior).total for each in (lines, billed))
    assert min(before, 0) <= after <= max(before, 0) or before < 0
    for each in kept:
        assert 0 <= sum(part.amount for part in used if part.id == each.id) <= each.remaining
    for rate in {each.line.tax_rate for each in used}:
        assert sum(each.amount for each in billed if each.tax_rate == rate) >= 0
    rest = sum(amounts) - sum(each.amount for each in used)
    assert before <= 0 or rest == 0 or after <= (0 if behavior == "inclusive" else 3)


@pytest.mark.feature("C27")
@pytest.mark.parametrize(("source", "remaining"), [("unused", 5), ("topped_up", 5), ("granted", 0)])
def test_only_what_is_left_of_a_grant_is_the_vendors_to_take_back(source: str, remaining: int) -> None:
    assert granting.decide(source="granted", remaining=7) == 7
    with pytest.raises(granting.CreditNotWithdrawable):
        granting.decide(source=source, remaining=remaining)


@given(lines=_LINES, behavior=_BEHAVIORS)
def test_what_is_below_nothing_becomes_credit_and_the_bill_comes_to_nothing(
    lines: list[Line], behavior: TaxBehavior
) -> None:
    kept = crediting.excess(lines=lines, currency="EUR", tax_behavior=behavior)
    total = totals_of([*lines, *(line(amount, rate) for rate, amount in kept.items())], "EUR", behavior).total

    before = totals_of(lines, "EUR", behavior).total
    assert total >= 0
    assert (before >= 0 and not kept) or 0 <= total <= (0 if behavior == "inclusive" else 2)


@pytest.mark.parametrize(
    "words",
    [
        "4242424242424242",
        "my card is 4242 4242 4242 4242, thanks",
        "4242-4242-4242-4242",
        "4242.4242.4242.4242",
        "４２４２４２４２４２４２４２４２",
        "378282246310005",
        "6011000990139424",
        "Ada 4000\u00a00025\u00a00000\u00a03155",
        "1 4242424242424242 2",
    ],
)
def test_a_card_number_is_found(words: str) -> None:
    with pytest.raises(PanDetected):
        card_numbers.decide(words)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "4242424242424241",
        "424242424242",
        "+49 1512 3456 7890 12",
        "sub_01m80xb0njecmv69fgt9d30pbm",
        "LICENSE4242424242424242KEY",
        "42 is 4 times 2 and more",
        "2026-11-22T06:07:04",
    ],
)
def test_what_is_none_is_let_through(words: str) -> None:
    card_numbers.decide(words)
