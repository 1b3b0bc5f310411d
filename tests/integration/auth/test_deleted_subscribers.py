"""A permanent link belongs to a subscriber: it outlives cancel and end, and dies with the last subscription."""

from datetime import timedelta

import pytest

from services.auth.actions import vendors
from shared.events import SubscriptionDeleted, SubscriptionEnded
from tests.integration.auth.house import NOON, House, a_portal_v3, token_of
from tests.integration.auth.test_subscriber_links import LINKS, call, click, made


@pytest.fixture
def open_portal(house: House, vendor: vendors.Registered, mira: str) -> str:
    """Acme's portal lists permanent links; Mira is a customer."""
    house.hear(a_portal_v3(methods=("email", "permanent_link")), vendor=vendor.vendor.id)
    return mira


def deleted(*, remaining: int) -> SubscriptionDeleted:
    return SubscriptionDeleted(
        subscription="sub_1",
        customer="cus_1",
        plan="plan_1",
        plan_name="Team",
        deleted_at=NOON.isoformat(),
        remaining=remaining,
        revision=5,
    )


@pytest.mark.feature("A11")
def test_with_the_last_subscription_the_link_is_dead_like_an_unknown_one(
    house: House, vendor: vendors.Registered, open_portal: str
) -> None:
    url, browser, late = made(house, vendor), house.browser(), house.browser(address="203.0.113.8")
    click(browser, url)

    house.hear(deleted(remaining=1), vendor=vendor.vendor.id, at=NOON + timedelta(hours=1))
    still_in = browser.is_signed_in(house)
    house.hear(deleted(remaining=0), vendor=vendor.vendor.id, at=NOON + timedelta(hours=2))

    assert still_in
    assert not browser.is_signed_in(house)
    unknown = "http://localhost:8080/p/acme/sign-in/permanent#t=" + "x" * 43
    answers = [late.post("/p/acme/sign-in/permanent/describe", token=token_of(each)) for each in (url, unknown)]
    assert [answer.status_code for answer in answers] == [410, 410]
    assert answers[0].text == answers[1].text
    assert "/p/acme/sign-in" in answers[0].text
    assert click(late, url).status_code == 410
    assert call(house, vendor, "GET", f"{LINKS}/cus_1").status_code == 404


def test_news_that_come_late_kill_no_link_that_was_made_since(
    house: House, vendor: vendors.Registered, open_portal: str
) -> None:
    url = made(house, vendor)

    house.hear(deleted(remaining=0), vendor=vendor.vendor.id, at=NOON - timedelta(days=400))

    assert click(house.browser(), url).status_code == 303


@pytest.mark.feature("A11")
def test_an_end_kills_no_link(house: House, vendor: vendors.Registered, open_portal: str) -> None:
    url = made(house, vendor)

    assert SubscriptionEnded not in _bound()
    assert click(house.browser(), url).status_code == 303


def _bound() -> set[type]:
    from services.auth.handlers import HANDLERS

    return set(HANDLERS)
