"""The widget on a vendor's own page: another origin, a real browser, and third-party cookies blocked."""

import re
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from tests.support.shop_page import ShopPage, frame_of, framed, heard, wait_for
from tests.support.vendors import Vendor, code_in, link_in
from tests.support.widgets import EMAIL, Guest, Widget, make_widget

GROWN = """() => { const told = window.heard.filter(each => each.event === 'resize').pop();
  return told && Math.abs(document.querySelector('iframe').offsetHeight - told.response.height) < 2 }"""


def has_a_team_plan(widget: Widget, email: str = EMAIL) -> dict[str, Any]:
    return widget.vendor.subscription(widget.vendor.customer(email))


def console(page: Page) -> list[str]:
    """What is printed to the browser's console from here on."""
    lines: list[str] = []
    page.on("console", lambda message: lines.append(message.text))
    return lines


@pytest.mark.feature("B01")
def test_the_portal_shows_in_a_frame_that_grows_with_it_and_no_cookie_is_kept(widget: Widget, guest: Guest) -> None:
    has_a_team_plan(widget)
    page = guest()

    page.goto(widget.embed())

    expect(framed(page).get_by_text("Team plan").first).to_be_visible()
    frame = frame_of(page)
    page.wait_for_function(GROWN)
    assert frame.evaluate("document.documentElement.scrollHeight - window.innerHeight") <= 1
    assert page.evaluate("document.querySelector('iframe').title")
    assert page.context.cookies(widget.base) == []
    with pytest.raises(Error, match="Access is denied"):
        frame.evaluate("localStorage.length")  # the browser is one that lets third parties keep nothing


@pytest.mark.feature("B01")
def test_no_code_is_needed_and_loading_twice_does_no_harm(widget: Widget, guest: Guest) -> None:
    has_a_team_plan(widget)
    script = f'<script async src="{widget.base}/embed/v1.js"></script>'
    who = f'data-email="{EMAIL}" data-hash="{widget.hash()}"'
    address = widget.page.put(f'{script}<div id="billing" data-bursar="{widget.id}" {who}></div>{script}')
    page = guest()
    page.goto(address)
    before = set(page.evaluate("Object.keys(window)"))

    expect(framed(page).get_by_text("Team plan").first).to_be_visible()

    assert page.evaluate("document.querySelectorAll('iframe').length") == 1
    added = set(page.evaluate("Object.keys(window)")) - before
    assert added <= {"Bursar"}


@pytest.mark.feature("B24")
def test_two_widgets_on_one_page_keep_apart(widget: Widget, guest: Guest) -> None:
    widget.vendor.subscription(widget.vendor.customer(EMAIL))
    other = "ada@tessaly.example"
    widget.vendor.subscription(widget.vendor.customer(other), name="Solo plan")
    widgets = "".join(
        f'<div id="{name}" data-bursar="{widget.id}" data-email="{email}" data-hash="{widget.hash(email)}"></div>'
        for name, email in (("one", EMAIL), ("two", other))
    )
    page = guest()

    page.goto(widget.page.put(f'{widgets}<script async src="{widget.base}/embed/v1.js"></script>'))

    one, two = page.frame_locator("#one iframe"), page.frame_locator("#two iframe")
    expect(one.get_by_text("Team plan").first).to_be_visible()
    expect(two.get_by_text("Solo plan").first).to_be_visible()
    expect(one.get_by_text("Solo plan")).to_have_count(0)
    two.get_by_role("button", name="Sign out").click()
    expect(two.get_by_label("E-mail address")).to_be_visible()
    one.get_by_role("link", name=re.compile("Payment method$")).click()
    expect(one.get_by_role("heading", name="Payment methods")).to_be_visible()


@pytest.mark.feature("B01", "A03")
def test_without_proof_the_widget_asks_for_an_address_and_a_mailed_code(widget: Widget, guest: Guest) -> None:
    has_a_team_plan(widget)
    page = guest()
    page.goto(widget.embed(email=None, hash=None))

    framed(page).get_by_label("E-mail address").fill(EMAIL)
    framed(page).get_by_role("button", name="Send code").click()
    expect(framed(page).get_by_role("heading", name="Check your inbox")).to_be_visible()
    code = code_in(widget.vendor.mail("sign_in", to=EMAIL))
    framed(page).get_by_label("Six-digit code").fill("000000" if code != "000000" else "111111")
    expect(framed(page).get_by_text("That is not the code")).to_be_visible()
    framed(page).get_by_label("Six-digit code").fill(code)

    expect(framed(page).get_by_text("Team plan").first).to_be_visible()
    assert wait_for(page, "sign_in") == [{}]
    assert page.context.cookies(widget.base) == []


