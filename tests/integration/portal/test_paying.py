"""Paying what is open: once, under any number of clicks. Of crashes: `test_killed`."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.portal.models import PaymentMethod
from shared import clock
from shared.events import PaymentSucceeded
from tests.integration.portal import cards
from tests.integration.portal.shop import Shop
from tests.integration.portal.test_payment_methods import keyed, open_payment, status

AT_ONCE = 50


@pytest.fixture
def owed(shop: Shop) -> tuple[str, str]:
    """Something that is open, and the token of the card that can pay it now."""
    customer = shop.customer("ada@example.com")["id"]
    payment = open_payment(shop, customer)
    setup = cards.visit(shop, customer)
    cards.enter(shop, setup, cards.PAYS)
    found = cards.adapters(shop).sandbox.finish_setup(setup)
    assert found is not None
    assert found.card is not None
    with shop.inside() as session:
        session.add(
            PaymentMethod(
                id=f"pm_{setup[-20:]}",
                customer=customer,
                processor="sandbox",
                token=found.card.token,
                brand="visa",
                last4="4242",
                exp_month=12,
                exp_year=2040,
                is_default=True,
                position=1,
                created_at=clock.now(),
                revision=1,
            )
        )
    return payment, found.card.token


def pay(shop: Shop, payment: str, **headers: str) -> Any:
    return shop.ask("POST", f"/v1/payments/{payment}/pay", json={}, headers=headers or keyed())


@pytest.mark.feature("D10")
def test_what_is_open_is_paid(shop: Shop, owed: tuple[str, str]) -> None:
    payment, token = owed

    answer = pay(shop, payment)

    assert answer.status_code == 200
    assert (answer.json["status"], answer.json["method"]) == ("succeeded", "Visa **** 4242")
    assert cards.charges(shop, token) == [("succeeded", 1190)]
    assert len(shop.said(PaymentSucceeded)) == 1


@pytest.mark.feature("D10")
def test_paying_again_with_the_same_key_is_a_replay_and_with_another_a_refusal(
    shop: Shop, owed: tuple[str, str]
) -> None:
    payment, token = owed

    first, again = (pay(shop, payment, **{"Idempotency-Key": "same"}) for _ in range(2))
    other = pay(shop, payment)

    assert again.data == first.data
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json["code"]) == (409, "already_paid")
    assert cards.charges(shop, token) == [("succeeded", 1190)]


def test_a_key_is_needed(shop: Shop, owed: tuple[str, str]) -> None:
    answer = shop.ask("POST", f"/v1/payments/{owed[0]}/pay", json={})

    assert (answer.status_code, answer.json and answer.json["code"]) == (400, "idempotency_key_missing")


def test_without_a_card_there_is_nothing_to_try(shop: Shop) -> None:
    payment = open_payment(shop, shop.customer()["id"])

    answer = pay(shop, payment)

    assert (answer.status_code, answer.json["code"]) == (409, "no_payment_method")
    assert status(shop, payment) == ("open", 0)


@pytest.mark.feature("D10")
@pytest.mark.parametrize("same_key", [True, False], ids=["one key", "keys of their own"])
def test_fifty_at_once_make_one_charge(shop: Shop, owed: tuple[str, str], same_key: bool) -> None:
    payment, token = owed
    headers = [{"Idempotency-Key": "one"} if same_key else keyed() for _ in range(AT_ONCE)]

    with ThreadPoolExecutor(8 if shop.database.is_sqlite else AT_ONCE) as pool:  # one file has one writer
        answers = list(pool.map(lambda each: pay(shop, payment, **each), headers))

    assert {each.status_code for each in answers} <= {200, 409}
    assert any(each.status_code == 200 for each in answers)
    assert cards.charges(shop, token) == [("succeeded", 1190)]
    assert status(shop, payment) == ("succeeded", 1)
    assert len(shop.said(PaymentSucceeded)) == 1
