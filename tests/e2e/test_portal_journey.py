"""A customer's way: mail in, overview, PDF, cancel, undo. A real browser, desktop and phone, axe at each stop."""

import re
from io import BytesIO
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Visit, scrolls_sideways, violations
from tests.support.polling import until
from tests.support.vendors import Vendor, code_in, link_in

EMAIL = "mira@tessaly.example"
SIZES = pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])


def ask_for_a_link(page: Page, vendor: Vendor, email: str = EMAIL) -> None:
    page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send link and code").click()
    expect(page.get_by_role("heading", name="Check your inbox")).to_be_visible()


def sign_in(page: Page, vendor: Vendor, email: str = EMAIL) -> None:
    """By the mailed link, opened in the browser that asked."""
    ask_for_a_link(page, vendor, email)
    page.goto(link_in(vendor.mail("sign_in", to=email)))
    page.get_by_role("button", name="Continue as").click()
    expect(page).to_have_url(re.compile(rf"/p/{vendor.portal}/?$"))


def looks_right(page: Page) -> None:
    assert violations(page) == []
    assert not scrolls_sideways(page)


@pytest.mark.feature("A02", "A03", "C01", "E01", "E02")
@SIZES
def test_j01_sign_in_by_link_see_everything_and_download_the_invoice(vendor: Vendor, visit: Visit, phone: bool) -> None:
    customer = vendor.customer(EMAIL, display_name="Mira Tessaly 美拉 ميرا", company="Tessaly Foods GmbH")
    subscription = vendor.subscription(customer)
    payment = vendor.payment(customer, subscription=subscription["id"])
    invoice = vendor.invoices(1)[0]
    page = visit(phone=phone)

    ask_for_a_link(page, vendor)
    looks_right(page)
    page.goto(link_in(vendor.mail("sign_in", to=EMAIL)))
    button = page.get_by_role("button", name="Continue as m")
    expect(button).to_be_visible()
    looks_right(page)
    assert "#" not in page.url
    button.click()

    expect(page.get_by_text(vendor.name).first).to_be_visible()
    expect(page.get_by_text("Team plan").first).to_be_visible()
    expect(page.get_by_text("€58.00").first).to_be_visible()
    until(lambda: payment["order_number"] in page.reload().text(), seconds=20, what="the invoice is listed")
    looks_right(page)
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("PDF|Download")).first.click()
    content = download.value.path().read_bytes()
    text = pypdf.PdfReader(BytesIO(content)).pages[0].extract_text()
    assert payment["order_number"] in text
    assert "58.00" in text
    again = vendor.ask("GET", f"/v1/invoices/{invoice['id']}/pdf")
    assert again.content == content


@pytest.mark.feature("A03")
@SIZES
def test_j03_the_code_signs_in_the_window_that_asked(vendor: Vendor, visit: Visit, phone: bool) -> None:
    vendor.subscription(vendor.customer(EMAIL))
    page = visit(phone=phone)

    ask_for_a_link(page, vendor)
    looks_right(page)
    page.get_by_label("Six-digit code").fill(
        code_in(vendor.mail("sign_in", to=EMAIL))
    )  # six digits go off by themselves

    expect(page.get_by_text("Team plan").first).to_be_visible()
    looks_right(page)


@pytest.mark.feature("A15")
@SIZES
def test_j04_an_unknown_address_gets_the_same_page_and_no_mail(vendor: Vendor, visit: Visit, phone: bool) -> None:
    vendor.customer(EMAIL)
    known, unknown = visit(phone=phone), visit(phone=phone)

    ask_for_a_link(known, vendor, EMAIL)
    ask_for_a_link(unknown, vendor, "nobody@tessaly.example")
    vendor.mail("sign_in", to=EMAIL)

    def said(page: Page) -> str:
        masked = re.sub(r"\b\w•+@", "m•••@", page.locator("main").inner_text())
        return re.sub(r"\d:\d\d", "0:00", masked)  # the timer until it may be sent again

    assert said(unknown) == said(known)
    looks_right(unknown)
    assert [each["to"] for each in vendor.all_of("/v1/messages")] == [EMAIL]


