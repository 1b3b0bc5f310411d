"""A01, TI-15: one mailbox, every vendor that knows it, each behind its own section of the global portal."""

from typing import Any

import jwt
import pytest

from services.auth.actions import portal_sessions, vendors
from services.auth.models import GlobalSession, PortalSession
from shared.database import scope
from shared.events import Actor
from tests.integration.auth.house import NOON, Browser, House, a_customer, a_portal, a_portal_v3

MIRA = "mira@tessaly.example"


@pytest.fixture
def two(house: House, vendor: vendors.Registered) -> tuple[str, str]:
    """Two vendors that both know Mira, each with a section of the global portal."""
    with house.database.begin() as session:
        other = vendors.register(
            session,
            display_name="Borealis",
            email="owner@borealis.example",
            slug="borealis",
            default_locale="en",
            profile={},
            actor=Actor(kind="system", id="test"),
            now=NOON,
        )
    ids = (vendor.vendor.id, other.vendor.id)
    for number, (which, slug) in enumerate(zip(ids, ("acme", "borealis"), strict=True)):
        house.hear(a_portal(slug), vendor=which)
        house.hear(section(slug), vendor=which)
        house.hear(a_customer(MIRA, customer=f"cus_{slug}"), vendor=which)
        house.hear(a_customer(f"x{number}@tessaly.example", customer=f"cus_x{number}"), vendor=which)
    return ids


def section(name: str, *, revision: int = 2, at: str | None = None, **change: Any) -> Any:
    """A vendor's section of the global portal, at `<name>-global` unless told."""
    given = {"configuration": f"pcfg_{at or name}_global", "kind": "global", "is_default": False}
    return a_portal_v3(at or f"{name}-global", revision=revision, **{**given, "display_name": name.title(), **change})


def sign_in(house: House, email: str = MIRA) -> Browser:
    browser = house.browser()
    browser.post("/billing/sign-in", email=email)
    house.post_mails(now=NOON)
    answer = browser.post("/billing/sign-in/code", code=house.mailroom.mails[-1]["code"])
    assert (answer.status_code, answer.headers["Location"]) == (303, "/billing")
    return browser


def passport(house: House, browser: Browser, portal: str) -> dict[str, Any] | None:
    cookie = browser.client.get_cookie("bursar_8080__billing", domain="localhost")
    assert cookie is not None
    answer = house.identity(Cookie=f"bursar_8080__billing={cookie.value}", **{"X-Portal": portal})
    given = answer.headers.get("X-Passport")
    said: dict[str, Any] | None = given and jwt.decode(given, options={"verify_signature": False})
    return said


@pytest.mark.feature("A01")
def test_one_mail_opens_the_sections_of_every_vendor_that_knows_the_address(house: House, two: tuple[str, str]) -> None:
    browser = sign_in(house)

    (mail,) = house.mailroom.mails
    assert mail["brand"]["name"] == "Bursar"
    assert mail["link"].startswith("http://localhost:8080/billing/sign-in/link#t=")
    everywhere = passport(house, browser, "_billing")
    assert everywhere is not None
    assert (everywhere["kind"], everywhere["vendor"], everywhere["portal"]) == ("customer", None, "_billing")
    for vendor, slug in zip(two, ("acme", "borealis"), strict=True):
        there = passport(house, browser, f"{slug}-global")
        assert there is not None
        assert (there["vendor"], there["customers"], there["assurance"]) == (vendor, [f"cus_{slug}"], "verified")


@pytest.mark.feature("A01")
def test_it_opens_no_other_portal_and_no_section_that_is_closed(house: House, two: tuple[str, str]) -> None:
    browser = sign_in(house)
    house.hear(section("borealis", revision=3, active=False), vendor=two[1])

    assert passport(house, browser, "acme") is None
    assert passport(house, browser, "borealis-global") is None
    assert passport(house, browser, "acme-global") is not None


def test_signing_out_ends_every_section(house: House, two: tuple[str, str]) -> None:
    browser = sign_in(house)
    cookie = browser.client.get_cookie("bursar_8080__billing", domain="localhost")
    assert cookie is not None

    browser.post("/billing/sign-out")

    for portal in ("_billing", "acme-global", "borealis-global"):
        answer = house.identity(Cookie=f"bursar_8080__billing={cookie.value}", **{"X-Portal": portal})
        assert "X-Passport" not in answer.headers
    assert house.rows(GlobalSession)[0].revoked_at is not None


@pytest.mark.feature("A17")
def test_a_vendor_who_ends_a_customers_sessions_ends_the_global_one_too(house: House, two: tuple[str, str]) -> None:
    browser = sign_in(house)
    before = passport(house, browser, "acme-global")

    with scope.system(vendor=two[0], mode="live", job="test"), house.database.begin() as session:
        portal_sessions.revoke_of_customer(session, customer="cus_acme", now=NOON)

    assert before is not None
    assert passport(house, browser, "acme-global") is None


def test_an_address_that_nobody_knows_is_answered_alike_and_gets_no_mail(house: House, two: tuple[str, str]) -> None:
    known, unknown = house.browser(), house.browser()
    answers = [
        known.post("/billing/sign-in", email=MIRA),
        unknown.post("/billing/sign-in", email="nobody@tessaly.example"),
    ]
    sent = house.post_mails(now=NOON)

    assert [(each.status_code, each.headers["Location"]) for each in answers] == [(303, "/billing/sign-in/code")] * 2
    assert sent == 1


def test_live_purchases_come_before_test_ones(house: House, vendor: vendors.Registered) -> None:
    """A session has one mode; a vendor's test section shows only to whom no vendor sold anything live."""
    test = {"vendor": vendor.vendor.id, "mode": "test"}
    house.hear(section("acme", at="acme-global-test"), **test)
    house.hear(a_customer(MIRA, customer="cus_test"), **test)

    browser = sign_in(house)

    there = passport(house, browser, "acme-global-test")
    assert there is not None
    assert (there["mode"], there["customers"]) == ("test", ["cus_test"])
    assert house.rows(GlobalSession)[0].mode == "test"


@pytest.mark.feature("J03")
def test_no_vendor_hears_of_a_sign_in_there(house: House, two: tuple[str, str]) -> None:
    sign_in(house, "x0@tessaly.example")  # a customer of one vendor alone

    (mail,) = house.mailroom.mails
    assert mail["customer"] is None
    assert mail["vendor"] not in two
    assert house.rows(PortalSession) == []
