"""Topping up: charged once, credit in the same moment, spent or paid back but never both."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from services.portal.actions.payments import bills
from services.portal.actions.payments.bills import Bill
from services.portal.models import SandboxCharge
from services.portal.queries import books, time
from shared.database import scope
from shared.events import PaymentFailed, PaymentSucceeded
from shared.totals import Line
from tests.integration.portal import cards
from tests.integration.portal.clockwork import payments, subscriber
from tests.integration.portal.refunding import give_back
from tests.integration.portal.shop import Shop
from tests.integration.portal.test_wallet import balance, grant, history, renew

_KEYS = count(1)


@pytest.fixture
def customer(shop: Shop) -> str:
    return str(shop.customer()["id"])


@pytest.fixture(autouse=True)
def _the_books_agree(shop: Shop) -> Iterator[None]:
    yield
    with shop.database.begin() as session, scope.platform():
        assert books.verify(session, vendor=shop.vendor) == ()


def top_up(shop: Shop, customer: str, amount: int = 5000, *, key: str | None = None, **more: Any) -> TestResponse:
    """The vendor's key charges an advance."""
    body = {"amount": amount, "currency": "EUR", **more}
    headers = {"Idempotency-Key": key or f"top-{next(_KEYS)}"}
    return shop.ask("POST", f"/v1/customers/{customer}/top_ups", json=body, headers=headers)


def sandbox_charges(shop: Shop) -> int:
    with shop.database.begin() as session:
        return int(session.scalar(select(func.count()).select_from(SandboxCharge)) or 0)


@pytest.mark.feature("C27")
def test_an_advance_is_credit_as_soon_as_it_is_paid_and_pays_the_next_renewal(shop: Shop) -> None:
    subscription = subscriber(shop, cards.PAYS)
    whose = subscription["customer"]
    price = payments(shop, subscription)[0].total

    paid = top_up(shop, whose, price + 500)
    (credit,) = shop.get(f"/v1/credits?customer={whose}")["data"]
    renewed = renew(shop, subscription)

    assert (paid.status_code, paid.json["status"], paid.json["kind"]) == (201, "succeeded", "top_up")
    assert (paid.json["net"], paid.json["tax"], paid.json["total"]) == (price + 500, 0, price + 500)
    assert (credit["source"], credit["payment"], credit["tax_rate"]) == ("topped_up", paid.json["id"], 0)
    assert (renewed.total, [line["amount"] for line in renewed.lines]) == (0, [price, -price])
    assert renewed.tax > 0  # what it paid for is taxed in full
    assert history(shop, whose) == [("used", -price), ("topped_up", price + 500)]
    assert paid.json["id"] in [each.payment for each in shop.said(PaymentSucceeded)]


@pytest.mark.feature("C27")
def test_the_preview_is_what_happens(shop: Shop, customer: str) -> None:
    card = cards.card(shop, customer)
    grant(shop, customer, 9999)

    shown = shop.post(f"/v1/customers/{customer}/top_ups/preview", {"amount": 1234, "currency": "EUR"})
    paid = top_up(shop, customer, 1234).json

    assert (shown["charged"], shown["currency"], shown["payment_method"]) == (1234, "EUR", card)
    assert (paid["total"], paid["currency"], paid["payment_method"]) == (1234, "EUR", card)
    assert balance(shop, customer) == {"EUR": 9999 + 1234}  # credit is never used to buy credit


@pytest.mark.feature("C27")
def test_a_declined_advance_owes_nothing_and_adds_nothing(shop: Shop, customer: str) -> None:
    cards.card(shop, customer, cards.KEPT_BUT_DECLINED)

    answer = top_up(shop, customer)

    assert (answer.status_code, answer.json["status"]) == (201, "voided")
    assert answer.json["decline_code"]
    assert balance(shop, customer) == {}
    assert shop.said(PaymentFailed) == []


@pytest.mark.feature("C27")
def test_what_is_not_known_stays_unknown_and_adds_nothing(shop: Shop, customer: str) -> None:
    cards.card(shop, customer, cards.NEVER_ANSWERS)

    answer = top_up(shop, customer)

    assert answer.json["status"] == "unknown"
    assert balance(shop, customer) == {}


