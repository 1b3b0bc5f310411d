"""ML-20: an order number and the address of the purchase open a look, and never say which of the two was wrong."""

from datetime import timedelta

import pytest

from services.auth.actions import vendors
from services.auth.models import PortalSession
from shared import clock
from tests.integration.auth.house import NOON, Browser, House, a_customer, a_portal_v3, visible

NUMBER = "7K3M9QXT2D"


@pytest.fixture
def order(house: House, vendor: vendors.Registered, mira: str) -> str:
    house.hear(a_portal_v3(methods=("email", "order_number")), vendor=vendor.vendor.id)
    house.hear(a_customer("zoe@tessaly.example", customer="cus_2"), vendor=vendor.vendor.id)
    house.orders.customers[NUMBER] = "cus_1"
    return NUMBER


def try_it(browser: Browser, number: str, email: str) -> int:
    return browser.post("/p/acme/sign-in/order", order_number=number, email=email).status_code


@pytest.mark.feature("A05")
@pytest.mark.parametrize("typed", [NUMBER, "7k3m-9qxt-2d", " 7K3M 9QXT 2D "])
def test_right_and_right_looks_on(house: House, order: str, mira: str, typed: str) -> None:
    browser = house.browser()

    assert try_it(browser, typed, mira.lower()) == 303
    (session,) = house.rows(PortalSession)
    assert (session.way_in, session.assurance, session.customers) == ("order_number", "viewer", ["cus_1"])
    assert browser.is_signed_in(house)


@pytest.mark.feature("A05")
def test_whatever_is_wrong_the_answer_is_the_same(house: House, order: str, mira: str) -> None:
    pairs = [
        (order, "zoe@tessaly.example"),
        (order, "nobody@tessaly.example"),
        ("0000000000", mira),
        ("0000000000", "nobody@tessaly.example"),
        ("not a number", "no address"),
        ("", ""),
    ]
    seen = []
    for number, (typed, email) in enumerate(pairs):
        browser = house.browser(address=f"203.0.113.{number + 10}")
        seen.append(visible(browser.post("/p/acme/sign-in/order", order_number=typed, email=email)))

    bodies = {body.split('name="csrf_token"')[0] for _, _, body in seen}
    assert {status for status, _, _ in seen} == {422}
    assert len(bodies) == 1
    assert len(house.orders.asked) == len(pairs), "the same question is asked for each"
    assert house.rows(PortalSession) == []


def test_a_number_and_an_address_have_limits_and_links_go_on_working(house: House, order: str, mira: str) -> None:
    wrong = [try_it(house.browser(address=f"203.0.113.{n}"), order, f"x{n}@tessaly.example") for n in range(5)]
    refused = try_it(house.browser(address="203.0.113.99"), order, mira)
    with clock.fixed(NOON + timedelta(hours=1, seconds=1)):
        later = try_it(house.browser(address="203.0.113.99"), order, mira)

    assert (wrong, refused, later) == ([422] * 5, 422, 303)
    assert house.browser().ask(mira).status_code == 303


def test_a_client_has_a_limit_that_says_nothing_of_anybody(house: House, order: str, mira: str) -> None:
    browser = house.browser()

    answers = [try_it(browser, f"{n:010d}", f"x{n}@tessaly.example") for n in range(21)]

    assert answers == [422] * 20 + [429]


def test_a_portal_that_does_not_list_it_has_no_such_page(house: House, vendor: vendors.Registered, mira: str) -> None:
    house.orders.customers[NUMBER] = "cus_1"
    browser = house.browser()

    assert browser.get("/p/acme/sign-in/order").status_code == 404
    assert try_it(browser, NUMBER, mira) == 422


def test_another_vendors_and_another_modes_order_opens_nothing(house: House, order: str, mira: str) -> None:
    house.hear(a_customer(mira, customer="cus_t"), vendor="ven_other")
    house.orders.customers["1111111111"] = "cus_t"

    assert try_it(house.browser(), "1111111111", mira) == 422
