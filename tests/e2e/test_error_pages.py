"""Pages that say what is in the way: the vendor's own, and the gateway's where no service was asked."""

import re
from dataclasses import asdict
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, Response, expect

from shared.cli.gateway import GatewaySettings
from tests.support.browser import Visit
from tests.support.gallery import LOOKS, look
from tests.support.gateway import a_gateway
from tests.support.vendors import Vendor

SLOW: Final = {**asdict(GatewaySettings()), "workers": "1", "page_rate": "1r/s", "page_burst": 2}


def seen(visit: Visit, name: str) -> Page:
    options = dict(LOOKS[name])
    size = options.pop("size", None)
    page = visit(**options)
    if size:
        page.set_viewport_size(size)
    return page


@pytest.mark.parametrize("name", LOOKS)
def test_an_unknown_page_is_the_vendors_also_for_those_who_are_not_signed_in(
    vendor: Vendor, visit: Visit, name: str
) -> None:
    page = seen(visit, name)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    for path in ("/nowhere", "/sign-in/nowhere", "/subscriptions/sub_1/nothing"):
        answer = page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}{path}")
        assert answer is not None
        assert answer.status == 404
        expect(page.get_by_text(vendor.name).first).to_be_visible()
        look(page, f"error-404{path.replace('/', '-')}-{name}")

    page.locator("[data-copy]").click()
    expect(page.locator("[data-copy]")).to_have_text(re.compile("Copied|نُسخ|تم"))
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#request").inner_text()
    page.locator("main a.btn").click()
    page.wait_for_url(re.compile(r"/sign-in"))


@pytest.mark.parametrize("name", LOOKS)
def test_where_no_vendor_is_the_page_is_neutral_and_the_global_portal_has_its_own(
    vendor: Vendor, visit: Visit, name: str
) -> None:
    page = seen(visit, name)

    for path, back in (("/p/nobody-at-all/x", "/p/nobody-at-all"), ("/billing/nowhere", "/billing")):
        answer = page.goto(vendor.stack.base_url + path)
        assert answer is not None
        assert answer.status == 404
        assert page.locator("link[href*='brand.css']").count() == 0
        expect(page.locator("main a.btn")).to_have_attribute("href", back)
        look(page, f"error-neutral{path.replace('/', '-')}-{name}")


@pytest.mark.parametrize("name", LOOKS)
def test_what_the_gateway_itself_refuses_is_the_vendors_too_with_a_number_to_copy(
    vendor: Vendor, visit: Visit, name: str
) -> None:
    page = seen(visit, name)

    answer = page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}/{'a' * 5_000}")

    assert answer is not None
    assert answer.status == 414
    expect(page.locator("[data-copy]")).to_be_visible()
    expect(page.locator("#request")).to_have_text(answer.headers["x-request-id"])
    signed = page.evaluate("getComputedStyle(document.querySelector('.signature .name'), '::before').content")
    assert signed == f'"{vendor.name}"'
    expect(page.locator(".signature .brand-mark")).to_be_visible()
    expect(page.locator("main a.btn")).to_have_attribute("href", f"/p/{vendor.portal}")
    look(page, f"error-414-{name}")


def too_often(page: Page, address: str) -> Response:
    """Open the page until the gateway has enough of it."""
    for _ in range(20):
        answer = page.goto(address)
        assert answer is not None
        if answer.status == 429:
            return answer
    raise AssertionError("the gateway never had enough")


@pytest.mark.parametrize("name", ["desktop", "phone", "dark"])
def test_who_clicks_too_fast_is_told_to_wait_and_can_try_again(tmp_path: Path, visit: Visit, name: str) -> None:
    """The shipped gateway, with fewer pages a second, in front of a service that answers: the next try arrives."""
    with a_gateway(tmp_path, **SLOW) as gate:
        page = seen(visit, name)
        address = f"http://localhost:{gate.port}/p/acme/invoices?year=2026"

        answer = too_often(page, address)

        assert answer.headers["retry-after"] == "1"
        expect(page.get_by_role("heading", name="That was too often")).to_be_visible()
        expect(page.get_by_text("Wait a moment, then try again.")).to_be_visible()
        look(page, f"error-429-{name}")
        page.wait_for_timeout(2_000)  # a page a second is let through
        with page.expect_navigation() as going:
            page.get_by_role("link", name="Try again").click()
        assert going.value.status == 200
        assert page.url == address


def test_the_language_that_was_chosen_stays_and_a_form_leads_back_to_its_page(tmp_path: Path, visit: Visit) -> None:
    """Five attempts to sign in a minute, five more at once. The echo behind has no form, so the browser gets one."""
    with a_gateway(tmp_path, **{**SLOW, "page_rate": "1000r/s", "page_burst": 1000}) as gate:
        page, form = visit(phone=True), f"http://localhost:{gate.port}/p/acme/sign-in?next=/p/acme/invoices"
        page.context.add_cookies([{"name": "bursar_locale", "value": "de", "url": form}])
        written = "<form method=post action=/p/acme/sign-in><button>Go</button></form>"
        page.route(re.compile(r"sign-in\?next="), lambda route: route.fulfill(body=written, content_type="text/html"))
        for _ in range(7):
            page.goto(form)
            with page.expect_navigation() as going:
                page.get_by_role("button", name="Go").click()

        answer = going.value
        assert (answer.status, answer.headers["retry-after"]) == (429, "12")
        expect(page.get_by_role("heading", name="Das war zu oft")).to_be_visible()
        expect(page.get_by_text("Versuchen Sie es in 12 Sekunden wieder.")).to_be_visible()
        look(page, "error-429-form")
        page.get_by_role("link", name="Noch einmal versuchen").click()
        page.wait_for_url(form)


def test_a_service_that_has_enough_says_so_as_the_vendor(vendor: Vendor, visit: Visit) -> None:
    """Of one client so many mails an hour are enough: auth itself refuses more, and knows whose page it is."""
    vendor.stack.let_an_hour_pass()
    page = visit(phone=True, language="de-DE")
    for number in range(60):
        page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}/sign-in")
        page.locator("input[name=email]").fill(f"nobody{number}@tessaly.example")
        with page.expect_navigation() as going:
            page.locator("main form button[type=submit]").first.click()
        if going.value.status == 429:
            break
    vendor.stack.let_an_hour_pass()

    assert going.value.status == 429
    assert int(going.value.headers["retry-after"]) >= 60
    expect(page.get_by_text(vendor.name).first).to_be_visible()
    expect(page.get_by_text("Versuchen Sie es")).to_be_visible()
    look(page, "error-429-vendor")
