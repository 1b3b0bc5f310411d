"""The vendor's key gives money back once, never more than came."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.errors import NotFound
from shared.events import RefundRequested, RefundSucceeded
from tests.integration.portal import cards
from tests.integration.portal.refunding import (
    ask,
    charged,
    give_back,
    offers,
    prepare,
    sandbox_refunds,
)
from tests.integration.portal.shop import Shop


@pytest.fixture
def customer(shop: Shop) -> str:
    return str(shop.customer()["id"])


def test_a_vendor_gives_a_part_and_then_the_rest_back(shop: Shop, customer: str) -> None:
    payment = charged(shop, customer)

    part = give_back(shop, payment, amount=2000, reason="broken", comment="My card 4242 4242 4242 4242")
    rest = give_back(shop, payment)
    more = give_back(shop, payment)

    assert [part.status_code, rest.status_code, more.status_code] == [201, 201, 409]
    assert (part.json["status"], part.json["amount"], part.json["comment"]) == ("succeeded", 2000, "My card •••• 4242")
    assert (rest.json["status"], rest.json["amount"]) == ("succeeded", 3000)
    assert more.json["code"] == "already_refunded"
    assert shop.get(f"/v1/payments/{payment}")["refunded"] == 5000
    assert shop.get(f"/v1/refunds/{part.json['id']}") == part.json
    assert [each["id"] for each in shop.get(f"/v1/refunds?payment={payment}")["data"]] == [
        rest.json["id"],
        part.json["id"],
    ]
    assert [each.amount for each in shop.said(RefundRequested)] == [2000, 3000]
    assert [each.amount for each in shop.said(RefundSucceeded)] == [2000, 3000]
    assert shop.logged(part.json["id"]) == ["refund.requested", "refund.succeeded"]


def test_what_was_taken_elsewhere_is_recorded_as_given_back_there(shop: Shop, customer: str) -> None:
    payment = shop.payment({"id": customer})

    before = sandbox_refunds(shop)
    done = give_back(shop, payment["id"], amount=290)

    assert (done.status_code, done.json["status"]) == (201, "succeeded")
    assert sandbox_refunds(shop) == before
    assert len(shop.said(RefundSucceeded)) == 1


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"amount": 5001}, 409, "refund_exceeds_payment"),
        ({"amount": 0}, 400, "malformed_request"),
        ({"amount": -1}, 400, "malformed_request"),
        ({"amount": 1.5}, 400, "malformed_request"),
        ({"amount": "100"}, 400, "malformed_request"),
        ({"amount": True}, 400, "malformed_request"),
        ({"currency": "USD"}, 400, "malformed_request"),
        ({"reason": "x" * 41}, 400, "malformed_request"),
    ],
)
def test_wrong_input_changes_nothing(shop: Shop, customer: str, wrong: dict[str, Any], status: int, code: str) -> None:
    payment = charged(shop, customer)

    answer = give_back(shop, payment, **wrong)

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert shop.get(f"/v1/payments/{payment}")["refunded"] == 0
    assert shop.get("/v1/refunds")["data"] == []


def test_a_key_is_needed(shop: Shop, customer: str) -> None:
    answer = shop.ask("POST", "/v1/refunds", json={"payment": charged(shop, customer)})

    assert (answer.status_code, answer.json["code"]) == (400, "idempotency_key_missing")


def test_what_is_anothers_is_unknown(shop: Shop, other: Shop, customer: str) -> None:
    payment = charged(shop, customer)
    refund = give_back(shop, payment, amount=1).json["id"]

    for stranger in (other, shop.live()):
        answer = give_back(stranger, payment)
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")
        assert stranger.ask("GET", f"/v1/refunds/{refund}").status_code == 404
        assert stranger.ask("GET", f"/v1/refunds?payment={payment}").status_code == 404
        assert stranger.get("/v1/refunds")["data"] == []
    offers(shop)
    stranger_customer = str(shop.customer("eve@example.com")["id"])
    with pytest.raises(NotFound):
        prepare(shop, stranger_customer, payment)
    with pytest.raises(NotFound):
        ask(shop, stranger_customer, payment, None)
    assert shop.get(f"/v1/payments/{payment}")["refunded"] == 1


@pytest.mark.feature("G01")
def test_fifty_partial_refunds_at_once_never_exceed_the_payment(shop: Shop, customer: str) -> None:
    payment = charged(shop, customer, amount=1000)
    before = sandbox_refunds(shop)

    with ThreadPoolExecutor(max_workers=10) as pool:
        answers = list(pool.map(lambda number: give_back(shop, payment, amount=70, key=f"n{number}"), range(50)))

    done = [each.json for each in answers if each.status_code == 201]
    refused = {each.json["code"] for each in answers if each.status_code != 201}
    assert sum(each["amount"] for each in done) == 980
    assert {each["status"] for each in done} == {"succeeded"}
    assert refused == {"refund_exceeds_payment"}
    assert shop.get(f"/v1/payments/{payment}")["refunded"] == 980
    assert sandbox_refunds(shop) - before == 14


def test_equal_refunds_at_once_are_one(shop: Shop, customer: str) -> None:
    payment = charged(shop, customer)
    before = sandbox_refunds(shop)

    with ThreadPoolExecutor(max_workers=10) as pool:
        answers = list(pool.map(lambda _: give_back(shop, payment, amount=100, key="same"), range(50)))

    assert {each.status_code for each in answers} <= {201, 409}
    assert {each.json["code"] for each in answers if each.status_code == 409} <= {"idempotency_key_in_use"}
    assert len({each.json["id"] for each in answers if each.status_code == 201}) == 1
    assert sandbox_refunds(shop) - before == 1
    assert len(shop.get(f"/v1/refunds?payment={payment}")["data"]) == 1
    assert give_back(shop, payment, amount=100, key="same").headers["Idempotent-Replayed"] == "true"
    assert give_back(shop, payment, amount=101, key="same").json["code"] == "idempotency_key_reused"


def test_what_was_never_paid_cannot_go_back(shop: Shop, customer: str) -> None:
    cards.card(shop, customer, cards.KEPT_BUT_DECLINED)
    payment = charged(shop, customer)

    answer = give_back(shop, payment)

    assert shop.get(f"/v1/payments/{payment}")["status"] == "open"
    assert (answer.status_code, answer.json["code"]) == (409, "payment_not_paid")
