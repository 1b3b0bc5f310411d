"""How customers get in at each of the five products that Bursar learns from, through a browser, from their presets."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Visit, scrolls_sideways, violations
from tests.support.polling import until
from tests.support.shop_page import ShopPage, confirm, framed, wait_for
from tests.support.vendors import Vendor, code_in, link_in
from tests.support.widgets import EMAIL, Guest, Widget

CANCEL = re.compile("Cancel subscription")
SITE = "https://app.tessaly.example"


def preset(vendor: Vendor, name: str, **values: Any) -> dict[str, Any]:
    """A portal as that product's is; its configuration, once auth has heard of it."""
    made: dict[str, Any] = vendor.post("/v1/portal_configurations", {"name": name, "preset": name, **values})
    until(
        lambda: vendor.stack.request("GET", f"/p/{made['slug']}/sign-in").status_code == 200,
        seconds=20,
        what="the portal is open",
    )
    return made


def looks_right(page: Page) -> None:
    assert violations(page) == []
    assert not scrolls_sideways(page)


@pytest.mark.feature("A01", "J02")
def test_paykickstart_one_address_opens_the_purchases_of_every_vendor(vendor: Vendor, visit: Visit) -> None:
    """The global portal: an address typed at /billing, one mail, a section a vendor."""
    vendor.subscription(vendor.customer(EMAIL))
    vendor.payment(vendor.customer("nobody@tessaly.example"))
    paid = vendor.post("/v1/customers", {"email": f"mira-{vendor.slug}@tessaly.example"})
    vendor.subscription(paid)
    vendor.payment(paid)
    (section,) = vendor.get("/v1/portal_configurations?kind=global")["data"]
    vendor.patch(f"/v1/portal_configurations/{section['id']}", {"scope": {"access_gate": "any_order"}})
    vendor.until_known(paid["email"])
    page = visit()

    page.goto(f"{vendor.stack.base_url}/billing")
    looks_right(page)
    page.get_by_label("E-mail address").fill(paid["email"])
    page.get_by_role("button", name="Send link and code").click()
    page.get_by_label("Six-digit code").fill(global_code(vendor, paid["email"]))

    expect(page).to_have_url(re.compile(r"/billing/?$"))
    expect(page.get_by_role("heading", name=vendor.name)).to_be_visible()
    expect(page.get_by_text("Team plan").first).to_be_visible()
    looks_right(page)
    page.get_by_role("link", name=CANCEL).click()
    expect(page).to_have_url(re.compile(rf"/p/{section['slug']}/subscriptions/"))
    page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}")
    expect(page.get_by_label("E-mail address")).to_be_visible()

    vendor.patch(
        f"/v1/portal_configurations/{section['id']}", {"features": {"subscription_cancel": {"enabled": False}}}
    )
    page.goto(f"{vendor.stack.base_url}/billing")
    expect(page.get_by_text("Team plan").first).to_be_visible()
    assert page.get_by_role("link", name=CANCEL).count() == 0, "the section has toggles of its own"
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{vendor.stack.base_url}/p/{section['slug']}")
    expect(page.get_by_label("E-mail address")).to_be_visible()


def global_code(vendor: Vendor, email: str) -> str:
    """The code of the mail that the platform sent: it is no vendor's, so it stands in the mailbox of this machine."""
    found: list[str] = []

    def arrived() -> bool:
        listing = vendor.stack.request("GET", "/mailbox").text
        for path in re.findall(r'href="(/mailbox/msg_\w+)"', listing):
            text = vendor.stack.request("GET", path).text
            if email in text and "Sign in to Bursar" in text:
                found.append(code_in({"text": re.sub(r"<[^>]+>", " ", text)}))
                return True
        return False

    until(arrived, seconds=30, what="the platform's mail arrives")
    return found[0]


@pytest.mark.feature("A04", "B01")
def test_paykickstart_the_mail_leads_back_to_the_vendors_own_page(
    vendor: Vendor, shop_page: ShopPage, guest: Guest
) -> None:
    """The embedded script asks for an address; the mailed link comes back to the page, which is then signed in."""
    redirect = f"{shop_page.origin}/account"
    made = preset(
        vendor,
        "paykickstart",
        scope={"access_gate": "any_order"},
        embed={"allowed_origins": [shop_page.origin]},
        sign_in={"redirect_url": redirect},
    )
    widget = Widget(vendor, made["id"], made["slug"], "", shop_page)
    vendor.subscription(vendor.customer(EMAIL))
    vendor.until_known(EMAIL)
    page = guest()
    page.goto(widget.embed(path="/account", email=None, hash=None))
    framed(page).get_by_label("E-mail address").fill(EMAIL)
    framed(page).get_by_role("button", name="Send code").click()
    expect(framed(page).get_by_role("heading", name="Check your inbox")).to_be_visible()

    page.goto(link_in(vendor.mail("sign_in", to=EMAIL)))
    page.get_by_role("button", name="Continue as").click()

    expect(page).to_have_url(redirect)
    framed(page).get_by_role("button", name="Continue").click()
    expect(framed(page).get_by_text("Team plan").first).to_be_visible()
    kept = [each["name"] for each in page.context.cookies(widget.base)]
    assert [name for name in kept if made["slug"] in name and not name.endswith("_pre")] == [], "signed in there alone"


