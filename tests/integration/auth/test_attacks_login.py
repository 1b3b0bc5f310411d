"""ML-10, SE-01: nobody is signed in as somebody else, and nothing that was planted ever becomes signed in."""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.auth.actions import vendors
from services.auth.models import PortalSession
from tests.integration.auth.house import FIREFOX, NOON, PUBLIC_URL, Browser, House, a_customer, a_portal_v3, token_of
from tests.integration.auth.opening import made
from tests.integration.auth.signing import call

NUMBER = "7K3M9QXT2D"
ATTACKER = "zoe@tessaly.example"
WAYS = ("email", "portal_session", "permanent_link", "order_number")
PLANTED = "planted-by-somebody-else-0123456789abcdefghi"


@pytest.fixture
def people(house: House, vendor: vendors.Registered, mira: str) -> vendors.Registered:
    """Mira, the victim, and the attacker, a customer as well."""
    house.hear(a_customer(ATTACKER, customer="cus_zoe"), vendor=vendor.vendor.id)
    house.hear(a_portal_v3(methods=WAYS), vendor=vendor.vendor.id)
    house.orders.customers[NUMBER] = "cus_1"
    return vendor


def mailed_link(house: House, _vendor: vendors.Registered, email: str) -> tuple[str, str]:
    house.browser(address="198.51.100.1").ask(email)
    house.post_mails(now=NOON)
    return "link", house.mailroom.mails[-1]["link"]


def portal_session(house: House, vendor: vendors.Registered, email: str) -> tuple[str, str]:
    return "entry", made(house, vendor.keys["live"].secret, email=email)["url"]


def permanent_link(house: House, vendor: vendors.Registered, email: str) -> tuple[str, str]:
    customer = "cus_zoe" if email == ATTACKER else "cus_1"
    answer = call(house, vendor.keys["live"].secret, "POST", "/v1/subscriber_links", json={"customer": customer})
    return "permanent", answer.json["url"]


LINKS: dict[str, Callable[[House, vendors.Registered, str], tuple[str, str]]] = {
    "mailed link": mailed_link,
    "portal session": portal_session,
    "permanent link": permanent_link,
}
LINK = pytest.mark.parametrize("link", LINKS.values(), ids=LINKS.keys())


def describe(browser: Browser, what: str, url: str) -> TestResponse:
    path = f"/p/acme/sign-in/{what}/describe"
    return browser.post(path, headers={"HX-Request": "true"}, token=token_of(url))


def use(browser: Browser, what: str, url: str, **form: str) -> TestResponse:
    return browser.post(f"/p/acme/sign-in/{what}", headers={"HX-Request": "true"}, token=token_of(url), **form)


@LINK
def test_a_link_of_the_attackers_own_names_whose_it_is_and_signs_nobody_in(
    house: House, people: vendors.Registered, link: Any
) -> None:
    """ML-10: the page says whose link it is, before anybody is in."""
    what, url = link(house, people, ATTACKER)
    victim = house.browser()

    page = victim.get(f"/p/acme/sign-in/{what}")
    described = describe(victim, what, url)

    assert "z•••@tessaly.example" in described.text
    assert ATTACKER not in described.text
    assert token_of(url) not in page.text + described.text
    assert victim.cookie() is None
    assert house.rows(PortalSession) == []


@LINK
def test_who_is_signed_in_stays_so_until_the_other_account_is_chosen(
    house: House, people: vendors.Registered, mira: str, link: Any
) -> None:
    """ML-10: both accounts are named, staying is the first choice, and nothing is replaced silently."""
    victim = house.browser()
    use(victim, *mailed_link(house, people, mira))
    kept = victim.cookie()
    what, url = link(house, people, ATTACKER)

    victim.get(f"/p/acme/sign-in/{what}")
    described = describe(victim, what, url)

    assert "M•••@Tessaly.example" in described.text
    assert "z•••@tessaly.example" in described.text
    assert described.text.index('href="/p/acme"') < described.text.index("data-use")
    assert victim.cookie() == kept
    assert victim.is_signed_in(house)
    assert len(house.rows(PortalSession)) == 1


@LINK
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://evil.localhost:8080"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "", "Origin": "", "Referer": "http://localhost:8080/p/acme"},
    ],
    ids=["cross-site", "sibling", "foreign", "null", "neither"],
)
def test_no_other_site_sends_the_click(
    house: House, people: vendors.Registered, link: Any, headers: dict[str, str]
) -> None:
    """ML-10, SE-07: login CSRF."""
    what, url = link(house, people, ATTACKER)
    victim = house.browser()
    sent = victim.csrf("/p/acme/sign-in")
    given = {name: value for name, value in {**victim.headers, **headers}.items() if value}

    answer = victim.client.post(
        f"/p/acme/sign-in/{what}",
        base_url=PUBLIC_URL,
        data={"csrf_token": sent, "token": token_of(url)},
        headers=given,
    )

    assert answer.status_code == 403
    assert victim.cookie() is None
    assert house.rows(PortalSession) == []


