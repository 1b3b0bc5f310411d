"""A vendor whose links sign in no other browser than the one that asked (ML-25, `cross_device: code`)."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Visit, scrolls_sideways, violations
from tests.support.polling import until
from tests.support.vendors import Vendor, code_in, link_in

EMAIL = "mira@tessaly.example"
SENTENCE = "Type the six-digit code from the mail in the window where you asked for it."


def ask_for_a_link(page: Page, vendor: Vendor) -> None:
    page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_role("button", name="Send link and code").click()
    expect(page.get_by_role("heading", name="Check your inbox")).to_be_visible()


def opened(page: Page, link: str) -> str:
    """What the link's page says. Reading it changes nothing, so it can be opened again."""
    page.goto("about:blank")
    page.goto(link)
    page.locator("#link h1").wait_for()
    return page.inner_text("#link")


@pytest.mark.feature("A18")
def test_the_phone_is_told_to_type_the_code_and_the_laptop_is_signed_in(vendor: Vendor, visit: Visit) -> None:
    vendor.subscription(vendor.customer(EMAIL))
    (portal,) = vendor.get("/v1/portal_configurations?is_default=true")["data"]
    vendor.patch(f"/v1/portal_configurations/{portal['id']}", {"sign_in": {"cross_device": "code"}})
    laptop, phone = visit(), visit(phone=True)
    ask_for_a_link(laptop, vendor)
    mail = vendor.mail("sign_in", to=EMAIL)
    link = link_in(mail)

    until(lambda: SENTENCE in opened(phone, link), what="auth heard of it")

    assert phone.locator("#link button, #link a").count() == 0
    assert violations(phone) == []
    assert not scrolls_sideways(phone)
    phone.goto(f"{vendor.stack.base_url}/p/{vendor.portal}")
    expect(phone.get_by_label("E-mail address")).to_be_visible()

    assert "Continue as m" in opened(laptop, link)
    laptop.goto(f"{vendor.stack.base_url}/p/{vendor.portal}/sign-in/code")
    laptop.get_by_label("Six-digit code").fill(code_in(mail))
    expect(laptop).to_have_url(re.compile(rf"/p/{vendor.portal}/?$"))
