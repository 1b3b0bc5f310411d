"""A vendor sees who is in its portals, and ends it."""

import pytest

from services.auth.actions.vendors import Registered
from tests.integration.auth.house import House
from tests.integration.auth.opening import PATH, made, refresh, use
from tests.integration.auth.test_keys import call


@pytest.fixture
def key(vendor: Registered) -> str:
    return vendor.keys["live"].secret


@pytest.mark.feature("A17")
def test_the_vendor_lists_reads_and_ends_a_customers_sessions(
    house: House, key: str, mira: str, vendor: Registered
) -> None:
    """SE-04, SE-10."""
    opened, browser = made(house, key, customer="cus_1"), house.browser()
    waiting = call(house, key, "GET", f"{PATH}/{opened['id']}").json
    assert (waiting["state"], waiting["customers"]) == ("unopened", ["cus_1"])
    use(browser, opened["url"])
    refresh(house)

    (listed,) = call(house, key, "GET", f"{PATH}?customer=cus_1").json["data"]
    assert (listed["id"], listed["way_in"], listed["browser"]) == (opened["id"], "portal_session", "Firefox")
    assert call(house, key, "GET", f"{PATH}?customer=cus").json["data"] == []
    assert call(house, vendor.keys["test"].secret, "GET", PATH).json["data"] == []

    ended = call(house, key, "POST", f"{PATH}/{opened['id']}/revoke", json={})

    assert (ended.status_code, ended.json["state"]) == (200, "ended")
    assert not browser.is_signed_in(house)
    assert call(house, key, "POST", f"{PATH}/ps_none/revoke", json={}).status_code == 404
    foreign = call(house, vendor.keys["test"].secret, "POST", f"{PATH}/{opened['id']}/revoke", json={})
    assert foreign.status_code == 404


@pytest.mark.feature("A17")
def test_the_vendor_ends_all_of_a_customer_and_takes_back_what_waits(house: House, key: str, mira: str) -> None:
    """SE-04."""
    first, second, waiting = house.browser(), house.browser(), made(house, key, customer="cus_1")
    for browser in (first, second):
        use(browser, made(house, key, customer="cus_1")["url"])

    answer = call(house, key, "POST", f"{PATH}/revoke", json={"customer": "cus_1"})

    assert answer.json == {"ended": 2}
    assert not first.is_signed_in(house)
    assert not second.is_signed_in(house)
    assert use(house.browser(), waiting["url"]).status_code == 410
    assert call(house, key, "POST", f"{PATH}/revoke", json={"customer": "cus_none"}).status_code == 404


def test_one_that_was_not_opened_is_taken_back(house: House, key: str, mira: str) -> None:
    opened = made(house, key, customer="cus_1")

    assert call(house, key, "POST", f"{PATH}/{opened['id']}/revoke", json={}).json["state"] == "expired"
    assert use(house.browser(), opened["url"]).status_code == 410