@pytest.mark.feature("A09")
def test_wingback_the_backend_asks_for_an_address_and_redirects(vendor: Vendor, visit: Visit) -> None:
    """No way in but the one that the vendor's backend opens: the portal's own page leads to the vendor's app."""
    vendor.subscription(vendor.customer(EMAIL, reference="user-7"))
    made = preset(vendor, "wingback", embed={"allowed_origins": [SITE]})
    session = _opened(vendor, customer_reference="user-7", configuration=made["id"], return_url=f"{SITE}/account")
    page = visit(phone=True)

    page.goto(f"{vendor.stack.base_url}/p/{made['slug']}")
    assert page.get_by_label("E-mail address").count() == 0
    page.goto(session["url"])
    page.get_by_role("button", name="Continue as m").click()

    expect(page.get_by_text("Team plan").first).to_be_visible()
    looks_right(page)
    page.locator("details.menu > summary").first.click()  # on a phone the way back is in the menu
    expect(page.get_by_role("link", name=re.compile("Back to"))).to_have_attribute("href", f"{SITE}/account")


def _opened(vendor: Vendor, **body: Any) -> dict[str, Any]:
    answers: list[Any] = []

    def made() -> bool:
        answers.append(vendor.ask("POST", "/v1/portal_sessions", json=body))
        return bool(answers[-1].status_code == 201)

    until(made, seconds=20, what="a portal session is made")
    found: dict[str, Any] = answers[-1].json()
    return found


@pytest.mark.feature("A05", "A23")
@pytest.mark.parametrize("scripts", [True, False])
def test_kartra_an_order_number_and_an_address_find_the_order_and_cancel_it(
    vendor: Vendor, visit: Visit, scripts: bool
) -> None:
    """Order number and purchase e-mail, with or without scripts; the preset lets such a session act."""
    customer = vendor.customer(EMAIL)
    subscription = vendor.subscription(customer)
    order = vendor.payment(customer)["order_number"]
    made = preset(vendor, "kartra")
    page = visit(scripts=scripts)

    page.goto(f"{vendor.stack.base_url}/p/{made['slug']}")
    page.get_by_role("link", name="Sign in with an order number").click()
    looks_right(page) if scripts else None
    page.get_by_label("Order number").fill("0000-0000-00")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_role("button", name="Show my order").click()
    expect(page.get_by_text("We found no order")).to_be_visible()
    page.get_by_label("Order number").fill(f" {order[:4].lower()}-{order[4:]} ")
    page.get_by_label("E-mail address").fill(EMAIL.upper())
    page.get_by_role("button", name="Show my order").click()

    expect(page.get_by_text("Team plan").first).to_be_visible()
    page.get_by_role("link", name=CANCEL).click()
    page.get_by_role("button", name=CANCEL).click()
    expect(page.get_by_text(re.compile("Ends on|ends on")).first).to_be_visible()
    assert vendor.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "canceled"


@pytest.mark.feature("A06", "B15")
def test_billflow_the_page_vouches_with_a_hash_and_hears_what_happened(
    vendor: Vendor, shop_page: ShopPage, guest: Guest
) -> None:
    """A snippet with e-mail and hash: no mail, no password; the page's function hears of the cancellation."""
    made = preset(vendor, "billflow", embed={"allowed_origins": [shop_page.origin], "events": True})
    secret = vendor.post("/v1/identity_secrets", {"name": "The shop's server"})["secret"]
    widget = Widget(vendor, made["id"], made["slug"], secret, shop_page)
    subscription = vendor.subscription(vendor.customer(EMAIL))
    page = guest()

    page.goto(widget.embed())
    expect(framed(page).get_by_text("Team plan").first).to_be_visible()
    framed(page).get_by_role("link", name=CANCEL).click()
    confirm(page, CANCEL)

    assert wait_for(page, "cancel") == [{"state": "done", "subscription": subscription["id"]}]
    details = vendor.get(f"/v1/subscriptions/{subscription['id']}")
    assert details["status"] == "canceled"
    assert [each["kind"] for each in vendor.all_of("/v1/messages") if each["kind"] == "sign_in"] == []


@pytest.mark.feature("A11", "A12")
def test_4geeks_the_invitation_brings_the_permanent_link_which_outlives_a_cancellation(
    vendor: Vendor, visit: Visit
) -> None:
    """A new subscriber is invited with a link that stays good, until it is replaced."""
    made = preset(vendor, "4geeks", is_default=True)
    customer = vendor.customer(EMAIL)
    subscription = vendor.subscription(customer)
    mailed = re.search(r"http\S+#t=[\w-]+", vendor.mail("customer_invitation", to=EMAIL)["text"])
    link = vendor.get(f"/v1/subscriber_links/{customer['id']}")["url"]
    page, again, stranger = visit(), visit(phone=True), visit()

    assert mailed is not None
    assert mailed[0] == link
    _enter(page, link, made["slug"])
    page.get_by_role("link", name=CANCEL).click()
    page.get_by_role("button", name=CANCEL).click()
    expect(page.get_by_text(re.compile("Ends on|ends on")).first).to_be_visible()
    assert vendor.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "canceled"

    _enter(again, link, made["slug"])
    looks_right(again)
    fresh = vendor.post(f"/v1/subscriber_links/{customer['id']}/regenerate", {})["url"]
    stranger.goto(link)
    expect(stranger.get_by_role("heading", name="This link no longer works")).to_be_visible()
    until(lambda: _is_out(again), seconds=10, what="who came by the old link is out")
    stranger.goto("about:blank")
    _enter(stranger, fresh, made["slug"])


def _enter(page: Page, link: str, slug: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="Continue as").click()
    expect(page).to_have_url(re.compile(rf"/p/{slug}/?$"))
    expect(page.get_by_text("Team plan").first).to_be_visible()


def _is_out(page: Page) -> bool:
    page.reload()
    return "/sign-in" in page.url
