"""Somebody of a vendor's staff as scenarios need one: an owner, signed in to the console, in test mode."""

import re
from typing import Final

import requests

from benchmarks import buyer
from tests.support.platform_mail import platform_code
from tests.support.stack import Stack
from tests.support.vendors import Vendor

EMAIL: Final = "owner@staff.example"
_USER: Final = re.compile(r'name="user" value="(\w+)"')


def signed_in(stack: Stack, vendor: Vendor) -> requests.Session:
    """The owner's browser."""
    stack.bursar("staff", "invite", EMAIL, "--vendor", vendor.slug, "--role", "owner")
    browser, home = requests.Session(), stack.base_url
    browser.headers["Origin"] = home
    start = browser.get(f"{home}/console", timeout=30)
    asked = buyer.sent(browser, start.url, {"email": EMAIL}, shown=start.text)
    typed = {"code": platform_code(stack, EMAIL)}
    shown = buyer.sent(browser, f"{home}/p/_console/sign-in/code", typed, shown=asked.text)
    user = _USER.search(shown.text)
    assert user, shown.text[:500]
    buyer.sent(browser, f"{home}/console/access/switch", {"user": user[1], "mode": "test"}, shown=shown.text)
    return browser
