"""What a customer does about money, papers and themselves in a browser without scripts: the deeds of J28."""

import re
from typing import Final

from playwright.sync_api import Page, expect

from tests.support.browser import scrolls_sideways
from tests.support.polling import until
from tests.support.states import FAILS_LATER, GOOD, Shop, key

EMAIL: Final = "mira@tessaly.example"


def said(page: Page, words: str) -> None:
    """It is there to be read, on a page that fits."""
    expect(page.get_by_text(re.compile(words)).first).to_be_visible()
    assert not scrolls_sideways(page), page.url


def state(shop: Shop, subscription: dict[str, str]) -> str:
    """The state of a subscription."""
    return str(shop.vendor.get(f"/v1/subscriptions/{subscription['id']}")["status"])


def cards(page: Page, shop: Shop, customer: str) -> None:
    """D01, D02, D07, D08, D12."""
    had = shop.subscribe(customer)
    for number in (GOOD, FAILS_LATER):
        shop.add_card(page, number)
    page.goto(f"{shop.home}/payment-methods")
    page.get_by_role("link", name=re.compile("4242")).first.click()
    page.locator("main form button").last.click()
    page.goto(f"{shop.home}/payment-methods")
    page.get_by_role("link", name=re.compile("^Remove 0341")).click()
    page.locator("main form button").last.click()
    said(page, "removed")
    found = shop.vendor.get("/v1/payment_methods", params={"customer": customer})["data"]
    assert [each["last4"] for each in found] == ["4242"]
    assert state(shop, had) == "active"


def pay_what_is_open(page: Page, shop: Shop, customer: str) -> None:
    """D03, D05, D10, C22."""
    shop.add_card(page, FAILS_LATER)
    had = shop.subscribe(customer, plan=shop.trial, quantity=1, collection="automatic")
    shop.later("14d")
    page.goto(shop.home)
    said(page, "A payment of €9.00 is open")
    shop.vendor.post(f"/v1/payment_methods/{_only_card(shop, customer)}/make_default", {}, headers=key())
    page.goto(f"{shop.home}/payments")
    page.get_by_role("link", name=re.compile("^Pay")).first.click()
    page.get_by_role("button", name="Pay", exact=False).last.click()
    said(page, "declined|refused|not enough|bank said no|did not")
    shop.add_card(page, GOOD)
    until(lambda: state(shop, had) == "active", seconds=10, what="it is paid")


def _only_card(shop: Shop, customer: str) -> str:
    (card,) = shop.vendor.get("/v1/payment_methods", params={"customer": customer})["data"]
    return str(card["id"])


def documents(page: Page, shop: Shop, customer: str) -> None:
    """E01, E02, E03, E10: found, and downloaded one by one and all at once."""
    had = shop.subscribe(customer)
    for _ in range(3):
        shop.vendor.payment({"id": customer}, subscription=had["id"])
    first = shop.vendor.invoices(3)[-1]

    def listed() -> bool:
        page.goto(f"{shop.home}/invoices")
        return page.locator("main table tbody tr").count() >= 3

    until(listed, seconds=20, what="they are listed")
    page.get_by_role("searchbox").fill(first["order_number"])
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("main table tbody tr")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("PDF")).first.click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").first.click()
    assert first["number"] in download.value.path().read_text()


def money_back(page: Page, shop: Shop, customer: str) -> None:
    """G01, G02, G03, G06."""
    shop.features(refund_request={"enabled": True, "refund_window_days": 14})
    shop.add_card(page, GOOD)
    shop.subscribe(customer, collection="automatic")
    page.goto(shop.home)
    page.get_by_role("link", name="Payments", exact=True).click()
    page.get_by_role("link", name=re.compile("Ask for a refund")).first.click()
    page.get_by_label(re.compile("comment|else|us", re.IGNORECASE)).last.fill("Bought twice.")
    page.get_by_role("button", name=re.compile("^Refund €58.00")).click()
    said(page, "Refunded")


def a_request(page: Page, shop: Shop, customer: str) -> None:
    """G07."""
    page.goto(f"{shop.home}/tickets")
    page.get_by_role("link", name=re.compile("Write|New|Ask")).first.click()
    page.get_by_role("button", name="Send").click()
    page.get_by_label("Subject").fill("Our new address")
    page.get_by_label(re.compile("message", re.IGNORECASE)).fill("Hafenstrasse 4, Hamburg")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Our new address")).to_be_visible()
    (ticket,) = shop.vendor.all_of("/v1/tickets")
    assert ticket["customer"] == customer


def details(page: Page, shop: Shop, customer: str) -> None:
    """F01 to F04."""
    shop.subscribe(customer)
    page.goto(shop.home)
    page.get_by_role("link", name="Edit Billing details").click()
    page.locator("#f-country").select_option("DE")
    page.get_by_role("button", name="Show the fields of this country").first.click()
    page.get_by_label("Street and number").first.fill("Lindenhof 4")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("#wrong")).to_be_visible()
    for label, value in (("Postal code", "10115"), ("City", "Berlin"), ("Phone", "0301")):
        page.get_by_label(label).first.fill(value)
    page.get_by_role("button", name="Save", exact=True).last.click()
    said(page, "Your details are saved")
    assert shop.vendor.get(f"/v1/customers/{customer}")["address"] == ["Lindenhof 4", "10115 Berlin"]


def language_data_and_the_way_out(page: Page, shop: Shop, customer: str) -> None:
    """What is around the actions: another language, one's own data, the record, signing out."""
    page.locator("header details.menu summary").click()
    page.get_by_role("button", name="Deutsch").click()
    expect(page.locator("html[lang=de]")).to_have_count(1)
    page.goto(f"{shop.home}?locale=en")
    page.get_by_role("link", name="My data").click()
    page.get_by_role("button", name="Put my data together").click()
    shop.vendor.mail("export_ready", to=EMAIL)
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download once").click()
    assert download.value.path().read_bytes().startswith(b"PK")
    page.goto(f"{shop.home}/activity")
    said(page, "signed in|Signed in|language|subscription|data")
    page.goto(shop.home)
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_label("E-mail address")).to_be_visible()
    page.goto(shop.home)
    expect(page.get_by_label("E-mail address")).to_be_visible()
    assert customer
