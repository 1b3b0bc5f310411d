"""`cross_device: code`: a link works in the browser that asked; elsewhere the page says to type the code (ML-25)."""

import re

import pytest

from services.auth.actions import sign_in
from services.auth.actions.vendors import Registered
from services.auth.models import PortalSession, SignInRequest
from services.auth.queries import portals
from shared.database import scope
from tests.integration.auth.house import NOON, PUBLIC_URL, Browser, House, a_portal_v2, visible

pytestmark = pytest.mark.feature("A18")


@pytest.fixture
def laptop(house: House, mira: str, vendor: Registered) -> Browser:
    """The browser that asked, at a portal that says `code`."""
    house.hear(a_portal_v2("acme", revision=2, cross_device="code"), vendor=vendor.vendor.id)
    browser = house.browser()
    browser.ask(mira)
    house.post_mails(now=NOON)
    return browser


@pytest.fixture
def phone(house: House) -> Browser:
    """The one the mail is read on."""
    return house.browser(address="198.51.100.2")


def link(house: House) -> str:
    found: str = house.mailroom.mails[-1]["link"]
    return found


def test_elsewhere_the_page_says_to_type_the_code_and_has_nothing_to_click(
    house: House, laptop: Browser, phone: Browser
) -> None:
    described = phone.describe(link(house))

    assert described.status_code == 200
    assert "Type the six-digit code from the mail in the window where you asked for it." in described.text
    assert not re.search(r"<(button|form|a|input)\b|data-use", described.text)
    assert "Tessaly" not in described.text


def test_elsewhere_nobody_is_signed_in_the_link_stays_and_the_code_works(
    house: House, laptop: Browser, phone: Browser
) -> None:
    """The phone sends the token all the same: it is answered as a link that nobody knows."""
    unknown = phone.click(f"{PUBLIC_URL}/p/acme/sign-in/link#t={'A' * 43}")

    refused = phone.click(link(house))

    assert visible(refused) == visible(unknown)
    assert refused.status_code == 410
    assert not phone.is_signed_in(house)
    assert house.rows(PortalSession) == []
    assert [row.used_at for row in house.rows(SignInRequest)] == [None]
    assert laptop.type_code(house.mailroom.mails[-1]["code"]).status_code == 303
    assert laptop.is_signed_in(house)
    assert house.rows(PortalSession)[0].assurance == "verified"


def test_the_browser_that_asked_is_signed_in_by_its_click(house: House, laptop: Browser, phone: Browser) -> None:
    phone.click(link(house))
    assert "Continue as M•••@Tessaly.example" in laptop.describe(link(house)).text

    assert laptop.click(link(house)).status_code == 303

    assert laptop.is_signed_in(house)
    assert laptop.type_code(house.mailroom.mails[-1]["code"]).status_code == 410


def test_a_window_that_asked_for_another_address_is_another_browser(house: House, laptop: Browser) -> None:
    """An attacker has a pre-login cookie too, of a request of their own."""
    attacker = house.browser(address="198.51.100.3")
    attacker.ask("somebody@else.example")

    assert attacker.click(link(house)).status_code == 410
    assert not attacker.is_signed_in(house)


def test_the_page_says_it_in_german(house: House, laptop: Browser) -> None:
    phone = house.browser(address="198.51.100.2")
    phone.headers["Accept-Language"] = "de"

    assert "den sechsstelligen Code aus der Mail in dem Fenster" in phone.describe(link(house)).text


def test_a_link_that_the_operator_made_works_in_any_browser(
    house: House, laptop: Browser, phone: Browser, mira: str
) -> None:
    """It was asked for in none."""
    with house.database.begin() as session:
        portal = portals.by_slug(session, "acme")
        assert portal is not None
        with scope.system(vendor=portal.vendor, mode=portal.mode, job="test"):
            made = sign_in.make_link(
                session,
                portal=portal,
                email=mira,
                public_url=PUBLIC_URL,
                secrets=house.adapters.secrets,
                now=NOON,
            )
    assert made is not None

    assert phone.click(made).status_code == 303
    assert phone.is_signed_in(house)
