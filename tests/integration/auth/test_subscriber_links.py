"""ML-19: permanent links, made, copied, drawn, mailed, replaced, taken back, used to look on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.auth.actions import vendors
from services.auth.models import PortalSession, SubscriberLink
from shared import clock
from tests.integration.auth.house import NOON, Browser, House, a_customer, a_portal_v3, token_of

LINKS = "/v1/subscriber_links"


@pytest.fixture
def open_portal(house: House, vendor: vendors.Registered, mira: str) -> str:
    """Acme's portal lists permanent links; Mira is a customer."""
    house.hear(a_portal_v3(methods=("email", "permanent_link")), vendor=vendor.vendor.id)
    return mira


def call(house: House, vendor: vendors.Registered, method: str, path: str, **body: Any) -> TestResponse:
    """What the vendor's backend sends with its live key."""
    client = house.app.test_client(use_cookies=False)
    with clock.fixed(datetime.now(UTC)):  # passports are good by the real clock
        passport = house.identity(Authorization=f"Bearer {vendor.keys['live'].secret}").headers["X-Passport"]
    kwargs: dict[str, Any] = {"json": body} if body else {}
    return client.open(path, method=method, headers={"X-Passport": passport}, **kwargs)


def made(house: House, vendor: vendors.Registered) -> str:
    answer = call(house, vendor, "POST", LINKS, customer="cus_1")
    assert answer.status_code == 200, answer.text
    return str(answer.json["url"])


def click(browser: Browser, url: str) -> TestResponse:
    return browser.post("/p/acme/sign-in/permanent", token=token_of(url))


@pytest.mark.feature("A11")
def test_a_link_is_made_once_and_can_be_copied_again(
    house: House, vendor: vendors.Registered, open_portal: str
) -> None:
    first, again = made(house, vendor), made(house, vendor)

    assert first == again
    assert first.startswith("http://localhost:8080/p/acme/sign-in/permanent#t=")
    assert call(house, vendor, "GET", f"{LINKS}/cus_1").json["url"] == first
    assert token_of(first) not in str([vars(row) for row in house.rows(SubscriberLink)])


@pytest.mark.feature("A11")
def test_it_lets_in_to_look_on_after_a_click(house: House, vendor: vendors.Registered, open_portal: str) -> None:
    url, browser = made(house, vendor), house.browser()

    page = browser.get("/p/acme/sign-in/permanent")
    described = browser.post("/p/acme/sign-in/permanent/describe", token=token_of(url))
    before = house.rows(PortalSession)
    entered = click(browser, url)

    assert (page.status_code, page.headers["Referrer-Policy"]) == (200, "no-referrer")
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert "m•••@tessaly.example" in described.text.lower()
    assert open_portal not in described.text
    assert before == []
    assert entered.status_code == 303
    (session,) = house.rows(PortalSession)
    assert (session.way_in, session.assurance, session.customers) == ("permanent_link", "viewer", ["cus_1"])
    assert browser.is_signed_in(house)


@pytest.mark.feature("A11")
@pytest.mark.parametrize("ending", ["regenerate", "revoke"])
def test_replaced_or_taken_back_it_is_dead_with_every_session_made_by_it(
    house: House, vendor: vendors.Registered, open_portal: str, ending: str
) -> None:
    url, browser, late = made(house, vendor), house.browser(), house.browser(address="203.0.113.8")
    click(browser, url)

    ended = call(house, vendor, "POST", f"{LINKS}/cus_1/{ending}")

    assert ended.status_code in (200, 204)
    assert not browser.is_signed_in(house)
    unknown = "http://localhost:8080/p/acme/sign-in/permanent#t=" + "x" * 43
    answers = [late.post("/p/acme/sign-in/permanent/describe", token=token_of(each)) for each in (url, unknown)]
    assert [answer.status_code for answer in answers] == [410, 410]
    assert answers[0].text == answers[1].text
    assert click(late, url).status_code == 410
    if ending == "regenerate":
        assert click(late, ended.json["url"]).status_code == 303
    else:
        assert call(house, vendor, "GET", f"{LINKS}/cus_1").status_code == 404


def test_a_portal_that_does_not_list_links_opens_none(house: House, vendor: vendors.Registered, mira: str) -> None:
    refused = call(house, vendor, "POST", LINKS, customer="cus_1")
    house.hear(a_portal_v3(methods=("permanent_link",), revision=2), vendor=vendor.vendor.id)
    url = made(house, vendor)
    house.hear(a_portal_v3(methods=("email",), revision=3), vendor=vendor.vendor.id)

    assert (refused.status_code, refused.json["code"]) == (409, "permanent_links_off")
    assert click(house.browser(), url).status_code == 410


def test_it_outlives_nothing_of_another_vendor(house: House, vendor: vendors.Registered, open_portal: str) -> None:
    house.hear(a_customer("other@tessaly.example", customer="cus_9"), vendor="ven_other")

    answers = [call(house, vendor, "POST", LINKS, customer=whose) for whose in ("cus_9", "cus_none")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_uses_and_wrong_tries_are_limited(house: House, vendor: vendors.Registered, open_portal: str) -> None:
    url = made(house, vendor)
    uses = [click(house.browser(address=f"203.0.113.{n}"), url).status_code for n in range(22)]
    stranger = house.browser(address="198.51.100.1")
    wrong = [click(stranger, f"#t={n:043d}").status_code for n in range(21)]

    assert uses == [303] * 20 + [429] * 2
    assert wrong == [410] * 20 + [429]
    with clock.fixed(NOON + timedelta(hours=1, seconds=1)):
        assert click(house.browser(), url).status_code == 303


@pytest.mark.feature("A11")
def test_it_is_mailed_to_the_address_on_file_and_drawn(
    house: House, vendor: vendors.Registered, open_portal: str
) -> None:
    url = made(house, vendor)

    mailed = call(house, vendor, "POST", f"{LINKS}/cus_1/mail")
    drawn = call(house, vendor, "GET", f"{LINKS}/cus_1/qr")
    sent = house.post_mails(now=NOON)

    assert (mailed.status_code, sent) == (202, 1)
    (mail,) = house.mailroom.mails
    assert (mail["kind"], mail["to"], mail["link"]) == ("subscriber_link", open_portal, url)
    assert drawn.content_type == "image/svg+xml"
    assert drawn.text.startswith("<?xml")


def test_a_link_to_sign_in_once_is_made_and_shown_once(
    house: House, vendor: vendors.Registered, open_portal: str
) -> None:
    answer = call(house, vendor, "POST", "/v1/sign_in_links", email=open_portal)
    nobody = call(house, vendor, "POST", "/v1/sign_in_links", email="nobody@tessaly.example")
    browser = house.browser()

    assert (answer.status_code, nobody.status_code) == (201, 404)
    assert browser.click(answer.json["url"]).status_code == 303
    assert house.rows(PortalSession)[0].assurance == "verified"
