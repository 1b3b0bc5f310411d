"""Cards that are kept: removed, made the default, given to a subscription, in two steps that show what it concerns."""

import re

import pytest

from shared.events import PaymentMethodRemoved
from tests.integration.portal import cards
from tests.integration.portal.test_payment_methods import running
from tests.integration.portal_pages.conftest import Visitor
from tests.integration.portal_pages.test_payment_pages import CARDS, follow, path_of


@pytest.mark.feature("D08")
def test_the_last_card_of_a_subscription_stays_and_the_page_says_why(visitor: Visitor) -> None:
    running(visitor.shop, {"id": visitor.customers[0]})
    only = cards.card(visitor.shop, visitor.customers[0])

    page = visitor.get(f"{CARDS}/{only}/removal")

    assert page.status_code == 409
    assert "Add another one first, or cancel." in page.text


@pytest.mark.feature("D07")
def test_a_card_is_removed_in_two_steps_that_show_what_it_concerns(visitor: Visitor) -> None:
    first = cards.card(visitor.shop, visitor.customers[0])
    second = cards.card(visitor.shop, visitor.customers[0], "5555555555554444")
    running(visitor.shop, {"id": visitor.customers[0]}, payment_method=first)
    form = visitor.hidden(f"{CARDS}/{first}/removal")
    without = {name: value for name, value in form.items() if name != "confirmation"}

    asked = visitor.get(f"{CARDS}/{first}/removal").text
    refused = visitor.post(f"{CARDS}/{first}/removal", without)
    done = visitor.post(f"{CARDS}/{first}/removal", form)
    page = follow(visitor, path_of(done)).text

    assert "will be charged to another of your cards" in asked
    assert refused.status_code == 409
    assert "The card was removed" in page
    assert f'data-card="{second}"' in page
    assert f'data-card="{first}"' not in page
    assert len(visitor.shop.said(PaymentMethodRemoved)) == 1


@pytest.mark.feature("D07")
def test_the_default_is_changed_in_two_steps(visitor: Visitor) -> None:
    first = cards.card(visitor.shop, visitor.customers[0])
    cards.card(visitor.shop, visitor.customers[0], "5555555555554444")

    done = visitor.post(f"{CARDS}/{first}/default", visitor.hidden(f"{CARDS}/{first}/default"))

    assert "This card is charged from now on." in follow(visitor, path_of(done)).text
    assert visitor.shop.get(f"/v1/payment_methods/{first}")["is_default"] is True


@pytest.mark.feature("D07")
def test_a_subscription_is_given_a_card_of_its_own(visitor: Visitor) -> None:
    first = cards.card(visitor.shop, visitor.customers[0])
    cards.card(visitor.shop, visitor.customers[0], "5555555555554444")
    subscription = running(visitor.shop, {"id": visitor.customers[0]})
    path = f"{CARDS}/{first}/subscriptions/{subscription}"

    done = visitor.post(path, visitor.hidden(path))

    assert "The subscription is charged to this card" in follow(visitor, path_of(done)).text


@pytest.mark.feature("D07")
def test_a_card_is_offered_for_what_another_one_pays_and_not_for_what_it_pays_already(visitor: Visitor) -> None:
    other = cards.card(visitor.shop, visitor.customers[0])
    cards.card(visitor.shop, visitor.customers[0], "5555555555554444")
    subscription = running(visitor.shop, {"id": visitor.customers[0]})

    offered = re.findall(rf"{CARDS}/(\w+)/subscriptions/{subscription}", visitor.get(CARDS).text)

    (paying,) = [each["id"] for each in visitor.shop.get("/v1/payment_methods")["data"] if each["is_default"]]
    assert len(offered) == 1
    assert offered != [paying]
    assert {*offered, paying} >= {other}
