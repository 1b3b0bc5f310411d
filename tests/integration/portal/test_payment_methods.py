"""Cards: added once, the default, one subscription's own, in an order, and the last one stays."""

from typing import Any

import pytest
from sqlalchemy import select, update

from services.portal.actions.payments import bills, methods
from services.portal.actions.payments.bills import Bill
from services.portal.models import Subscription
from services.portal.queries import time
from shared.events import (
    PaymentFailed,
    PaymentMethodAdded,
    PaymentMethodRemoved,
    PaymentMethodUpdated,
    PaymentSucceeded,
)
from shared.totals import Line
from tests.integration.portal import cards
from tests.integration.portal.shop import Shop

KEY = iter(range(10**6))


def keyed() -> dict[str, str]:
    return {"Idempotency-Key": f"pm{next(KEY)}"}


def running(shop: Shop, customer: dict[str, Any], *, payment_method: str | None = None) -> str:
    """A subscription that the engine charges."""
    made = shop.subscription(customer=customer, collection="external")["id"]
    with shop.inside() as session:
        session.execute(
            update(Subscription)
            .where(Subscription.id == made)
            .values(collection="automatic", payment_method=payment_method)
        )
    return str(made)


def open_payment(shop: Shop, customer: str, *, subscription: str | None = None, amount: int = 1190) -> str:
    """Something that is owed, for want of a card or of money on it."""
    bill = Bill(
        customer=customer,
        subscription=subscription,
        product=None,
        kind="recorded",
        period=None,
        lines=(Line(description="Reeds", quantity=1, amount=amount),),
        currency="EUR",
        tax_behavior="inclusive",
        payment_method=None,
    )
    with shop.inside() as session:
        opened = bills.open_bill(session, bill, off_session=True, now=time.now(session))
    if opened.intent is not None:
        cards.carry_out(shop, opened.intent)
    return opened.payment.id


def status(shop: Shop, payment: str) -> tuple[str, int]:
    found = shop.get(f"/v1/payments/{payment}")
    return found["status"], found["attempts"]


@pytest.fixture
def ada(shop: Shop) -> dict[str, Any]:
    return shop.customer("ada@example.com")


@pytest.mark.feature("D02", "D07")
def test_a_card_is_known_by_its_brand_its_last_digits_and_its_last_month(shop: Shop, ada: dict[str, Any]) -> None:
    url = shop.post("/v1/payment_methods/setups", {"customer": ada["id"]})["url"]
    setup_id = url.rpartition("/")[2]
    entered = cards.enter(shop, setup_id, "4242 4242 4242 4242", expiry="12/27")
    kept = cards.finish(shop, setup_id)

    (card,) = shop.get(f"/v1/payment_methods?customer={ada['id']}")["data"]
    (said,) = shop.said(PaymentMethodAdded)
    assert url.startswith("http://localhost:8080/sandbox/card/")
    assert entered.next_url is not None
    assert entered.next_url.startswith(f"http://localhost:8080/p/{shop.portal}/payment-methods/return?setup=")
    assert kept is not None
    assert (card["brand"], card["last4"], card["exp_month"], card["exp_year"]) == ("visa", "4242", 12, 2027)
    assert card["is_default"] is True
    assert (said.payment_method, said.is_default) == (card["id"], True)
    assert "token" not in card
    assert shop.get(f"/v1/payment_methods/{card['id']}") == card


def test_the_same_visit_adds_a_card_once(shop: Shop, ada: dict[str, Any]) -> None:
    setup_id = cards.visit(shop, ada["id"])
    cards.enter(shop, setup_id, cards.PAYS)

    added = [cards.finish(shop, setup_id) for _ in range(3)]

    assert [each.changed for each in added if each] == [True, False, False]
    assert len(shop.said(PaymentMethodAdded)) == 1


@pytest.mark.feature("D04")
@pytest.mark.parametrize("confirms", [True, False])
def test_a_card_that_wants_its_bank_is_kept_once_the_bank_agrees(
    shop: Shop, ada: dict[str, Any], confirms: bool
) -> None:
    setup_id = cards.visit(shop, ada["id"])
    entered = cards.enter(shop, setup_id, cards.CONFIRMS_ONCE)
    assert entered.next_url == f"/sandbox/challenge/{setup_id}"
    assert cards.finish(shop, setup_id) is None

    cards.answer(shop, entered.next_url, confirms=confirms)

    assert (cards.finish(shop, setup_id) is not None) is confirms


