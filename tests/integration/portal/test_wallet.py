"""Credit that a vendor grants: it comes off the next charges as a discount, and what is left can be taken back."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.portal.models import Credit
from services.portal.queries import books
from shared.database import scope
from tests.integration.portal import cards
from tests.integration.portal.clockwork import advance, payments, read, subscriber
from tests.integration.portal.shop import Shop

_KEYS = count(1)


@pytest.fixture
def customer(shop: Shop) -> str:
    return str(shop.customer()["id"])


@pytest.fixture(autouse=True)
def _the_books_agree(shop: Shop) -> Iterator[None]:
    yield
    with shop.database.begin() as session, scope.platform():
        assert books.verify(session, vendor=shop.vendor) == ()


def ask(shop: Shop, path: str, body: dict[str, Any], *, key: str | None = None) -> TestResponse:
    return shop.ask("POST", path, json=body, headers={"Idempotency-Key": key or f"credit-{next(_KEYS)}"})


def grant(shop: Shop, customer: str, amount: int, **more: Any) -> dict[str, Any]:
    body = {"customer": customer, "amount": amount, "currency": "EUR", "description": "Welcome", **more}
    answer = ask(shop, "/v1/credits", body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json
    return made


def balance(shop: Shop, customer: str) -> dict[str, int]:
    found = shop.get(f"/v1/customers/{customer}/balance")
    return {each["currency"]: each["amount"] for each in found["left"]}


def history(shop: Shop, customer: str) -> list[tuple[str, int]]:
    return [(each["kind"], each["amount"]) for each in shop.get(f"/v1/customers/{customer}/balance")["history"]]


def renew(shop: Shop, subscription: dict[str, Any]) -> Any:
    """Its next period, paid or not: the newest payment."""
    before = read(shop, subscription["id"])
    advance(shop, to=datetime.fromisoformat(before["current_period_end"]) + timedelta(hours=1))
    return max(payments(shop, subscription), key=lambda each: each.id)


@pytest.mark.feature("C27")
def test_a_grant_is_a_discount_on_the_next_renewal_and_no_more_than_that(shop: Shop) -> None:
    subscription = subscriber(shop, cards.PAYS)
    whose = subscription["customer"]
    price = payments(shop, subscription)[0].total
    made = grant(shop, whose, price + 300)

    foreseen = read(shop, subscription["id"])["next_charge"]
    first = renew(shop, subscription)
    second = renew(shop, subscription)

    assert (made["source"], made["tax_rate"], made["tax_behavior"]) == ("granted", None, None)
    assert (foreseen["total"], first.total, second.total) == (0, 0, price - 300)
    assert [line["amount"] for line in first.lines] == [price, -price]
    assert {line["tax_rate"] for line in first.lines} == {first.lines[0]["tax_rate"]}
    assert history(shop, whose) == [("used", -300), ("used", -price), ("granted", price + 300)]
    assert balance(shop, whose) == {}


@pytest.mark.feature("C27")
def test_what_is_left_is_taken_back_once_and_what_was_used_stays_used(shop: Shop) -> None:
    subscription = subscriber(shop, cards.PAYS)
    whose = subscription["customer"]
    price = payments(shop, subscription)[0].total
    made = grant(shop, whose, price + 500)
    renew(shop, subscription)

    back = ask(shop, f"/v1/credits/{made['id']}/void", {})
    again = ask(shop, f"/v1/credits/{made['id']}/void", {})

    assert (back.status_code, back.json["remaining"], back.json["withdrawn"]) == (200, 0, 500)
    assert (again.status_code, again.json["code"]) == (409, "credit_not_withdrawable")
    assert history(shop, whose) == [("withdrawn", -500), ("used", -price), ("granted", price + 500)]
    assert shop.logged(made["id"]) == ["credit.granted", "credit.withdrawn"]


@pytest.mark.feature("C27")
def test_currencies_are_apart_and_the_list_pages(shop: Shop, customer: str) -> None:
    first, second = grant(shop, customer, 100), grant(shop, customer, 250, currency="USD")

    page = shop.get(f"/v1/credits?customer={customer}&limit=1")

    assert balance(shop, customer) == {"EUR": 100, "USD": 250}
    assert ([each["id"] for each in page["data"]], page["has_more"]) == ([second["id"]], True)
    assert shop.get(f"/v1/credits/{first['id']}") == first
    assert shop.get("/v1/credits?source=topped_up")["data"] == []


@pytest.mark.feature("C27")
def test_the_same_key_grants_once(shop: Shop, customer: str) -> None:
    body = {"customer": customer, "amount": 100, "currency": "EUR", "description": "Sorry"}

    first, second = (ask(shop, "/v1/credits", body, key="same") for _ in range(2))
    without = shop.ask("POST", "/v1/credits", json=body)

    assert first.json == second.json
    assert (without.status_code, without.json["code"]) == (400, "idempotency_key_missing")
    assert balance(shop, customer) == {"EUR": 100}


@pytest.mark.feature("C27")
@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 0},
        {"amount": -5},
        {"amount": "100"},
        {"amount": True},
        {"amount": 1.5},
        {"amount": 10**13},
        {"currency": "XXX"},
        {"currency": "eur"},
        {"description": " "},
        {"description": "x" * 201},
        {"description": "4242 4242 4242 4242"},
        {"tax_rate": 1900},
        {"customer": "cus_nobody"},
    ],
    ids=str,
)
def test_wrong_input_grants_nothing(shop: Shop, customer: str, wrong: dict[str, Any]) -> None:
    body = {"customer": customer, "amount": 100, "currency": "EUR", "description": "Sorry", **wrong}

    answer = ask(shop, "/v1/credits", body)

    assert 400 <= answer.status_code < 500
    assert answer.json["code"]
    assert shop.get("/v1/credits")["data"] == []


@pytest.mark.feature("C27")
def test_what_is_anothers_is_unknown(shop: Shop, other: Shop, customer: str) -> None:
    mine = grant(shop, customer, 100)["id"]

    answers = [
        other.ask("GET", f"/v1/credits/{mine}"),
        other.ask("GET", f"/v1/customers/{customer}/balance"),
        other.ask("GET", f"/v1/credits?customer={customer}"),
        ask(other, f"/v1/credits/{mine}/void", {}),
        ask(other, "/v1/credits", {"customer": customer, "amount": 1, "currency": "EUR", "description": "Mine"}),
    ]

    assert [each.status_code for each in answers] == [404] * 5
    assert balance(shop, customer) == {"EUR": 100}


@pytest.mark.feature("C27")
def test_unused_time_is_no_grant_to_take_back(shop: Shop, customer: str) -> None:
    with shop.inside() as session:
        session.add(
            Credit(
                id="cr_unused",
                customer=customer,
                description="Unused time",
                currency="EUR",
                tax_rate=1900,
                tax_behavior="inclusive",
                amount=700,
                remaining=700,
                created_at=datetime.fromisoformat("2026-01-01T00:00:00+00:00"),
            )
        )

    answer = ask(shop, "/v1/credits/cr_unused/void", {})

    assert (answer.status_code, answer.json["code"]) == (409, "credit_not_withdrawable")
    assert history(shop, customer) == [("unused", 700)]
