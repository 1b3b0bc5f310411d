"""Pages that say what is in the way: the vendor's own, and the gateway's where no service was asked."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Visit
from tests.support.gallery import LOOKS, look
from tests.support.vendors import Vendor


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
def test_what_the_gateway_itself_refuses_has_a_number_to_copy_too(vendor: Vendor, visit: Visit, name: str) -> None:
    page = seen(visit, name)

    answer = page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}/{'a' * 5_000}")

    assert answer is not None
    assert answer.status == 414
    expect(page.locator("[data-copy]")).to_be_visible()
    expect(page.locator("#request")).to_have_text(answer.headers["x-request-id"])
    look(page, f"error-414-{name}")