@pytest.mark.feature("D07")
def test_the_new_default_is_the_only_one(shop: Shop, ada: dict[str, Any]) -> None:
    first = cards.card(shop, ada["id"])
    second = cards.card(shop, ada["id"], "5555555555554444")

    made = shop.post(f"/v1/payment_methods/{first}/make_default", {}, headers=keyed())

    listed = {each["id"]: each["is_default"] for each in shop.get(f"/v1/payment_methods?customer={ada['id']}")["data"]}
    assert made["is_default"] is True
    assert listed == {first: True, second: False}
    said = [(each.payment_method, each.is_default) for each in shop.said(PaymentMethodUpdated)]
    assert said == [(first, False), (second, False), (first, True)]
    assert shop.logged(first)[-1] == "payment_method.made_default"


@pytest.mark.feature("D03")
def test_a_new_default_tries_what_is_open_at_once_and_once(shop: Shop, ada: dict[str, Any]) -> None:
    cards.card(shop, ada["id"], cards.KEPT_WITHOUT_MONEY)
    owed = [open_payment(shop, ada["id"]), open_payment(shop, ada["id"])]
    assert [status(shop, each) for each in owed] == [("open", 1), ("open", 1)]

    good = cards.card(shop, ada["id"])
    shop.post(f"/v1/payment_methods/{good}/make_default", {}, headers=keyed())

    assert [status(shop, each) for each in owed] == [("succeeded", 2), ("succeeded", 2)]
    assert len(shop.said(PaymentSucceeded)) == 2


@pytest.mark.feature("D03")
def test_making_an_older_card_the_default_tries_what_is_open_too(shop: Shop, ada: dict[str, Any]) -> None:
    good = cards.card(shop, ada["id"])
    cards.card(shop, ada["id"], cards.KEPT_WITHOUT_MONEY)
    owed = open_payment(shop, ada["id"])

    for _ in range(2):
        shop.post(f"/v1/payment_methods/{good}/make_default", {}, headers=keyed())

    assert status(shop, owed) == ("succeeded", 2)


@pytest.mark.feature("D03")
def test_a_new_card_that_is_declined_too_says_why_and_leaves_it_owed(shop: Shop, ada: dict[str, Any]) -> None:
    owed = open_payment(shop, ada["id"])

    cards.card(shop, ada["id"], cards.KEPT_WITHOUT_MONEY)

    found = shop.get(f"/v1/payments/{owed}")
    assert (found["status"], found["attempts"], found["decline_code"]) == ("open", 1, "insufficient_funds")
    assert [each.reason for each in shop.said(PaymentFailed)] == ["no_payment_method", "insufficient_funds"]


@pytest.mark.feature("D07")
def test_one_subscription_may_have_its_own_and_only_its_own_debt_is_tried(shop: Shop, ada: dict[str, Any]) -> None:
    subscription = running(shop, ada)
    cards.card(shop, ada["id"], cards.KEPT_WITHOUT_MONEY)
    of_it, of_others = open_payment(shop, ada["id"], subscription=subscription), open_payment(shop, ada["id"])

    own = cards.card(shop, ada["id"], subscription=subscription)

    assert status(shop, of_it) == ("succeeded", 2)
    assert status(shop, of_others) == ("open", 1)
    with shop.inside() as session:
        assert session.scalar(select(Subscription.payment_method)) == own
    assert shop.get(f"/v1/payment_methods/{own}")["is_default"] is False


@pytest.mark.feature("D07")
def test_a_card_is_given_to_a_subscription_by_the_vendor(shop: Shop, ada: dict[str, Any]) -> None:
    subscription = running(shop, ada)
    cards.card(shop, ada["id"])
    second = cards.card(shop, ada["id"], "5555555555554444")

    shop.post(f"/v1/payment_methods/{second}/assign", {"subscription": subscription}, headers=keyed())

    with shop.inside() as session:
        assert session.scalar(select(Subscription.payment_method)) == second


@pytest.mark.feature("D08")
def test_the_last_card_of_a_running_subscription_stays(shop: Shop, ada: dict[str, Any]) -> None:
    running(shop, ada)
    only = cards.card(shop, ada["id"])

    answer = shop.ask("DELETE", f"/v1/payment_methods/{only}")

    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "last_payment_method"
    assert "Add another one first, or cancel" in answer.json["detail"]
    assert shop.get(f"/v1/payment_methods/{only}")["removed_at"] is None