@pytest.mark.feature("A15")
def test_an_unknown_address_gets_the_same_answer_in_the_frame(widget: Widget, guest: Guest) -> None:
    widget.vendor.customer(EMAIL)
    said = []
    for email in (EMAIL, "nobody@tessaly.example"):
        page = guest()
        page.goto(widget.embed(email=None, hash=None))
        framed(page).get_by_label("E-mail address").fill(email)
        framed(page).get_by_role("button", name="Send code").click()
        expect(framed(page).get_by_role("heading", name="Check your inbox")).to_be_visible()
        said.append(framed(page).locator("main").inner_text().replace("n•••", "m•••"))

    assert said[0] == said[1]


@pytest.mark.feature("A06")
def test_a_wrong_hash_shows_nobodys_data_and_the_cause_only_under_debug(widget: Widget, guest: Guest) -> None:
    has_a_team_plan(widget)
    page = guest()
    lines = console(page)

    page.goto(widget.embed(hash=widget.hash("somebody@else.example"), debug=True))

    expect(framed(page).get_by_text("could not prove who you are")).to_be_visible()
    expect(framed(page).get_by_text("Team plan")).to_have_count(0)
    assert page.evaluate("window.failed") == [{"code": "identity_refused"}]
    assert any("refused" in line for line in lines)
    assert not any(widget.hash("somebody@else.example") in line or EMAIL in line for line in lines)


@pytest.mark.feature("A10")
def test_a_secret_of_the_vendors_server_signs_in_once_and_skips_the_address(widget: Widget, guest: Guest) -> None:
    customer = widget.vendor.customer(EMAIL)
    widget.vendor.subscription(customer)
    body = {"customer": customer["id"], "configuration": widget.id}
    secret = widget.vendor.post("/v1/portal_sessions", body)["client_secret"]
    page = guest()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(widget.embed(email=None, hash=None, token=secret))

    expect(framed(page).get_by_text("Team plan").first).to_be_visible()
    assert not any(secret in url for url in asked)
    again = guest()
    again.goto(widget.embed(email=None, hash=None, token=secret))
    expect(framed(again).get_by_label("E-mail address")).to_be_visible()


@pytest.mark.feature("A06")
def test_a_page_may_give_its_proof_by_a_function_that_is_asked_each_time(widget: Widget, guest: Guest) -> None:
    has_a_team_plan(widget)
    page = guest()
    page.goto(
        widget.page.put(
            f"""<div id="billing"></div><script src="{widget.base}/embed/v1.js"></script><script>
                window.asked = 0;
                Bursar.init({{ widget: "{widget.id}", container: "#billing", email: "{EMAIL}",
                  hash: function () {{ window.asked++; return Promise.resolve("{widget.hash()}") }} }});</script>"""
        )
    )
    expect(framed(page).get_by_text("Team plan").first).to_be_visible()

    frame_of(page).evaluate("setTimeout(() => location.reload())")

    page.wait_for_function("() => window.asked === 2")
    expect(framed(page).get_by_text("Team plan").first).to_be_visible()


@pytest.mark.feature("A17")
def test_when_the_session_ends_elsewhere_the_frame_asks_the_page_and_goes_on(widget: Widget, guest: Guest) -> None:
    has_a_team_plan(widget)
    page = guest()
    page.goto(widget.embed())
    expect(framed(page).get_by_text("Team plan").first).to_be_visible()
    for each in widget.vendor.get("/v1/portal_sessions")["data"]:
        widget.vendor.post(f"/v1/portal_sessions/{each['id']}/revoke", {})
    page.wait_for_timeout(1_100)  # the longest that a gateway may remember who somebody is

    framed(page).get_by_role("link", name=re.compile("Payment method$")).click()

    expect(framed(page).get_by_role("heading", name="Payment methods")).to_be_visible()
    assert wait_for(page, "sign_out") == [{"reason": "expired"}]
    assert len(heard(page, "sign_in")) == 2


