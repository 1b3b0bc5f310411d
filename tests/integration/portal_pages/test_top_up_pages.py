"""Topping up on the portal's pages: chosen, shown, charged once; at the bank, declined, and with every id swapped."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.auth.rules.passport import Subject
from shared import clock
from tests.integration.portal import cards
from tests.integration.portal.refunding import portal_sends
from tests.integration.portal.shop import PASSPORTS
from tests.integration.portal.test_wallet import balance
from tests.integration.portal_pages.conftest import Visitor

OFFERED: dict[str, Any] = {
    "enabled": True,
    "currency": "EUR",
    "amounts": [1000, 2500],
    "minimum": 500,
    "maximum": 20000,
}
AT = "/balance/top-up"


@pytest.fixture
def ada(visitor: Visitor) -> str:
    portal_sends(visitor.shop, wallet=OFFERED)
    return visitor.customers[0]


def agreed(visitor: Visitor, amount: str = "25.00") -> dict[str, str]:
    """What the page's form sends."""
    return {**visitor.hidden(f"{AT}?amount={amount}"), "amount": amount}


def paid_at(answer: TestResponse) -> str:
    found = re.search(r"/payments/(pay_\w+)/pay", answer.headers["Location"])
    assert found is not None
    return found[1]


@pytest.mark.feature("C27")
def test_what_is_chosen_is_shown_charged_once_and_credit(visitor: Visitor, ada: str) -> None:
    cards.card(visitor.shop, ada)

    chosen = visitor.get(AT).text
    shown = visitor.get(f"{AT}?amount=25.00").text
    form = agreed(visitor)
    first, second = visitor.post(AT, form), visitor.post(AT, form)

    assert f'href="{visitor.home}/balance"' in visitor.get().text
    assert f'href="{visitor.home}{AT}"' in visitor.get("/balance").text
    assert re.findall(r'name="amount" value="([\d.]+)"', chosen) == ["10.00", "25.00"]
    assert "From €5.00 to €200.00." in chosen
    assert "€25.00 is charged to your card now." in shown
    assert (first.status_code, second.status_code) == (303, 303)
    assert paid_at(first) == paid_at(second)
    assert balance(visitor.shop, ada) == {"EUR": 2500}
    assert 'data-moved="topped_up"' in visitor.get("/balance").text
    assert "€25.00 paid" in visitor.get(f"/payments/{paid_at(first)}/pay").text


@pytest.mark.feature("C27")
def test_one_confirmation_many_times_at_once_charges_once(visitor: Visitor, ada: str) -> None:
    cards.card(visitor.shop, ada)
    asked = {"amount": 2500, "currency": "EUR"}
    at = f"/v1/customers/{ada}/top_ups"
    confirmation = program(visitor, "POST", f"{at}/preview", asked).json["confirmation"]

    def click(number: int) -> TestResponse:
        own = replace(visitor, browser=visitor.shop.app.test_client())
        return program(own, "POST", at, {**asked, "confirmation": confirmation}, key=f"click-{number}")

    with ThreadPoolExecutor(max_workers=6) as pool:
        answers = list(pool.map(click, range(12)))

    assert len({each.json["id"] for each in answers if each.status_code == 201}) == 1
    assert balance(visitor.shop, ada) == {"EUR": 2500}


@pytest.mark.feature("C27")
@pytest.mark.parametrize("confirms", [True, False])
def test_the_bank_asks_and_only_a_yes_is_credit(visitor: Visitor, ada: str, confirms: bool) -> None:
    cards.card(visitor.shop, ada, cards.CONFIRMS_ALWAYS)

    answer = visitor.post(AT, agreed(visitor))
    (payment,) = visitor.shop.get(f"/v1/payments?customer={ada}")["data"]
    before = balance(visitor.shop, ada)
    cards.answer(visitor.shop, payment["action_url"], confirms=confirms)
    back = visitor.get(f"/payments/{payment['id']}/return")

    assert answer.headers["Location"] == payment["action_url"]
    assert (payment["status"], before) == ("action_required", {})
    assert back.status_code == 303
    assert balance(visitor.shop, ada) == ({"EUR": 2500} if confirms else {})
    status = visitor.shop.get(f"/v1/payments/{payment['id']}")["status"]
    assert status == ("succeeded" if confirms else "voided")


