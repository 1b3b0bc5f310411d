"""Money in three steps, with each card of the sandbox."""

from typing import Any

import pytest
from sqlalchemy import select

from services.portal.actions.payments import bills
from services.portal.actions.payments.bills import Bill, Opened
from services.portal.models import Base
from services.portal.queries import time
from services.portal.rules.payments.outcome import Result
from shared.events import PaymentActionRequired, PaymentFailed, PaymentSucceeded
from shared.totals import Line
from tests.integration.portal import cards
from tests.integration.portal.shop import Shop


def owed(shop: Shop, customer: str, *, amount: int = 1190, off_session: bool = True, **more: Any) -> Opened:
    """A bill for something."""
    bill: dict[str, Any] = {
        "customer": customer,
        "subscription": None,
        "product": None,
        "kind": "recorded",
        "period": None,
        "lines": (Line(description="Reeds", quantity=1, amount=amount, tax_rate=1900),),
        "currency": "EUR",
        "tax_behavior": "inclusive",
        "payment_method": None,
        **more,
    }
    with shop.inside() as session:
        return bills.open_bill(session, Bill(**bill), off_session=off_session, now=time.now(session))


def collected(shop: Shop, number: str, *, off_session: bool = True) -> tuple[Result, dict[str, Any]]:
    """What became of a bill to a customer with this card; the payment as the API shows it."""
    customer = shop.customer()["id"]
    cards.card(shop, customer, number)
    opened = owed(shop, customer, off_session=off_session)
    assert opened.intent is not None
    return cards.carry_out(shop, opened.intent), shop.get(f"/v1/payments/{opened.payment.id}")


@pytest.mark.feature("D12")
def test_a_card_that_pays_pays(shop: Shop) -> None:
    result, payment = collected(shop, cards.PAYS)

    (said,) = shop.said(PaymentSucceeded)
    assert result is Result.SUCCEEDED
    assert payment["status"] == "succeeded"
    assert payment["method"] == said.method == "Visa **** 4242"
    assert said.total == 1190


@pytest.mark.feature("D12")
@pytest.mark.parametrize(
    ("number", "decline_code"),
    [
        ("4000000000000002", "generic_decline"),
        ("4000000000009995", "insufficient_funds"),
        ("4000000000000069", "expired_card"),
        ("4000000000000127", "incorrect_cvc"),
        ("4000000000000119", "processing_error"),
        ("4000000000009987", "lost_card"),
        ("4000000000009979", "stolen_card"),
        ("4111111111111111", "generic_decline"),
        ("4242424242424241", "generic_decline"),
        ("42424242", "invalid_number"),
    ],
)
def test_other_cards_are_refused_when_they_are_entered(shop: Shop, number: str, decline_code: str) -> None:
    customer = shop.customer()["id"]
    setup_id = cards.visit(shop, customer)

    entered = cards.enter(shop, setup_id, number)

    assert entered.next_url is None
    assert entered.decline_code == decline_code
    assert cards.finish(shop, setup_id) is None
    assert shop.get(f"/v1/payment_methods?customer={customer}")["data"] == []


@pytest.mark.feature("D12", "D05")
@pytest.mark.parametrize(
    ("number", "decline_code", "reason"),
    [
        (cards.KEPT_BUT_DECLINED, "generic_decline", "declined"),
        (cards.KEPT_WITHOUT_MONEY, "insufficient_funds", "insufficient_funds"),
        (cards.KEPT_BUT_STOLEN, "stolen_card", "declined"),
        ("4000000000101206", "expired_card", "card_expired"),
        ("4000000000101404", "transaction_not_allowed", "international"),
        ("4000000000101503", "processing_error", "processing_error"),
    ],
)
def test_a_card_that_is_kept_may_be_declined_when_it_is_charged(
    shop: Shop, number: str, decline_code: str, reason: str
) -> None:
    result, payment = collected(shop, number)

    (said,) = shop.said(PaymentFailed)
    assert result is Result.DECLINED
    assert (payment["status"], payment["decline_code"]) == ("open", decline_code)
    assert (said.reason, said.attempt, said.total) == (reason, 1, 1190)
    assert shop.said(PaymentSucceeded) == []


@pytest.mark.feature("D04", "D12")
def test_a_card_that_was_confirmed_once_is_charged_without_its_owner(shop: Shop) -> None:
    result, _ = collected(shop, cards.CONFIRMS_ONCE)

    assert result is Result.SUCCEEDED


@pytest.mark.feature("D04")
def test_a_card_that_always_asks_its_owner_is_not_charged_without_them(shop: Shop) -> None:
    result, payment = collected(shop, cards.CONFIRMS_ALWAYS)

    assert result is Result.DECLINED
    assert (payment["status"], payment["decline_code"]) == ("open", "authentication_required")
    assert len(shop.said(PaymentActionRequired)) == 1
    assert shop.said(PaymentFailed) == []


@pytest.mark.feature("D04")
@pytest.mark.parametrize(
    ("number", "confirms", "status"),
    [
        (cards.CONFIRMS_ALWAYS, True, "succeeded"),
        (cards.CONFIRMS_ALWAYS, False, "open"),
        (cards.CONFIRMS_IN_VAIN, True, "open"),
    ],
    ids=["confirmed", "refused", "in vain"],
)
def test_what_counts_is_what_the_processor_says_after_the_bank_was_asked(
    shop: Shop, number: str, confirms: bool, status: str
) -> None:
    result, payment = collected(shop, number, off_session=False)
    assert result is Result.ACTION_REQUIRED
    assert payment["status"] == "action_required"
    cards.come_back(shop, payment["id"])  # without an answer: nothing happens
    assert shop.get(f"/v1/payments/{payment['id']}")["status"] == "action_required"

    back = cards.answer(shop, payment["action_url"], confirms=confirms)
    cards.come_back(shop, payment["id"])
    cards.come_back(shop, payment["id"])

    after = shop.get(f"/v1/payments/{payment['id']}")
    assert back.endswith(f"/payments/{payment['id']}/return")
    assert after["status"] == status
    assert after["action_url"] is None
    assert len(shop.said(PaymentActionRequired)) == 1
    assert len(shop.said(PaymentSucceeded)) == (status == "succeeded")
    assert [each.reason for each in shop.said(PaymentFailed)] == ["authentication_failed"] * (status == "open")


