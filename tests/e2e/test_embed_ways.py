"""Ways into the widget that the page around has no part in, and texts of the vendor's on the frame's own cards."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import violations
from tests.support.shop_page import ShopPage, frame_of, framed, wait_for
from tests.support.vendors import Vendor
from tests.support.widgets import EMAIL, Guest, Widget, make_widget

NOBODY = {"email": None, "hash": None}


@pytest.mark.feature("A05", "B01")
def test_an_order_number_opens_a_look_in_a_widget_that_lists_nothing_else(
    vendor: Vendor, shop_page: ShopPage, guest: Guest
) -> None:
    widget = make_widget(vendor, shop_page, sign_in={"methods": ["order_number"], "direct_actions": []})
    customer = vendor.customer(EMAIL)
    payment = vendor.payment(customer, subscription=vendor.subscription(customer)["id"])
    page = guest()
    page.goto(widget.embed(**NOBODY))
    frame = framed(page)

    expect(frame.get_by_role("heading", name="Find your order")).to_be_visible()
    assert violations(frame_of(page)) == []  # type: ignore[arg-type]
    for number, email in (("0000000000", EMAIL), (payment["order_number"], "nobody@tessaly.example")):
        frame.get_by_label("Order number").fill(number)
        frame.get_by_label("E-mail address").fill(email)
        frame.get_by_role("button", name="Show my order").click()
        expect(frame.get_by_text("We found no order with this number and this e-mail address.")).to_be_visible()
    frame.get_by_label("Order number").fill(payment["order_number"].lower())
    frame.get_by_label("E-mail address").fill(EMAIL)
    frame.get_by_role("button", name="Show my order").click()

    expect(frame.get_by_text("Team plan").first).to_be_visible()
    assert wait_for(page, "sign_in") == [{}]
    assert page.context.cookies(widget.base) == []


@pytest.mark.feature("A05")
def test_a_code_and_an_order_number_are_one_press_apart(vendor: Vendor, shop_page: ShopPage, guest: Guest) -> None:
    widget = make_widget(vendor, shop_page, sign_in={"methods": ["email", "order_number"], "direct_actions": []})
    page = guest()
    page.goto(widget.embed(**NOBODY))
    frame = framed(page)

    frame.get_by_role("button", name="Use an order number instead").click()
    expect(frame.get_by_label("Order number")).to_be_visible()
    frame.get_by_role("button", name="Have a code mailed instead").click()
    expect(frame.get_by_role("button", name="Send code")).to_be_visible()


@pytest.mark.feature("A11")
def test_a_widget_of_permanent_links_alone_says_what_to_do(vendor: Vendor, shop_page: ShopPage, guest: Guest) -> None:
    widget = make_widget(vendor, shop_page, sign_in={"methods": ["permanent_link"], "direct_actions": []})
    page = guest()

    page.goto(widget.embed(**NOBODY))

    expect(framed(page).get_by_role("heading", name="Open your personal link")).to_be_visible()
    expect(framed(page).get_by_text("ask the seller for a new one")).to_be_visible()
    assert violations(frame_of(page)) == []  # type: ignore[arg-type]


@pytest.mark.feature("I03")
def test_the_vendors_texts_stand_on_the_frames_own_cards_too(widget: Widget, guest: Guest) -> None:
    own = {
        "embed.address.title": "Who are <b>you</b>?",
        "embed.address.label": "Your address with us",
        "embed.address.submit": "Mail me",
        "embed.code.label": "The digits",
        "embed.lasting.hint": "Good for {count} minutes, no {more}.",
        "embed.trouble.wrong": "Not those digits.",
    }
    page = guest()
    page.goto(widget.embed(**NOBODY, locale="en", translations={"en": own, "de": {"embed.address.title": "Wer?"}}))
    frame = framed(page)

    expect(frame.get_by_role("heading", name="Who are <b>you</b>?")).to_be_visible()
    frame.get_by_label("Your address with us").fill(EMAIL)
    frame.get_by_role("button", name="Mail me").click()
    frame.get_by_label("The digits").fill("000000")
    expect(frame.get_by_text("Not those digits.")).to_be_visible()
    expect(frame.get_by_text("no {more}")).to_have_count(0)  # its places are not ours


@pytest.mark.feature("I03")
def test_what_the_frame_says_by_itself_is_the_vendors_text(widget: Widget, guest: Guest) -> None:
    widget.vendor.subscription(widget.vendor.customer(EMAIL))
    own = {"embed.asleep.title": "One more time, please", "embed.window.title": "Over there"}
    page = guest()
    page.goto(widget.embed(section="cancel", locale="en", translations={"en": own}))
    button = framed(page).locator("main form button.danger, main form button.primary").first
    expect(button).to_be_visible()

    button.evaluate("button => button.click()")  # a press that comes too early

    expect(framed(page).get_by_text("One more time, please")).to_be_visible()