@pytest.mark.feature("A18")
@SIZES
def test_j02_a_link_that_only_machines_opened_still_signs_its_owner_in(
    vendor: Vendor, visit: Visit, phone: bool
) -> None:
    vendor.stack.let_an_hour_pass()
    vendor.subscription(vendor.customer(EMAIL))
    page, scanner = visit(phone=phone), visit()
    ask_for_a_link(page, vendor)
    link = link_in(vendor.mail("sign_in", to=EMAIL))

    scanner.goto(link)
    scanner.get_by_role("button", name="Continue as").wait_for()
    scanner.evaluate(
        """() => { for (const form of document.forms) for (const send of ['requestSubmit', 'submit'])
                     try { form[send]() } catch {}
                   document.querySelectorAll('button, a').forEach(each => each.click()); }"""
    )
    scanner.wait_for_timeout(1000)
    scanner.goto(f"{vendor.stack.base_url}/p/{vendor.portal}")
    expect(scanner.locator("input[name=email]")).to_be_visible()  # in whatever language it pressed

    page.goto(link)
    page.get_by_role("button", name="Continue as").click()
    expect(page.get_by_text("Team plan").first).to_be_visible()

    late = visit(phone=phone)
    late.goto(link)  # it worked once; the page says so and sends a new one
    expect(late.get_by_role("heading", level=1)).to_be_visible()
    looks_right(late)
    assert late.get_by_role("button", name="Continue as").count() == 0


@pytest.mark.feature("C03", "C04", "C16", "B07", "K04")
@SIZES
def test_j20_cancel_at_period_end_then_undo(vendor: Vendor, visit: Visit, phone: bool) -> None:
    subscription = vendor.subscription(vendor.customer(EMAIL))
    page = visit(phone=phone)
    sign_in(page, vendor)

    page.get_by_role("link", name="Cancel subscription").click()
    looks_right(page)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("button", name=re.compile("Cancel subscription")).click()

    expect(page.get_by_text(re.compile("Ends on|ends on")).first).to_be_visible()
    looks_right(page)
    seen = vendor.get(f"/v1/subscriptions/{subscription['id']}")
    assert seen["status"] == "canceled"
    assert seen["ends_at"] == subscription["current_period_end"]
    assert "Team plan" in vendor.mail("cancellation", to=EMAIL)["text"]
    begun, canceled = (_event(vendor, f"subscription.{each}") for each in ("started", "canceled"))
    assert [each["actor"]["kind"] for each in (begun, canceled)] == ["key", "customer"]
    assert canceled["data"]["cancellation_details"]["reason"]
    assert begun["request_id"] != canceled["request_id"] != ""

    page.get_by_role("button", name=re.compile("Undo|Keep")).first.click()
    expect(page.get_by_text(re.compile("Renews on")).first).to_be_visible()
    assert vendor.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "active"


def _event(vendor: Vendor, kind: str) -> dict[str, Any]:
    """The only one of this type, once it is known."""

    def found() -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = vendor.get("/v1/events", params={"type": kind})["data"]
        return listed

    (event,) = until(found, seconds=20, what=f"the event {kind}")
    return event


@SIZES
def test_j28_without_scripts_sign_in_cancel_and_download_work(vendor: Vendor, visit: Visit, phone: bool) -> None:
    customer = vendor.customer(EMAIL)
    subscription = vendor.subscription(customer)
    vendor.payment(customer, subscription=subscription["id"])
    vendor.invoices(1)
    page = visit(scripts=False, phone=phone)

    ask_for_a_link(page, vendor)
    page.get_by_label("Six-digit code").fill(code_in(vendor.mail("sign_in", to=EMAIL)))
    page.get_by_role("button", name="Continue").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("PDF|Download")).first.click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    page.get_by_role("link", name="Cancel subscription").click()
    page.get_by_role("button", name=re.compile("Cancel subscription")).click()

    assert vendor.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "canceled"


def test_the_page_of_a_mailed_link_keeps_its_address_to_itself(vendor: Vendor) -> None:
    """ML-09."""
    answer = vendor.stack.request("GET", f"/p/{vendor.portal}/sign-in/link")

    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@SIZES
def test_j36_a_customer_of_one_vendor_opens_nothing_of_another(vendor: Vendor, visit: Visit, phone: bool) -> None:
    from tests.support.vendors import register

    other = register(vendor.stack)
    foreign = other.subscription(other.customer(EMAIL))
    vendor.subscription(vendor.customer(EMAIL))
    page = visit(phone=phone)
    sign_in(page, vendor)

    answer = page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}/subscriptions/{foreign['id']}/cancellation")

    assert answer is not None
    assert answer.status == 404
    looks_right(page)
    page.goto(f"{vendor.stack.base_url}/p/{other.portal}")
    expect(page.get_by_label("E-mail address")).to_be_visible()
