"""A portal at its vendor's own host (B08, ML-12): what the gateway is told, and where mails and sign-ins lead."""

import pytest

from services.auth.actions.vendors import Registered
from tests.integration.auth.house import NOON, Browser, House, a_portal_v3
from tests.support.statements import statements as counted_statements

pytestmark = pytest.mark.feature("B08")

HOST, HOME = "shop.example", "http://shop.example:8080/billing"
INSIDE = {"X-Portal-Home": "/billing"}


@pytest.fixture
def own(house: House, vendor: Registered) -> None:
    """Acme's live portal is proven to be at its own host."""
    publish(house, vendor)


def publish(
    house: House, vendor: Registered, *, slug: str = "acme", revision: int = 2, path: str | None = "/billing"
) -> None:
    domain = None if path is None else {"host": HOST, "path": path}
    house.hear(a_portal_v3(slug, revision=revision, domain=domain), vendor=vendor.vendor.id)


def asked(house: House, path: str, *, host: str = HOST, **headers: str) -> tuple[int, dict[str, str]]:
    """Status, and what auth says of the portal and the caller."""
    answer = house.identity(**{"X-Own-Host": host, "X-Own-Path": path, **headers})
    told = ("X-Portal-Home", "X-Inside-Path", "X-Auth-Error", "X-Passport")
    return answer.status_code, {name: answer.headers[name] for name in told if name in answer.headers}


def test_a_proven_host_leads_to_its_portal(house: House, own: None) -> None:
    expected = {"X-Portal-Home": "/billing", "X-Inside-Path": "/p/acme/invoices"}

    assert asked(house, "/billing/invoices") == (200, expected)
    assert asked(house, "/billing/invoices", host="SHOP.Example") == (200, expected)


def test_at_the_root_of_a_host_home_is_said_all_the_same(house: House, vendor: Registered) -> None:
    publish(house, vendor, path="")

    assert asked(house, "/") == (200, {"X-Portal-Home": "/", "X-Inside-Path": "/p/acme"})


def test_two_portals_share_a_host_by_path(house: House, vendor: Registered, own: None) -> None:
    house.hear(a_portal_v3("acme-help", revision=1, domain={"host": HOST, "path": "/help"}), vendor=vendor.vendor.id)

    assert asked(house, "/help/x")[1]["X-Inside-Path"] == "/p/acme-help/x"
    assert asked(house, "/billing/x")[1]["X-Inside-Path"] == "/p/acme/x"


@pytest.mark.parametrize("host", ["evil.example", "shop.example.evil", "example", "localhost", "%"])
def test_a_host_that_nobody_has_proven_is_refused(house: House, own: None, host: str) -> None:
    assert asked(house, "/billing", host=host) == (401, {"X-Auth-Error": "host_unknown"})


@pytest.mark.parametrize("path", ["/", "/p/acme", "/billings", "/v1/customers", "/internal/identity", ""])
def test_any_other_path_of_a_proven_host_is_nothing(house: House, own: None, path: str) -> None:
    assert asked(house, path) == (401, {"X-Auth-Error": "not_found"})


def test_a_host_that_is_proven_no_more_is_refused_from_the_next_request(
    house: House, vendor: Registered, own: None
) -> None:
    publish(house, vendor, revision=3, path=None)

    assert asked(house, "/billing") == (401, {"X-Auth-Error": "host_unknown"})


def test_whoever_is_signed_in_is_so_at_the_own_host_as_well(house: House, own: None, mira: str) -> None:
    browser = signed_in(at_own_host(house), house, mira)
    cookie = f"bursar_8080_acme={browser.cookie()}"

    status, told = asked(house, "/billing", Cookie=cookie)
    elsewhere, _ = asked(house, "/billing", host="evil.example", Cookie=cookie)

    assert (status, elsewhere) == (200, 401)
    assert "X-Passport" in told


def test_the_answer_costs_one_statement_more(house: House, own: None) -> None:
    with counted_statements(house.database) as seen:
        asked(house, "/billing")

    assert len([each for each in seen if each.startswith("SELECT")]) == 1


def at_own_host(house: House, **headers: str) -> Browser:
    """A browser at the portal's own host, as the gateway passes it on."""
    browser = house.browser()
    browser.headers |= {**INSIDE, **headers}
    return browser


def mailed(house: House, browser: Browser, email: str) -> str:
    """The link that comes when this browser asks for it."""
    browser.ask(email)
    house.post_mails(now=NOON)
    link: str = house.mailroom.mails[-1]["link"]
    return link


def signed_in(browser: Browser, house: House, email: str) -> Browser:
    browser.click(mailed(house, browser, email))
    return browser


def test_until_a_host_is_proven_mails_lead_to_the_installation(house: House, mira: str) -> None:
    assert mailed(house, house.browser(), mira).startswith("http://localhost:8080/p/acme/sign-in/link#t=")


def test_once_it_is_proven_mails_lead_there(house: House, own: None, mira: str) -> None:
    assert mailed(house, at_own_host(house), mira).startswith(f"{HOME}/sign-in/link#t=")


@pytest.mark.parametrize("host", ["evil.example", "localhost:8080@evil.example", "evil.example/p"])
def test_no_name_that_a_request_gives_its_host_is_in_a_mail(house: House, own: None, mira: str, host: str) -> None:
    """ML-12."""
    forged = {"X-Forwarded-Host": host, "Forwarded": f"host={host}", "X-Own-Host": host}

    assert mailed(house, at_own_host(house, **forged), mira).startswith(f"{HOME}/sign-in/link#t=")
    assert "evil" not in str(house.mailroom.mails)


@pytest.mark.parametrize(
    ("asked_for", "led_to"),
    [
        ("/p/acme/sign-in", HOME),
        ("/p/acme/sign-in?next=/p/acme/payments/pay_1/return", f"{HOME}/payments/pay_1/return"),
        ("/p/acme/sign-in?next=//evil.example", HOME),
    ],
)
def test_customers_of_a_portal_with_its_own_host_sign_in_there(
    house: House, own: None, asked_for: str, led_to: str
) -> None:
    """Mails lead there, and what a browser was given at one host it does not show at another."""
    answer = house.browser().get(asked_for)

    assert (answer.status_code, answer.headers["Location"]) == (303, led_to)


def test_at_the_own_host_the_page_is_shown_with_its_links_as_they_are_there(house: House, own: None) -> None:
    page = house.browser().get("/p/acme/sign-in?next=/p/acme/invoices", **INSIDE)

    assert page.status_code == 200
    assert 'action="/billing/sign-in"' in page.text
    assert 'name="next" value="/p/acme/invoices"' in page.text
    assert 'href="/p/' not in page.text


def test_whoever_is_signed_in_at_the_installations_host_stays_there(
    house: House, vendor: Registered, mira: str
) -> None:
    browser = signed_in(house.browser(), house, mira)
    publish(house, vendor)

    assert browser.get("/p/acme/sign-in").status_code == 200