def test_no_other_site_signs_in_by_an_order_number(house: House, people: vendors.Registered, mira: str) -> None:
    """ML-10, ML-20."""
    victim = house.browser()
    form = {"order_number": NUMBER, "email": mira}

    cross = victim.post("/p/acme/sign-in/order", headers={"Sec-Fetch-Site": "cross-site"}, **form)
    bare = victim.client.post("/p/acme/sign-in/order", base_url=PUBLIC_URL, data=form, headers=victim.headers)

    assert (cross.status_code, bare.status_code) == (403, 403)
    assert house.rows(PortalSession) == []


@LINK
def test_a_token_in_an_address_is_no_token(house: House, people: vendors.Registered, link: Any) -> None:
    """ML-09: what stands in a query is in logs, and signs nobody in."""
    what, url = link(house, people, ATTACKER)
    browser = house.browser()
    token = token_of(url)

    for method in ("get", "post"):
        for where in (f"?token={token}", f"?t={token}", f"/{token}"):
            answer = getattr(browser.client, method)(
                f"/p/acme/sign-in/{what}{where}",
                base_url=PUBLIC_URL,
                headers=browser.headers,
                **({} if method == "get" else {"data": {"csrf_token": browser.csrf("/p/acme/sign-in")}}),
            )
            assert "Set-Cookie" not in answer.headers or "bursar_8080_acme=" not in answer.headers["Set-Cookie"]

    assert house.rows(PortalSession) == []
    assert use(house.browser(), what, url).status_code == 200


@LINK
def test_what_was_planted_never_becomes_signed_in(house: House, people: vendors.Registered, link: Any) -> None:
    """SE-01: neither a session's cookie nor a window's that somebody else chose."""
    what, url = link(house, people, ATTACKER)
    victim = house.browser()
    for name in ("bursar_8080_acme", "bursar_8080_acme_pre", "bursar_8080_csrf"):
        victim.client.set_cookie(name, PLANTED, domain="localhost")

    signed_in = use(victim, what, url)

    assert signed_in.status_code == 200
    token = victim.cookie()
    assert token is not None
    assert token != PLANTED
    assert len(token) >= 43
    planted = house.identity(Cookie=f"bursar_8080_acme={PLANTED}", **{"X-Portal": "acme"})
    assert "X-Passport" not in planted.headers


def test_a_planted_window_is_not_the_one_that_asks(house: House, people: vendors.Registered, mira: str) -> None:
    """SE-01: the code of a mail is good in a window of the asker's own making, never in one that was chosen before."""
    victim, attacker = house.browser(), house.browser(address="198.51.100.1")
    for browser in (victim, attacker):
        browser.client.set_cookie("bursar_8080_acme_pre", PLANTED, domain="localhost")
    victim.ask(mira)
    house.post_mails(now=NOON)
    code = house.mailroom.mails[-1]["code"]

    refused = attacker.type_code(code)

    assert refused.status_code == 410
    assert attacker.cookie() is None
    assert victim.type_code(code).status_code == 303


def test_a_planted_verifier_is_not_the_one_of_a_frame(house: House, people: vendors.Registered, mira: str) -> None:
    """SE-01: a frame is told its verifier; it can't bring one along."""
    asked = house.app.test_client(use_cookies=False).post(
        "/embed/acme/code", json={"email": mira, "window": PLANTED}, base_url=PUBLIC_URL
    )
    again = house.app.test_client(use_cookies=False).post(
        "/embed/acme/code",
        json={"email": mira},
        base_url=PUBLIC_URL,
        headers={"Cookie": f"bursar_8080_acme_pre={PLANTED}", "User-Agent": FIREFOX},
    )

    assert asked.status_code == 400
    assert again.json["window"] != PLANTED


def test_two_sign_ins_in_a_row_never_share_a_token(house: House, people: vendors.Registered, mira: str) -> None:
    """SE-01, ASVS 7.2.4: every sign-in makes its own, and the one before is dead."""
    browser, seen = house.browser(), []
    for what, url in (mailed_link(house, people, mira), permanent_link(house, people, ATTACKER)):
        use(browser, what, url)
        seen.append(browser.cookie())

    first = house.identity(Cookie=f"bursar_8080_acme={seen[0]}", **{"X-Portal": "acme"})
    assert seen[0] != seen[1]
    assert "X-Passport" not in first.headers
    assert browser.is_signed_in(house)
