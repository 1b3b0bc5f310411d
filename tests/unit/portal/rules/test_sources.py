"""What each billing source can do, where a subscription of Stripe's stands, and what is printed of what it paid."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules import limits
from services.portal.rules.policy import Action
from services.portal.rules.reasons import Reason
from services.portal.rules.sources import paid, standing, support
from services.portal.rules.sources.facts import InvoiceFacts, LineFacts, PlanFacts, SubscriptionFacts
from services.portal.rules.sources.support import Source
from services.portal.rules.subscriptions.lifecycle import Status
from shared.errors import Invalid
from shared.totals import calculate as totals_of

NOW = datetime(2026, 5, 3, tzinfo=UTC)
END = datetime(2026, 5, 31, tzinfo=UTC)
PLAN = PlanFacts(
    id="plan_1", product="prod_1", name=None, currency="EUR", unit_amount=2500, interval="month", interval_count=1
)
RUNNING = SubscriptionFacts(
    id="sub_1",
    customer="cus_1",
    status="active",
    plan=PLAN,
    item="si_1",
    items=1,
    quantity=2,
    total=5000,
    started_at=NOW,
    period_start=NOW,
    period_end=END,
)


def an_invoice(*amounts: int, tax: int, total: int) -> InvoiceFacts:
    lines = tuple(LineFacts(description="Team", quantity=1, amount=each) for each in amounts)
    return InvoiceFacts(
        id="in_1", customer="cus_1", subscription=None, currency="EUR", total=total, tax=tax, lines=lines
    )


def test_the_engine_here_does_everything_and_stripe_not_what_it_would_do_otherwise() -> None:
    beyond = {action for action in Action if not support.is_supported(Source.STRIPE, action)}

    assert all(support.is_supported(Source.NATIVE, action, items=1) for action in Action)
    assert beyond == {Action.PAUSE, Action.CHANGE_ADDONS, Action.UPDATE_PAYMENT_METHOD}


@pytest.mark.parametrize(
    ("action", "items", "is_supported"),
    [
        (Action.CHANGE_QUANTITY, 1, True),
        (Action.CHANGE_QUANTITY, 2, False),
        (Action.CHANGE_PLAN, 2, False),
        (Action.CANCEL, 2, True),
    ],
)
def test_of_several_items_nobody_can_tell_which_is_meant(action: Action, items: int, is_supported: bool) -> None:
    assert support.is_supported(Source.STRIPE, action, items=items) is is_supported


def test_what_the_state_forbids_is_said_before_what_the_source_cannot() -> None:
    at = {"action": Action.PAUSE, "is_beyond_source": True}

    assert limits.decide(**at, status=Status.ACTIVE) is Reason.NOT_SUPPORTED_BY_SOURCE
    assert limits.decide(**at, status=Status.ENDED) is Reason.INVALID_STATE


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"secret_key": "pk_test_abcd"}, "not_a_source_key"),
        ({"secret_key": "sk_live_abcd"}, "source_key_of_other_mode"),
        ({"webhook_secret": "abcd"}, "not_a_webhook_secret"),
    ],
)
def test_keys_are_stripes_and_of_the_mode(keys: dict[str, str], code: str) -> None:
    good = {"secret_key": "rk_test_abcd", "webhook_secret": "whsec_abcd"}

    support.check_keys(**good, mode="test")
    with pytest.raises(Invalid) as refused:
        support.check_keys(**good | keys, mode="test")

    assert [each.code for each in refused.value.fields] == [code]


@pytest.mark.parametrize(
    ("said", "status", "ends_at"),
    [
        ({}, Status.ACTIVE, None),
        ({"status": "trialing"}, Status.TRIALING, None),
        ({"status": "unpaid"}, Status.PAST_DUE, None),
        ({"cancels_at_period_end": True}, Status.CANCELED, END),
        ({"cancel_at": NOW}, Status.CANCELED, NOW),
        ({"is_paused": True, "resumes_at": END}, Status.PAUSED, None),
        ({"status": "canceled", "ended_at": NOW}, Status.ENDED, NOW),
        ({"status": "canceled"}, Status.ENDED, NOW),
    ],
)
def test_stripes_words_in_ours(said: dict[str, Any], status: Status, ends_at: datetime | None) -> None:
    found = standing.decide(replace(RUNNING, **said), now=NOW)

    assert found is not None
    assert (found.status, found.ends_at) == (status, ends_at)
    assert found.resumes_at == said.get("resumes_at")


@pytest.mark.parametrize("status", ["incomplete", "incomplete_expired", "something_new"])
def test_what_never_began_or_nobody_knows_is_not_shown(status: str) -> None:
    assert standing.decide(replace(RUNNING, status=status), now=NOW) is None


@pytest.mark.parametrize(
    ("invoice", "rates", "behavior"),
    [
        (an_invoice(2000, 500, tax=475, total=2975), [1900, 1900], "exclusive"),
        (an_invoice(2975, tax=475, total=2975), [1900], "inclusive"),
        (an_invoice(2500, tax=0, total=2500), [0], "exclusive"),
        (an_invoice(2500, tax=333, total=2833), [1332], "exclusive"),
        (an_invoice(tax=190, total=1190), [1900], "exclusive"),
        (an_invoice(999, tax=0, total=5000), [0], "exclusive"),
        (an_invoice(9_999_999, 1, tax=333, total=10_000_333), [0, 0, 0], "exclusive"),
        (an_invoice(10_000_333, tax=333, total=10_000_333), [0, 0], "exclusive"),
        (an_invoice(100, tax=300, total=400), [0, 0], "exclusive"),
    ],
    ids=["exclusive", "inclusive", "no tax", "odd rate", "no lines", "lines off", "no rate", "no rate inside", "above"],
)
def test_a_document_comes_to_what_was_paid(invoice: InvoiceFacts, rates: list[int], behavior: str) -> None:
    printed = paid.calculate(invoice, description="Invoice", tax_name="Tax")

    totals = totals_of(printed.lines, "EUR", printed.tax_behavior)
    assert ([line.tax_rate for line in printed.lines], printed.tax_behavior) == (rates, behavior)
    assert totals.total == invoice.total


@given(
    amounts=st.lists(st.integers(-10_000, 1_000_000).filter(bool), min_size=1, max_size=5),
    tax=st.integers(0, 100_000),
    is_inclusive=st.booleans(),
)
def test_no_total_ever_differs(amounts: list[int], tax: int, is_inclusive: bool) -> None:
    total = sum(amounts) + (0 if is_inclusive else tax)

    printed = paid.calculate(an_invoice(*amounts, tax=tax, total=total), description="Invoice", tax_name="Tax")

    assert totals_of(printed.lines, "EUR", printed.tax_behavior).total == total