@pytest.mark.feature("B01", "B18")
def test_where_the_frame_is_blocked_a_link_leads_to_the_portal(
    widget: Widget, other_page: ShopPage, guest: Guest
) -> None:
    page = guest()

    page.goto(other_page.embed(widget.base, widget=widget.id))

    link = page.get_by_role("link", name="Open the billing portal")
    expect(link).to_be_visible(timeout=12_000)
    assert page.evaluate("window.failed") == [{"code": "frame_blocked"}]
    with page.expect_popup() as opened:
        link.click()
    expect(opened.value).to_have_url(re.compile(rf"/p/{widget.slug}"))


@pytest.mark.feature("A16")
def test_one_address_of_several_customers_chooses_inside_the_frame(widget: Widget, guest: Guest) -> None:
    for name, plan in (("Tessaly Foods", "Team plan"), ("Tessaly Travel", "Solo plan")):
        widget.vendor.subscription(widget.vendor.customer(EMAIL, display_name=name), name=plan)
    page = guest()
    page.goto(widget.embed(email=None, hash=None))

    framed(page).get_by_label("E-mail address").fill(EMAIL)
    framed(page).get_by_role("button", name="Send code").click()
    framed(page).get_by_label("Six-digit code").fill(code_in(widget.vendor.mail("sign_in", to=EMAIL)))
    framed(page).get_by_role("button", name="Tessaly Travel").click()

    expect(framed(page).get_by_text("Solo plan").first).to_be_visible()
    expect(framed(page).get_by_text("Team plan")).to_have_count(0)


@pytest.mark.feature("A04")
def test_the_mail_leads_back_to_the_vendors_page_signed_in(vendor: Vendor, shop_page: ShopPage, guest: Guest) -> None:
    widget = make_widget(vendor, shop_page, sign_in={"redirect_url": f"{shop_page.origin}/account"})
    has_a_team_plan(widget)
    address = widget.embed(path="/account", email=None, hash=None)
    page = guest()
    page.goto(address)
    framed(page).get_by_label("E-mail address").fill(EMAIL)
    framed(page).get_by_role("button", name="Send code").click()
    expect(framed(page).get_by_role("heading", name="Check your inbox")).to_be_visible()

    mailed = page.context.new_page()
    mailed.goto(link_in(vendor.mail("sign_in", to=EMAIL)))
    mailed.get_by_role("button", name="Continue as").click()

    expect(framed(mailed).get_by_text("m•••@tessaly.example")).to_be_visible()
    framed(mailed).get_by_role("button", name="Continue").click()
    expect(framed(mailed).get_by_text("Team plan").first).to_be_visible()
    assert mailed.url == address
    assert "bursar=" not in str(mailed.evaluate("window.said"))


@pytest.mark.feature("A04")
def test_where_only_the_first_windows_code_works_the_mail_has_no_link_and_the_frame_takes_the_code(
    vendor: Vendor, shop_page: ShopPage, guest: Guest
) -> None:
    """M01, `cross_device: code`: nobody is sent to a link that could not lead back."""
    back = f"{shop_page.origin}/account"
    lasting = {"cross_device": "code", "redirect_url": back, "link_minutes": 4}
    widget = make_widget(vendor, shop_page, sign_in=lasting)
    has_a_team_plan(widget)
    page = guest()
    page.goto(widget.embed(path="/account", email=None, hash=None))
    framed(page).get_by_label("E-mail address").fill(EMAIL)
    framed(page).get_by_role("button", name="Send code").click()
    expect(framed(page).get_by_text("The code works for 4 minutes and in this window only.")).to_be_visible()

    mail = vendor.mail("sign_in_code", to=EMAIL)
    assert "/sign-in/link" not in f"{mail['html']}{mail['text']}"
    assert "The code works once, for 4 minutes." in mail["text"].replace("\n", " ")
    framed(page).get_by_label("Six-digit code").fill(code_in(mail))

    expect(framed(page).get_by_text("Team plan").first).to_be_visible()


@pytest.mark.feature("B21")
def test_a_session_made_for_one_action_opens_it_in_the_frame(widget: Widget, guest: Guest) -> None:
    customer = widget.vendor.customer(EMAIL)
    subscription = widget.vendor.subscription(customer)
    flow = {"type": "subscription_cancel", "subscription_cancel": {"subscription": subscription["id"]}}
    body = {"customer": customer["id"], "configuration": widget.id, "flow_data": flow}
    secret = widget.vendor.post("/v1/portal_sessions", body)["client_secret"]
    page = guest()

    page.goto(widget.embed(email=None, hash=None, token=secret))

    expect(framed(page).get_by_role("button", name=re.compile("^Cancel subscription"))).to_be_visible()
