"""A portal at its vendor's own domain and path, through nginx, in a real browser (B08, as in Kartra)."""

import re
from dataclasses import dataclass

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.support.browser import Visit
from tests.support.name_server import NameServer
from tests.support.polling import until
from tests.support.stack import Stack
from tests.support.vendors import Vendor, link_in

pytestmark = pytest.mark.feature("B08")

EMAIL = "mira@tessaly.example"
LINKS = """() => [...document.querySelectorAll('[href], [src], [action], [formaction]')].flatMap(
    each => ['href', 'src', 'action', 'formaction'].map(name => each.getAttribute(name)).filter(Boolean))"""


@dataclass(frozen=True)
class Own:
    """A vendor's test portal at a host of the vendor's own. Browsers find every `*.localhost` on this machine."""

    vendor: Vendor
    host: str
    configuration: str

    @property
    def home(self) -> str:
        return f"http://{self.host}:{self.vendor.stack.port}/account"

    def status(self, path: str, *, host: str | None = None, method: str = "GET") -> int:
        """Asked by whoever sends this Host."""
        stack = self.vendor.stack
        headers = {"Host": f"{host or self.host}:{stack.port}"}
        return requests.request(
            method, f"http://127.0.0.1:{stack.port}{path}", headers=headers, allow_redirects=False, timeout=30
        ).status_code


def at_own_host(vendor: Vendor) -> Own:
    """Wished for, and not proven."""
    configuration = vendor.get("/v1/portal_configurations?is_default=true")["data"][0]["id"]
    host = f"billing.{vendor.slug}.localhost"
    domain = {"host": host, "path": "/account"}
    vendor.patch(f"/v1/portal_configurations/{configuration}", {"domain": domain})
    return Own(vendor, host, configuration)


@pytest.fixture
def own(vendor: Vendor, names: NameServer) -> Own:
    """Proven."""
    own = at_own_host(vendor)
    shown = vendor.get(f"/v1/portal_configurations/{own.configuration}")["domain"]
    names.records[shown["record"]["name"]] = [shown["record"]["value"]]
    vendor.post(f"/v1/portal_configurations/{own.configuration}/verify_domain", {})
    until(lambda: own.status("/account") == 303, seconds=30, what="the gateway knows the host")
    return own


def is_at_home(page: Page, own: Own) -> None:
    """At the vendor's own host, and nothing on the page leads anywhere else of ours but to files."""
    assert page.url.startswith(own.home)
    leads = [each for each in page.evaluate(LINKS) if each.startswith("/")]
    assert [each for each in leads if not each.startswith(("/account", "/static/"))] == []


def sign_in(page: Page, own: Own) -> None:
    page.goto(own.home)
    is_at_home(page, own)
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_role("button", name="Send link and code").click()
    expect(page.get_by_role("heading", name="Check your inbox")).to_be_visible()
    is_at_home(page, own)
    link = link_in(own.vendor.mail("sign_in", to=EMAIL))
    assert link.startswith(f"{own.home}/sign-in/link#t=")
    page.goto(link)
    page.get_by_role("button", name="Continue as").click()
    expect(page.get_by_text("Team plan").first).to_be_visible()


def test_kartra_a_customer_manages_everything_at_the_vendors_own_domain(own: Own, visit: Visit) -> None:
    customer = own.vendor.customer(EMAIL)
    subscription = own.vendor.subscription(customer)
    page = visit()

    sign_in(page, own)
    is_at_home(page, own)
    for name in (re.compile("^Payments$"), re.compile("Payment method$")):
        page.get_by_role("link", name=name).first.click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        is_at_home(page, own)
        page.goto(own.home)
    page.get_by_role("link", name="Cancel subscription").click()
    is_at_home(page, own)
    page.get_by_role("button", name=re.compile("Cancel subscription")).click()
    expect(page.get_by_text(re.compile("Ends on|ends on")).first).to_be_visible()
    is_at_home(page, own)
    assert own.vendor.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "canceled"

    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_label("E-mail address")).to_be_visible()
    is_at_home(page, own)


def test_a_step_elsewhere_leads_back_to_the_vendors_own_domain(own: Own, visit: Visit) -> None:
    """The processor's page is told the installation's address, which knows nobody and sends on to the own host."""
    own.vendor.subscription(own.vendor.customer(EMAIL))
    page = visit()
    sign_in(page, own)

    page.goto(f"{own.home}/payment-methods/new")
    page.get_by_role("button", name="Go to the card form").click()
    page.get_by_label("Card number").fill("4242 4242 4242 4242")
    page.get_by_label("Expiry date").fill("12/40")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Save card").click()

    expect(page.get_by_text("The card was added.")).to_be_visible()
    is_at_home(page, own)


def test_who_comes_to_the_installations_address_signs_in_at_the_own_one(own: Own, visit: Visit) -> None:
    page = visit()

    page.goto(f"{own.vendor.stack.base_url}/p/{own.vendor.portal}")

    expect(page.get_by_label("E-mail address")).to_be_visible()
    is_at_home(page, own)


def test_a_form_of_another_vendors_host_is_refused(own: Own) -> None:
    stack = own.vendor.stack
    answer = requests.post(
        f"http://127.0.0.1:{stack.port}/account/sign-in",
        headers={"Host": f"{own.host}:{stack.port}", "Origin": f"http://billing.other.localhost:{stack.port}"},
        data={"email": EMAIL},
        timeout=30,
    )

    assert answer.status_code == 403


def test_an_unproven_host_and_any_other_reach_no_page(vendor: Vendor, stack: Stack) -> None:
    """ML-12."""
    unproven = at_own_host(vendor)

    assert unproven.status("/account") == 421
    assert unproven.status("/account", host="evil.example") == 421
    assert unproven.status(f"/p/{vendor.portal}", host=unproven.host) == 421
    assert unproven.status(f"/p/{vendor.portal}", host="localhost") == 303


def test_the_own_host_has_the_portal_and_nothing_else(own: Own) -> None:
    for path in ("/", "/accounts", f"/p/{own.vendor.portal}", "/v1/customers", "/docs", "/mailbox", "/console"):
        assert own.status(path) == 404
    assert own.status("/static/app.css") == 200


def test_given_up_the_host_is_nobodys_again(own: Own) -> None:
    own.vendor.patch(f"/v1/portal_configurations/{own.configuration}", {"domain": {"host": None}})

    until(lambda: own.status("/account") == 421, seconds=30, what="the gateway has forgotten the host")
