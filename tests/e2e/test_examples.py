"""What a vendor's server does, in five languages, against the running system (A07, A09)."""

from typing import Any

import pytest
import requests

from tests.support.languages import LANGUAGES, Examples
from tests.support.polling import until
from tests.support.vendors import Vendor

EMAIL = "mira@tessaly.example"


@pytest.mark.feature("A07", "A09")
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_opens_a_portal_session(vendor: Vendor, examples: Examples, language: str) -> None:
    settings = {"BURSAR_URL": vendor.stack.base_url, "BURSAR_API_KEY": vendor.test_key}
    customer = vendor.customer(EMAIL)

    url = examples.said(language, "portal-session", customer["id"], **settings)
    refused = examples.run(language, "portal-session", "cus_nobody", **settings)

    assert url.startswith(f"{vendor.stack.base_url}/p/{vendor.portal}/sign-in/entry#t=")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "404 " in refused.stderr


@pytest.mark.feature("B11")
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_the_billing_and_payment_link(vendor: Vendor, examples: Examples, language: str) -> None:
    settings = {"BURSAR_URL": vendor.stack.base_url, "BURSAR_API_KEY": vendor.test_key}
    customer = vendor.customer(EMAIL)
    mira = {"session": "session-of-mira"}

    with examples.serving(language, BURSAR_CUSTOMER=customer["id"], **settings) as site:

        def follow(path: str, cookies: dict[str, str]) -> requests.Response:
            return requests.get(site + path, cookies=cookies, allow_redirects=False, timeout=30)

        assert "/billing-and-payment" in follow("/settings", mira).text
        for cookies in ({}, {"session": "made-up"}):
            assert follow("/billing-and-payment", cookies).status_code == 401
        led = follow(f"/billing-and-payment?customer={customer['id']}", cookies={})
        assert led.status_code == 401
        first, second = (follow("/billing-and-payment", mira) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"].startswith(f"{vendor.stack.base_url}/p/{vendor.portal}/sign-in/entry#t=")
    assert first.headers["Location"] != second.headers["Location"]


@pytest.mark.feature("A06", "A07", "A24")
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_signs_a_customer_into_a_widget(vendor: Vendor, examples: Examples, language: str) -> None:
    widget = vendor.post(
        "/v1/portal_configurations",
        {"name": "Account", "kind": "widget", "sign_in": {"methods": ["hmac_v1", "hmac_v2"]}},
    )
    made = vendor.post("/v1/identity_secrets", {"name": language})
    vendor.customer(EMAIL)
    settings = {
        "BURSAR_IDENTITY_KEY_ID": made["id"],
        "BURSAR_IDENTITY_SECRET": made["secret"],
        "BURSAR_VENDOR": vendor.id,
        "BURSAR_MODE": "test",
    }

    def arrive(signed: str) -> Any:
        body = {"email": EMAIL, "hash": signed}
        return vendor.stack.request("POST", f"/embed/{widget['slug']}/session", json=body)

    hash_ = examples.said(language, "v1", EMAIL, **settings)
    until(lambda: arrive(hash_).status_code == 200, seconds=30, every=1.0, what="the hash lets in")
    assert arrive(examples.said(language, "v2", "email", EMAIL, **settings)).status_code == 200