@pytest.mark.feature("D13")
def test_silence_leaves_a_payment_unknown_and_asking_settles_it(shop: Shop) -> None:
    result, payment = collected(shop, cards.ANSWERS_LATE)
    assert result is Result.UNKNOWN
    assert payment["status"] == "unknown"
    assert [*shop.said(PaymentFailed), *shop.said(PaymentSucceeded)] == []

    refused = shop.ask("POST", f"/v1/payments/{payment['id']}/pay", json={}, headers={"Idempotency-Key": "k1"})
    cards.settle_due(shop, minutes=1)

    after = shop.get(f"/v1/payments/{payment['id']}")
    assert refused.status_code == 200
    assert refused.json is not None
    assert refused.json["status"] == "unknown"  # not tried a second time
    assert (after["status"], after["attempts"]) == ("succeeded", 1)
    assert len(shop.said(PaymentSucceeded)) == 1


@pytest.mark.feature("D13")
def test_a_processor_that_never_answers_is_asked_for_ever_and_charged_once(shop: Shop) -> None:
    _, payment = collected(shop, cards.NEVER_ANSWERS)

    asked = [cards.settle_due(shop, minutes=minutes) for minutes in (1, 3, 10, 60, 200)]

    after = shop.get(f"/v1/payments/{payment['id']}")
    assert all(asked)
    assert (after["status"], after["attempts"]) == ("unknown", 1)
    assert [*shop.said(PaymentFailed), *shop.said(PaymentSucceeded)] == []


def test_a_bill_without_a_card_fails_at_once_and_is_owed(shop: Shop) -> None:
    customer = shop.customer()["id"]

    opened = owed(shop, customer)

    payment = shop.get(f"/v1/payments/{opened.payment.id}")
    assert (opened.intent, opened.outcome) == (None, Result.DECLINED)
    assert (payment["status"], payment["decline_code"], payment["attempts"]) == ("open", "no_payment_method", 0)
    assert shop.said(PaymentFailed)[0].reason == "no_payment_method"


def test_a_bill_of_nothing_is_paid_at_once(shop: Shop) -> None:
    opened = owed(shop, shop.customer()["id"], amount=0)

    assert (opened.intent, opened.outcome) == (None, Result.SUCCEEDED)
    assert shop.said(PaymentSucceeded)[0].total == 0


@pytest.mark.feature("D09")
def test_after_a_final_no_the_next_card_is_tried_once(shop: Shop) -> None:
    customer = shop.customer()["id"]
    cards.card(shop, customer, cards.PAYS)
    cards.card(shop, customer, cards.KEPT_BUT_STOLEN)  # the default now

    opened = owed(shop, customer)
    assert opened.intent is not None
    result = cards.carry_out(shop, opened.intent)

    payment = shop.get(f"/v1/payments/{opened.payment.id}")
    assert result is Result.SUCCEEDED
    assert (payment["method"], payment["attempts"]) == ("Visa **** 4242", 2)
    assert shop.said(PaymentFailed) == []


@pytest.mark.feature("D09")
@pytest.mark.parametrize(
    ("number", "off_session", "attempts"),
    [(cards.KEPT_WITHOUT_MONEY, True, 1), (cards.ANSWERS_LATE, True, 1), (cards.KEPT_BUT_STOLEN, False, 1)],
    ids=["not final", "unknown", "the customer is here and chooses"],
)
def test_otherwise_no_other_card_is_touched(shop: Shop, number: str, off_session: bool, attempts: int) -> None:
    customer = shop.customer()["id"]
    cards.card(shop, customer, cards.PAYS)
    cards.card(shop, customer, number)

    opened = owed(shop, customer, off_session=off_session)
    assert opened.intent is not None
    cards.carry_out(shop, opened.intent)

    assert shop.get(f"/v1/payments/{opened.payment.id}")["attempts"] == attempts


@pytest.mark.feature("D12")
def test_a_key_brings_the_same_answer_and_never_a_second_charge(shop: Shop) -> None:
    customer = shop.customer()["id"]
    cards.card(shop, customer)
    opened = owed(shop, customer)
    assert opened.intent is not None

    results = {cards.carry_out(shop, opened.intent) for _ in range(3)}

    assert results == {Result.SUCCEEDED}
    assert cards.charges(shop, opened.intent.token) == [("succeeded", 1190)]
    assert len(shop.said(PaymentSucceeded)) == 1


@pytest.mark.feature("D12")
def test_the_sandbox_is_for_test_mode_alone(shop: Shop) -> None:
    live = shop.live()
    customer = live.customer()["id"]

    answer = live.ask("POST", "/v1/payment_methods/setups", json={"customer": customer})

    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "no_processor"


def test_nothing_that_is_kept_is_a_card_number(shop: Shop) -> None:
    customer = shop.customer()["id"]
    cards.card(shop, customer, cards.PAYS)
    with shop.database.begin() as session:
        connection = session.connection()
        for table in Base.metadata.sorted_tables:
            kept = connection.execute(select(table)).all()
            assert not any(cards.PAYS in str(value) for row in kept for value in row), table.name
