"""How the widget looks and what it shows: sections, language, texts, layout, size, debugging, and its handle."""

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.test_embed import console, has_a_team_plan
from tests.support.browser import AXE_RULES
from tests.support.polling import until
from tests.support.shop_page import ShopPage, frame_of, framed, heard, wait_for
from tests.support.vendors import Vendor
from tests.support.widgets import EMAIL, Guest, Widget, make_widget


def test_the_frames_own_pages_are_accessible(widget: Widget, guest: Guest) -> None:
    from axe_playwright_python.sync_playwright import Axe

    has_a_team_plan(widget)
    page = guest()
    for options in ({}, {"email": None, "hash": None}):
        page.goto(widget.embed(**options))
        expect(framed(page).get_by_role("heading", level=1)).to_be_visible()
        found = Axe().run(frame_of(page), options=AXE_RULES).response["violations"]  # type: ignore[arg-type]
        assert [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]] == []


@pytest.mark.feature("B17")
def test_a_section_shows_alone_and_an_unknown_one_is_the_whole_portal(widget: Widget, guest: Guest) -> None:
    has_a_team_plan(widget)
    page = guest()
    lines = console(page)

    page.goto(widget.embed(section="payment_method"))
    expect(framed(page).get_by_role("heading", name="Payment methods")).to_be_visible()
    expect(framed(page).locator("nav, .crumb, .who, header a")).to_have_count(0)

    page.goto(widget.embed(section="cancel"))  # the only subscription's
    expect(framed(page).get_by_role("button", name="Cancel subscription")).to_be_visible()
    expect(framed(page).locator("nav, .crumb, .who")).to_have_count(0)

    page.goto(widget.embed(section="horoscope", debug=True))
    expect(framed(page).get_by_text("Team plan").first).to_be_visible()
    expect(framed(page).get_by_role("button", name="Sign out")).to_be_visible()
    assert any("unknown_section" in line and "horoscope" in line for line in lines)


@pytest.mark.feature("B01")
def test_language_texts_and_looks_are_the_pages_to_choose(widget: Widget, guest: Guest) -> None:
    has_a_team_plan(widget)
    own = {"de": {"overview.title": "Ihr Konto & mehr <b>", "no.such.key": "x", "cancel.title": "ohne Platz"}}
    page = guest()
    lines = console(page)

    page.goto(widget.embed(locale="de", theme="dark", translations=own, debug=True))

    expect(framed(page).get_by_role("heading", name="Ihr Konto & mehr <b>")).to_be_visible()
    frame = frame_of(page)
    assert frame.evaluate(
        "[document.documentElement.lang, getComputedStyle(document.documentElement).colorScheme]"
    ) == ["de", "dark"]
    assert any("ignored_texts" in line and "no.such.key" in line for line in lines)
    page.evaluate("window.handle.update({locale: 'en', theme: 'light'})")
    expect(framed(page).get_by_text("Renews on").first).to_be_visible()
    assert frame.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


def test_texts_may_come_from_a_file_of_the_vendors(widget: Widget, guest: Guest) -> None:
    has_a_team_plan(widget)
    widget.page.pages["/texts.json"] = json.dumps({"en": {"overview.title": "Everything you have with us"}})
    page = guest()

    page.goto(widget.embed(locale="en", translations=f"{widget.page.origin}/texts.json"))

    expect(framed(page).get_by_role("heading", name="Everything you have with us")).to_be_visible()


@pytest.mark.feature("B10")
def test_actions_are_a_menu_where_the_page_says_so(widget: Widget, guest: Guest) -> None:
    has_a_team_plan(widget)
    page = guest()

    page.goto(widget.embed(actions="dropdown"))

    menu = framed(page).locator("[data-subscription] details summary")
    expect(menu).to_be_visible()
    menu.press("Enter")
    expect(framed(page).get_by_role("link", name="Cancel subscription")).to_be_visible()


@pytest.mark.feature("B01")
def test_the_handle_opens_signs_out_and_takes_the_widget_away(widget: Widget, guest: Guest) -> None:
    has_a_team_plan(widget)
    page = guest()
    page.goto(widget.embed())
    expect(framed(page).get_by_text("Team plan").first).to_be_visible()

    page.evaluate("window.handle.open('payment_method')")
    expect(framed(page).get_by_role("heading", name="Payment methods")).to_be_visible()
    page.evaluate("window.handle.logout()")
    expect(framed(page).get_by_label("E-mail address")).to_be_visible()
    assert wait_for(page, "sign_out") == [{"reason": "page"}]
    page.evaluate("window.handle.destroy()")
    expect(page.locator("iframe")).to_have_count(0)


@pytest.mark.feature("B01")
def test_height_stays_within_the_bounds_that_the_page_sets(widget: Widget, guest: Guest) -> None:
    has_a_team_plan(widget)
    page = guest()

    page.goto(widget.embed(minHeight=100, maxHeight=200))

    expect(framed(page).get_by_text("Team plan").first).to_be_attached()
    wait_for(page, "post_load")
    page.wait_for_timeout(500)
    count = len(heard(page, "resize"))
    assert page.evaluate("document.querySelector('iframe').offsetHeight") == 200
    page.wait_for_timeout(1_000)
    assert len(heard(page, "resize")) == count  # at the bound there is no back and forth


@pytest.mark.feature("B16")
def test_debug_prints_messages_and_no_secret(widget: Widget, guest: Guest) -> None:
    has_a_team_plan(widget)
    page = guest()
    lines = console(page)
    page.goto(widget.embed(debug=True))
    wait_for(page, "post_load")

    until(
        lambda: any("post_load" in line for line in lines) or page.wait_for_timeout(50), seconds=5, what="it is printed"
    )
    printed = [line for line in lines if line.startswith("[Bursar]")]

    assert any("options" in line for line in printed)
    assert not any(widget.hash() in line or EMAIL in line for line in printed)


@pytest.mark.feature("B15")
def test_without_events_the_page_hears_nothing(vendor: Vendor, shop_page: ShopPage, guest: Guest) -> None:
    widget = make_widget(vendor, shop_page, embed={"events": False})
    has_a_team_plan(widget)
    page = guest()

    page.goto(widget.embed())

    expect(framed(page).get_by_text("Team plan").first).to_be_visible()
    assert page.evaluate("window.heard") == []