@pytest.mark.feature("D07", "D08")
def test_what_a_removed_card_served_goes_to_the_next(shop: Shop, ada: dict[str, Any]) -> None:
    first = cards.card(shop, ada["id"])
    second = cards.card(shop, ada["id"], "5555555555554444")
    running(shop, ada, payment_method=second)

    answer = shop.ask("DELETE", f"/v1/payment_methods/{second}")

    (left,) = shop.get(f"/v1/payment_methods?customer={ada['id']}")["data"]
    assert answer.status_code == 204
    assert (left["id"], left["is_default"]) == (first, True)
    assert shop.said(PaymentMethodRemoved)[0].payment_method == second
    assert shop.ask("GET", f"/v1/payment_methods/{second}").status_code == 404
    with shop.inside() as session:
        assert session.scalar(select(Subscription.payment_method)) is None


def test_a_card_that_nothing_needs_may_go_though_it_is_the_only_one(shop: Shop, ada: dict[str, Any]) -> None:
    only = cards.card(shop, ada["id"])

    assert shop.ask("DELETE", f"/v1/payment_methods/{only}").status_code == 204
    assert shop.ask("DELETE", f"/v1/payment_methods/{only}").status_code == 404


@pytest.mark.feature("D09")
def test_the_customer_puts_cards_in_an_order(shop: Shop, ada: dict[str, Any]) -> None:
    made = [cards.card(shop, ada["id"], number) for number in (cards.PAYS, "5555555555554444", "378282246310005")]

    with shop.as_customer(ada["id"]) as session:
        methods.move_up(session, payment_method_id=made[2], by=shop.who(), now=time.now(session))

    found = sorted(shop.get(f"/v1/payment_methods?customer={ada['id']}")["data"], key=lambda each: each["position"])
    assert [each["id"] for each in found] == [made[0], made[2], made[1]]


def test_cards_of_others_are_not_there(shop: Shop, other: Shop, ada: dict[str, Any]) -> None:
    theirs = cards.card(other, other.customer()["id"])
    mine = cards.card(shop, ada["id"])
    somebody = shop.customer("bob@example.com")["id"]
    owed = open_payment(shop, somebody)

    asked = [
        shop.ask("GET", f"/v1/payment_methods/{theirs}"),
        shop.ask("DELETE", f"/v1/payment_methods/{theirs}"),
        shop.ask("POST", f"/v1/payment_methods/{theirs}/make_default", json={}, headers=keyed()),
        shop.ask("GET", f"/v1/payment_methods?customer={other.customer('eve@example.com')['id']}"),
        shop.ask("POST", f"/v1/payments/{owed}/pay", json={"payment_method": mine}, headers=keyed()),
        shop.ask("POST", f"/v1/payment_methods/{mine}/assign", json={"subscription": "sub_x"}, headers=keyed()),
    ]

    assert [each.status_code for each in asked] == [404] * 6
    with shop.as_customer(somebody) as session, pytest.raises(Exception, match="not_found"):
        methods.remove(session, payment_method_id=mine, by=shop.who(), now=time.now(session))


@pytest.mark.feature("D01")
def test_a_portal_that_does_not_offer_it_refuses_customers_and_not_the_vendor(shop: Shop, ada: dict[str, Any]) -> None:
    card = cards.card(shop, ada["id"])
    portal = shop.get("/v1/portal_configurations?is_default=true")["data"][0]
    shop.patch(f"/v1/portal_configurations/{portal['id']}", {"features": {"payment_method_update": {"enabled": False}}})

    with shop.as_customer(ada["id"]) as session, pytest.raises(Exception, match="feature_disabled"):
        methods.make_default(session, payment_method_id=card, by=shop.who(), now=time.now(session))
    assert shop.post(f"/v1/payment_methods/{card}/make_default", {}, headers=keyed())["is_default"] is True


def test_a_customer_must_confirm_what_was_shown(shop: Shop, ada: dict[str, Any]) -> None:
    cards.card(shop, ada["id"])
    card = cards.card(shop, ada["id"], "5555555555554444")

    for what in (methods.make_default, methods.remove):
        first = shop.get(f"/v1/payment_methods?customer={ada['id']}")["data"][-1]["id"]
        with shop.as_customer(ada["id"]) as session, pytest.raises(Exception, match="confirmation_invalid"):
            what(session, payment_method_id=first, by=shop.who(), key="k" * 32, now=time.now(session))
    with shop.as_customer(ada["id"]) as session, pytest.raises(Exception, match="step_up_required"):
        methods.remove(session, payment_method_id=card, by=shop.who(assurance="viewer"), now=time.now(session))


def test_a_vendor_key_without_the_scope_may_not(shop: Shop) -> None:
    answer = shop.ask("GET", "/v1/payment_methods", scopes=("customers:read",))

    assert answer.status_code == 403
