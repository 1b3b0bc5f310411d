"""ML-12: whatever a request calls its host, every address that leaves us is built from configuration alone."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from services.auth.actions import vendors
from shared import clock
from tests.integration.auth.house import NOON, PUBLIC_URL, Browser, House, a_portal_v3
from tests.integration.auth.staffing import sign_in
from tests.integration.auth.test_invitations import run, started

EVIL = "evil.example"
LIES: dict[str, tuple[str, dict[str, str]]] = {
    "Host": (f"http://{EVIL}", {}),
    "Host with a port": (f"http://{EVIL}:8080", {}),
    "X-Forwarded-Host": (PUBLIC_URL, {"X-Forwarded-Host": EVIL, "X-Forwarded-Port": "80"}),
    "Forwarded": (PUBLIC_URL, {"Forwarded": f'host="{EVIL}";proto=https'}),
    "X-Host": (PUBLIC_URL, {"X-Host": EVIL, "X-Original-Host": EVIL, "X-Forwarded-Server": EVIL}),
    "X-Original-URL": (PUBLIC_URL, {"X-Original-URL": f"http://{EVIL}/", "X-Rewrite-URL": f"http://{EVIL}/"}),
}
LIE = pytest.mark.parametrize(("base_url", "lies"), LIES.values(), ids=LIES.keys())


@pytest.fixture
def open_portal(house: House, vendor: vendors.Registered, mira: str) -> vendors.Registered:
    """Acme's portal sends every kind of mail."""
    methods = ("email", "portal_session", "permanent_link")
    house.hear(a_portal_v3(methods=methods, sign_in={"invitation_email": True}), vendor=vendor.vendor.id)
    house.hear(a_portal_v3("acme-global", kind="global", is_default=False), vendor=vendor.vendor.id)
    return vendor


def lying(house: House, base_url: str, lies: dict[str, str]) -> Browser:
    """A browser whose requests give the host another name; its cookies count there too."""
    browser = house.browser()
    browser.csrf("/p/acme/sign-in")
    cookie = browser.client.get_cookie("bursar_8080_csrf", domain="localhost")
    assert cookie is not None
    browser.client.set_cookie(cookie.key, cookie.value, domain=EVIL)
    browser.headers |= lies
    return browser


def asks(house: House, browser: Browser, base_url: str, path: str, email: str) -> None:
    form = {"csrf_token": browser.csrf("/p/acme/sign-in"), "email": email}
    browser.client.post(path, base_url=base_url, data=form, headers=browser.headers)


@LIE
@pytest.mark.parametrize(
    ("path", "email", "begins"),
    [
        ("/p/acme/sign-in", "mira@tessaly.example", "/p/acme/sign-in/link#t="),
        ("/billing/sign-in", "mira@tessaly.example", "/billing/sign-in/link#t="),
        ("/console/sign-in", "owner@acme.example", "/console/sign-in/link#t="),
    ],
    ids=["portal", "global portal", "console"],
)
def test_the_link_of_a_mail_is_ours(
    house: House,
    open_portal: vendors.Registered,
    base_url: str,
    lies: dict[str, str],
    path: str,
    email: str,
    begins: str,
) -> None:
    asks(house, lying(house, base_url, lies), base_url, path, email)
    house.post_mails(now=NOON)

    for mail in house.mailroom.mails:
        assert mail["link"].startswith(PUBLIC_URL + begins)
        assert EVIL not in str(mail)


@LIE
def test_the_link_of_a_frames_mail_is_ours(
    house: House, open_portal: vendors.Registered, mira: str, base_url: str, lies: dict[str, str]
) -> None:
    answer = house.app.test_client(use_cookies=False).post(
        "/embed/acme/code", json={"email": mira}, base_url=base_url, headers=lies
    )
    house.post_mails(now=NOON)

    assert answer.status_code == 202
    (mail,) = house.mailroom.mails
    assert mail["link"].startswith(f"{PUBLIC_URL}/p/acme/sign-in/link#t=")
    assert EVIL not in str(mail)


ADDRESSES: dict[str, Callable[[Any], Any]] = {
    "/v1/portal_sessions": lambda _mira: {"customer": "cus_1"},
    "/v1/sign_in_links": lambda mira: {"email": mira},
    "/v1/subscriber_links": lambda _mira: {"customer": "cus_1"},
}


@LIE
@pytest.mark.parametrize("path", ADDRESSES)
def test_an_address_that_the_api_gives_is_ours(
    house: House, open_portal: vendors.Registered, mira: str, base_url: str, lies: dict[str, str], path: str
) -> None:
    with clock.fixed(datetime.now(UTC)):
        passport = house.identity(Authorization=f"Bearer {open_portal.keys['live'].secret}").headers["X-Passport"]

    answer = house.app.test_client().post(
        path, json=ADDRESSES[path](mira), base_url=base_url, headers={"X-Passport": passport, **lies}
    )

    assert answer.status_code in (200, 201), answer.text
    assert answer.json["url"].startswith(f"{PUBLIC_URL}/p/acme/sign-in/")
    assert EVIL not in answer.text


@LIE
def test_nowhere_does_a_page_or_a_redirect_name_the_other_host(
    house: House, open_portal: vendors.Registered, base_url: str, lies: dict[str, str]
) -> None:
    browser = lying(house, base_url, lies)

    for path in ("/p/acme/sign-in", "/p/acme/sign-in/link", "/p/acme/sessions", "/billing/sign-in", "/console/sign-in"):
        answer = browser.client.get(path, base_url=base_url, headers=browser.headers)
        assert answer.status_code in (200, 303)
        assert EVIL not in answer.text
        assert EVIL not in str(answer.headers)


def test_an_invitation_leads_to_us(house: House, open_portal: vendors.Registered) -> None:
    """The worker knows no request at all."""
    house.hear(started(), vendor=open_portal.vendor.id)
    run(house)

    (mail,) = [each for each in house.mailroom.mails if each["kind"] == "customer_invitation"]
    assert mail["link"].startswith(f"{PUBLIC_URL}/p/acme")


@LIE
def test_an_invitation_of_staff_leads_to_us(
    house: House, vendor: vendors.Registered, base_url: str, lies: dict[str, str]
) -> None:
    console = sign_in(house)
    console.browser.headers |= lies

    console.post("/console/access/people", do="invite", email="noor@acme.example", role="support", name="Noor")
    house.post_mails(now=datetime.now(UTC))

    (mail,) = [each for each in house.mailroom.mails if each["kind"] == "staff_invitation"]
    assert mail["link"].startswith(f"{PUBLIC_URL}/console")
    assert EVIL not in str(mail)
