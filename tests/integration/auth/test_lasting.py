"""A portal whose links and sessions last shorter than everywhere, also those that were there before it said so."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.auth.actions.vendors import Registered
from services.auth.models import PortalSession
from shared import clock
from tests.integration.auth.house import NOON, Browser, House, a_customer, a_portal_v3
from tests.integration.auth.test_global_portal import section
from tests.integration.auth.test_global_portal import sign_in as sign_in_everywhere

STRICT = {"link_minutes": 3, "session_idle_minutes": 5, "session_hours": 1}


def later(**by: float) -> Any:
    return clock.fixed(NOON + timedelta(**by))


def say(house: House, vendor: Registered, *, revision: int = 2, at: datetime = NOON, **lasting: int) -> None:
    """The vendor publishes how long things last; what is left out is as everywhere."""
    house.hear(a_portal_v3(revision=revision, sign_in=lasting), vendor=vendor.vendor.id, at=at)


def asked(house: House, email: str) -> Browser:
    browser = house.browser()
    browser.ask(email)
    house.post_mails(now=clock.now())
    return browser


def signed_in(house: House, email: str) -> Browser:
    browser = asked(house, email)
    assert browser.click(house.mailroom.mails[-1]["link"]).status_code == 303
    return browser


@pytest.mark.feature("A03")
@pytest.mark.parametrize("by", ["link", "code"])
def test_links_and_codes_work_as_long_as_the_vendor_says(house: House, vendor: Registered, mira: str, by: str) -> None:
    """ML-05."""
    say(house, vendor, **STRICT)
    browser = asked(house, mira)
    mail = house.mailroom.mails[-1]

    def use() -> int:
        return (browser.click(mail["link"]) if by == "link" else browser.type_code(mail["code"])).status_code

    assert datetime.fromisoformat(mail["expires_at"]) == NOON + timedelta(minutes=3)
    with later(minutes=3, seconds=1):
        assert use() == 410
    with later(minutes=2, seconds=59):
        assert use() == 303


@pytest.mark.feature("A03")
def test_pages_say_how_long_it_is(house: House, vendor: Registered, mira: str) -> None:
    say(house, vendor, **{**STRICT, "link_minutes": 1})
    browser = asked(house, mira)

    assert "They work for 1 minute." in browser.get("/p/acme/sign-in/code").text
    assert "work once and for 1 minute." in browser.click("#t=unknown").text
    say(house, vendor, revision=3)
    assert "work once and for 10 minutes." in browser.click("#t=unknown").text


@pytest.mark.feature("A03")
def test_an_open_link_ends_by_what_the_vendor_says_now(house: House, vendor: Registered, mira: str) -> None:
    say(house, vendor)
    browser = asked(house, mira)
    link = house.mailroom.mails[-1]["link"]

    say(house, vendor, revision=3, at=NOON + timedelta(minutes=1), link_minutes=3)
    say(house, vendor, revision=4, at=NOON + timedelta(minutes=1))

    with later(minutes=3, seconds=1):
        assert browser.click(link).status_code == 410
    with later(minutes=2, seconds=59):
        assert browser.click(link).status_code == 303


@pytest.mark.feature("A17")
def test_a_session_ends_unused_after_what_the_vendor_says(house: House, vendor: Registered, mira: str) -> None:
    """SE-05."""
    say(house, vendor, **STRICT)
    browser = signed_in(house, mira)

    with later(minutes=4, seconds=59):
        assert browser.is_signed_in(house)
    with later(minutes=9, seconds=58):
        assert browser.is_signed_in(house)
    with later(minutes=14, seconds=59):
        assert not browser.is_signed_in(house)
        assert browser.get("/p/acme/sessions").status_code == 303


@pytest.mark.feature("A17")
def test_a_session_ends_in_any_case_after_what_the_vendor_says(house: House, vendor: Registered, mira: str) -> None:
    """SE-05."""
    say(house, vendor, **STRICT)
    browser = signed_in(house, mira)

    for minutes in range(4, 60, 4):
        with later(minutes=minutes):
            assert browser.is_signed_in(house)
    with later(minutes=60):
        assert not browser.is_signed_in(house)


@pytest.mark.feature("A17")
def test_sessions_that_are_there_end_by_the_shorter_ones_and_come_not_back(
    house: House, vendor: Registered, mira: str
) -> None:
    say(house, vendor)
    browser = signed_in(house, mira)

    with later(minutes=6):
        assert browser.is_signed_in(house)
        say(house, vendor, revision=3, at=clock.now(), **STRICT)
        assert browser.is_signed_in(house)
    with later(minutes=12):
        assert not browser.is_signed_in(house)
        say(house, vendor, revision=4, at=clock.now())
        assert not browser.is_signed_in(house)
    (row,) = house.rows(PortalSession)
    assert (row.idle_minutes, row.hours) == (5, 1)


@pytest.mark.feature("A17")
def test_of_two_portals_only_the_one_that_says_so_is_stricter(house: House, vendor: Registered, mira: str) -> None:
    house.hear(a_portal_v3("acme-two", revision=2), vendor=vendor.vendor.id)
    say(house, vendor)
    browser = signed_in(house, mira)
    browser.ask(mira, slug="acme-two")
    with later(minutes=2):
        browser.ask(mira, slug="acme-two")
        house.post_mails(now=clock.now())
        assert browser.click(house.mailroom.mails[-1]["link"], slug="acme-two").status_code == 303
        say(house, vendor, revision=3, at=clock.now(), **STRICT)
    with later(minutes=8):
        assert not browser.is_signed_in(house)
        assert browser.is_signed_in(house, "acme-two")


@pytest.mark.feature("A17", "A01")
def test_the_section_of_a_strict_vendor_asks_again_before_the_global_portal_does(
    house: House, vendor: Registered, mira: str
) -> None:
    house.hear(section("acme", sign_in=STRICT), vendor=vendor.vendor.id)
    house.hear(a_customer(mira), vendor=vendor.vendor.id)
    browser = sign_in_everywhere(house, mira)
    cookie = browser.client.get_cookie("bursar_8080__billing", domain="localhost")
    assert cookie is not None

    def knows(portal: str) -> bool:
        answer = house.identity(Cookie=f"bursar_8080__billing={cookie.value}", **{"X-Portal": portal})
        return "X-Passport" in answer.headers

    for minutes in range(4, 60, 4):
        with later(minutes=minutes):
            assert (knows("_billing"), knows("acme-global")) == (True, True)
    with later(minutes=60):
        assert (knows("_billing"), knows("acme-global")) == (True, False)
