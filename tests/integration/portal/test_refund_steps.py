"""A refund's call gets lost, is refused, or the process dies around it: one refund, or none."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.portal.actions.payments import settle_refunds
from services.portal.adapters.processors import UNKNOWN, Answer, Processors
from services.portal.queries import refunds, time
from shared import clock
from shared.events import RefundFailed, RefundSucceeded
from tests.integration.portal import cards
from tests.integration.portal.refunding import charged, give_back, sandbox_refunds
from tests.integration.portal.shop import Shop


@pytest.fixture
def customer(shop: Shop) -> str:
    return str(shop.customer()["id"])


class Silent:
    """A processor whose answer gets lost on the way; it did as it was told, or not."""

    name = "sandbox"

    def __init__(self, real: Any, *, arrives: bool) -> None:
        self.real, self.arrives, self.keys = real, arrives, []

    def refund(self, *, key: str, **call: Any) -> Answer:
        self.keys.append(key)
        if self.arrives:
            self.real.refund(key=key, **call)
        return UNKNOWN

    def look_up_refund(self, key: str) -> Answer | None:
        answer: Answer | None = self.real.look_up_refund(key)
        return answer


@pytest.mark.parametrize("arrives", [True, False])
def test_silence_is_unknown_until_the_processor_is_asked_under_the_same_key(
    shop: Shop, customer: str, arrives: bool
) -> None:
    payment = charged(shop, customer)
    wiring = shop.app.extensions["bursar"]
    real = wiring.adapters.processors
    silent: Any = Silent(real.of("sandbox"), arrives=arrives)
    shop.app.extensions["bursar"] = replace(
        wiring, adapters=replace(wiring.adapters, processors=replace(real, by_name={"sandbox": silent}))
    )
    before = sandbox_refunds(shop)
    try:
        answer = give_back(shop, payment, amount=100)
    finally:
        shop.app.extensions["bursar"] = wiring

    assert (answer.status_code, answer.json["status"]) == (201, "unknown")
    assert shop.get(f"/v1/payments/{payment}")["refunded"] == 100
    assert settled(shop, real, after=timedelta(0)) == "unknown"
    assert settled(shop, real, after=timedelta(minutes=2)) == "succeeded"
    assert sandbox_refunds(shop) - before == 1
    assert len(shop.said(RefundSucceeded)) == 1


def settled(shop: Shop, processors: Processors, *, after: timedelta) -> str:
    """The state of the newest refund after the worker has looked."""
    settle_refunds.settle_due(shop.database.begin, processors=processors, now=clock.now() + after)
    return str(shop.get("/v1/refunds")["data"][0]["status"])


def test_what_the_processor_refuses_is_left_again(shop: Shop, customer: str) -> None:
    payment = charged(shop, customer)
    with shop.inside() as session:
        charge = refunds.charge_of(session, payment_id=payment)
        assert charge is not None
    cards.adapters(shop).sandbox.refund(key=f"elsewhere-{payment}", charge=charge.reference, amount=_all(shop, payment))

    answer = give_back(shop, payment, amount=100)

    assert (answer.status_code, answer.json["status"]) == (201, "failed")
    assert shop.get(f"/v1/payments/{payment}")["refunded"] == 0
    (said,) = shop.said(RefundFailed)
    assert said.reason == "processor"


def _all(shop: Shop, payment: str) -> Any:
    with shop.inside() as session:
        return refunds.refundable(refunds.bought(session, payment_id=payment), portal=None, now=time.now(session)).left


class Crash(BaseException):
    """The process dies."""


class Deadly:
    """A processor whose call breaks off, before or after it did as it was told."""

    name = "sandbox"

    def __init__(self, real: Any, *, arrives: bool) -> None:
        self.real, self.arrives = real, arrives

    def refund(self, **call: Any) -> Answer:
        if self.arrives:
            self.real.refund(**call)
        raise Crash


@pytest.mark.parametrize("arrives", [True, False])
def test_a_call_that_breaks_off_leaves_one_refund(shop: Shop, customer: str, arrives: bool) -> None:
    payment = charged(shop, customer)
    wiring = shop.app.extensions["bursar"]
    real = wiring.adapters.processors
    deadly: Any = Deadly(real.of("sandbox"), arrives=arrives)
    before = sandbox_refunds(shop)
    shop.app.extensions["bursar"] = replace(
        wiring, adapters=replace(wiring.adapters, processors=replace(real, by_name={"sandbox": deadly}))
    )
    try:
        with pytest.raises(Crash):
            give_back(shop, payment, amount=100, key="mortal")
    finally:
        shop.app.extensions["bursar"] = wiring

    again, once_more = (give_back(shop, payment, amount=100, key="mortal") for _ in range(2))

    assert (again.status_code, again.json["status"]) == (201, "succeeded")
    assert once_more.json == again.json
    assert sandbox_refunds(shop) - before == 1
    assert len(shop.get(f"/v1/refunds?payment={payment}")["data"]) == 1
    assert shop.get(f"/v1/payments/{payment}")["refunded"] == 100
    assert len(shop.said(RefundSucceeded)) == 1