@pytest.mark.feature("C27")
def test_a_declined_card_says_why_and_another_one_may_be_tried(visitor: Visitor, ada: str) -> None:
    cards.card(visitor.shop, ada, cards.KEPT_BUT_DECLINED)

    answer = visitor.post(AT, agreed(visitor))
    other = cards.card(visitor.shop, ada)
    again = visitor.post(AT, {**agreed(visitor), "payment_method": other})

    assert answer.status_code == 409
    assert 'name="confirmation"' in answer.text
    assert again.status_code == 303
    assert balance(visitor.shop, ada) == {"EUR": 2500}
    assert "data-status" not in visitor.get().text  # nothing is owed


@pytest.mark.feature("C27")
@pytest.mark.parametrize("amount", ["4.99", "200.01", "0", "-5", "5.555", "1e3", "ten", "99999999999999"])
def test_other_amounts_are_refused_at_the_field(visitor: Visitor, ada: str, amount: str) -> None:
    cards.card(visitor.shop, ada)

    shown = visitor.get(f"{AT}?other={amount}")
    answer = visitor.post(AT, {**agreed(visitor), "amount": amount, "other": amount})

    assert shown.status_code == 422
    assert "f-other-error" in shown.text
    assert answer.status_code == 422
    assert visitor.shop.get("/v1/payments")["data"] == []


@pytest.mark.feature("C27")
def test_another_amount_than_was_shown_is_not_charged(visitor: Visitor, ada: str) -> None:
    cards.card(visitor.shop, ada)

    answer = visitor.post(AT, {**agreed(visitor), "amount": "10.00"})

    assert answer.status_code == 409
    assert balance(visitor.shop, ada) == {}


@pytest.mark.feature("C27")
def test_off_means_off_and_an_old_sign_in_is_asked_again(visitor: Visitor, ada: str) -> None:
    cards.card(visitor.shop, ada)
    form = agreed(visitor)
    visitor.minutes_ago = 31
    visitor.post(AT, form)
    visitor.minutes_ago = 1
    portal_sends(visitor.shop, wallet={"enabled": False})
    off = visitor.post(AT, form)

    assert off.status_code != 303 or "/pay" not in off.headers["Location"]
    assert visitor.get(AT).status_code == 303
    assert "top-up" not in visitor.get("/balance").text
    assert balance(visitor.shop, ada) == {}


@pytest.mark.feature("C27")
def test_every_id_swapped_is_unknown(visitor: Visitor, ada: str) -> None:
    shop = visitor.shop
    stranger = shop.customer("else@tessaly.example")["id"]
    theirs = cards.card(shop, stranger)
    mine = cards.card(shop, ada)
    form = agreed(visitor)

    pages = [
        visitor.get(f"{AT}?amount=25.00&customer={stranger}"),
        visitor.post(AT, {**form, "customer": stranger}),
        visitor.post(AT, {**form, "payment_method": theirs}),
    ]
    asked = {"amount": 2500, "currency": "EUR"}
    programs = [
        program(visitor, "GET", f"/v1/customers/{stranger}/balance"),
        program(visitor, "POST", f"/v1/customers/{stranger}/top_ups/preview", asked),
        program(visitor, "POST", f"/v1/customers/{stranger}/top_ups", asked),
        program(visitor, "POST", f"/v1/customers/{ada}/top_ups", {**asked, "payment_method": theirs}),
    ]

    assert [each.status_code for each in pages] == [404] * 3
    assert [each.status_code for each in programs[1:]] == [404] * 3
    assert programs[0].status_code in (403, 404)
    assert balance(shop, ada) == balance(shop, stranger) == {}
    own = program(visitor, "POST", f"/v1/customers/{ada}/top_ups/preview", asked).json
    assert own["payment_method"] == mine
    done = program(visitor, "POST", f"/v1/customers/{ada}/top_ups", {**asked, "confirmation": own["confirmation"]})
    assert (done.status_code, done.json["status"]) == (201, "succeeded")


def program(
    visitor: Visitor, method: str, path: str, body: dict[str, Any] | None = None, *, key: str | None = None
) -> TestResponse:
    """The customer's own portal session asks the API."""
    subject = Subject(
        kind="customer",
        id=visitor.customers[0],
        vendor=visitor.shop.vendor,
        mode=visitor.shop.mode,
        customers=visitor.customers,
        assurance="verified",
        proven_at=clock.now(),
        session="ses_1",
        portal=visitor.shop.portal,
    )
    headers = {
        "X-Passport": PASSPORTS.issue(subject, now=clock.now()),
        "Idempotency-Key": key or f"{method}{path}".replace("/", "-") + str(len(body or {})),
    }
    return visitor.browser.open(path, method=method, json=body, headers=headers)