@pytest.mark.feature("C27")
def test_the_same_request_many_times_at_once_charges_once(shop: Shop, customer: str) -> None:
    cards.card(shop, customer)
    before = sandbox_charges(shop)

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(lambda _: top_up(shop, customer, key="same"), range(16)))

    assert {each.status_code for each in answers} <= {201, 409}
    assert sandbox_charges(shop) - before == 1
    assert balance(shop, customer) == {"EUR": 5000}


@pytest.mark.feature("C27")
def test_no_more_goes_back_than_is_left_and_it_is_gone_from_the_credit(shop: Shop) -> None:
    subscription = subscriber(shop, cards.PAYS)
    whose = subscription["customer"]
    price = payments(shop, subscription)[0].total
    paid = top_up(shop, whose, price + 800).json["id"]
    renew(shop, subscription)

    too_much = give_back(shop, paid, amount=801)
    part = give_back(shop, paid, amount=300)
    rest = give_back(shop, paid)
    more = give_back(shop, paid)

    assert (too_much.status_code, too_much.json["code"]) == (409, "refund_exceeds_payment")
    assert [part.json["amount"], rest.json["amount"]] == [300, 500]
    assert (more.status_code, more.json["code"]) == (409, "already_refunded")
    assert balance(shop, whose) == {}
    assert history(shop, whose) == [("paid_back", -800), ("used", -price), ("topped_up", price + 800)]


@pytest.mark.feature("C27")
def test_spending_and_paying_back_at_once_never_exceed_what_was_topped_up(shop: Shop, customer: str) -> None:
    cards.card(shop, customer)
    paid = top_up(shop, customer, 1000).json["id"]

    def either(number: int) -> Any:
        if number % 2:
            return give_back(shop, paid, amount=70, key=f"back-{number}").status_code
        return spend(shop, customer)

    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(either, range(40)))

    (credit,) = shop.get(f"/v1/credits?customer={customer}")["data"]
    used = -sum(amount for kind, amount in history(shop, customer) if kind == "used")
    assert credit["remaining"] + credit["withdrawn"] + used == 1000
    assert credit["withdrawn"] == shop.get(f"/v1/payments/{paid}")["refunded"]
    assert credit["remaining"] < 110


def spend(shop: Shop, customer: str) -> str:
    """A charge of 1.10 that credit pays for as far as there is some; its id."""
    line = Line(description="Reeds", quantity=1, amount=110, tax_rate=1900)
    bill = Bill(
        customer=customer,
        subscription=None,
        product=None,
        kind="recorded",
        period=None,
        lines=(line,),
        currency="EUR",
        tax_behavior="inclusive",
        payment_method=None,
    )
    with shop.inside() as session:
        opened = bills.open_bill(session, bill, off_session=True, now=time.now(session))
    if opened.intent is not None:
        cards.carry_out(shop, opened.intent)
    return opened.payment.id


@pytest.mark.feature("C27")
@pytest.mark.parametrize(
    "wrong",
    [{"amount": 0}, {"amount": -1}, {"amount": True}, {"amount": "5"}, {"currency": "XXX"}, {"tax_rate": 5}],
    ids=str,
)
def test_wrong_input_charges_nothing(shop: Shop, customer: str, wrong: dict[str, Any]) -> None:
    cards.card(shop, customer)
    before = sandbox_charges(shop)

    answer = top_up(shop, customer, **{"amount": 100, **wrong})

    assert 400 <= answer.status_code < 500
    assert (sandbox_charges(shop), balance(shop, customer)) == (before, {})


@pytest.mark.feature("C27")
def test_nobody_tops_up_for_others_or_with_their_cards(shop: Shop, other: Shop, customer: str) -> None:
    theirs = cards.card(shop, shop.customer("else@tessaly.example")["id"])
    cards.card(shop, customer)
    before = sandbox_charges(shop)

    answers = [
        top_up(other, customer),
        top_up(shop, customer, payment_method=theirs),
        top_up(shop, "cus_nobody"),
        other.ask("POST", f"/v1/customers/{customer}/top_ups/preview", json={"amount": 1, "currency": "EUR"}),
    ]

    assert [each.status_code for each in answers] == [404] * 4
    assert sandbox_charges(shop) == before


@pytest.mark.feature("C27")
def test_without_a_card_nothing_is_recorded(shop: Shop, customer: str) -> None:
    answer = top_up(shop, customer)

    assert (answer.status_code, answer.json["code"]) == (409, "no_payment_method")
    assert shop.get(f"/v1/payments?customer={customer}")["data"] == []
