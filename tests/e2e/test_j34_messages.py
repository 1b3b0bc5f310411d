"""J34: mails in the console by clicking: found, read in a frame, sent again; own words, seen before they are said."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import in_test_mode, sign_in
from tests.support.browser import Visit
from tests.support.gallery import look
from tests.support.vendors import Vendor

SIZES = pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
GERMAN = {"email": "mira@tessaly.example", "locale": "de"}


@pytest.fixture
def owner(vendor: Vendor) -> str:
    address = f"boss@{vendor.slug}.example"
    vendor.stack.bursar("staff", "invite", address, "--vendor", vendor.slug, "--role", "owner")
    return address


def to_messages(page: Page) -> None:
    page.get_by_role("navigation", name="Pages of the console").get_by_role("link", name="Messages").click()
    expect(page.get_by_role("heading", name="Messages", level=1)).to_be_visible()


@pytest.mark.feature("I03")
@SIZES
def test_j34_mails_are_read_sent_again_and_said_in_own_words(
    vendor: Vendor, owner: str, visit: Visit, phone: bool
) -> None:
    size = "phone" if phone else "desktop"
    customer = vendor.customer(**GERMAN)
    vendor.payment(customer)
    first = vendor.mail("receipt", to=GERMAN["email"])
    page = visit(phone=phone)
    sign_in(page, vendor, owner)
    in_test_mode(page)
    to_messages(page)

    page.get_by_role("searchbox", name="Recipient").fill("mira@")
    page.get_by_label("Kind").select_option("receipt")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(r"q=mira%40&kind=receipt"))
    look(page, f"console-messages-{size}")
    page.get_by_role("link", name=first["subject"]).click()
    expect(page.get_by_role("heading", name=first["subject"], level=1)).to_be_visible()
    expect(page.frame_locator("iframe").locator("html[lang=de]")).to_have_count(1)
    expect(page.get_by_text("Attempt 1: taken by the mail server")).to_be_visible()
    look(page, f"console-message-{size}")
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("A new mail that says the same is on its way.")).to_be_visible()
    again = vendor.mail("receipt", to=GERMAN["email"], after=1)
    assert (again["repeats"], again["subject"]) == (first["id"], first["subject"])

    page.goto(f"{vendor.stack.base_url}/console/messages/texts?language=de")
    look(page, f"console-texts-{size}")
    page.get_by_role("link", name="Receipt", exact=True).click()
    shown = page.frame_locator("iframe[name=mail-preview]")
    expect(shown.get_by_text(re.compile("58,00")).first).to_be_visible()
    subject = page.get_by_label(re.compile(r"receipt\.subject$"))
    subject.fill("Vielen Dank!")
    page.get_by_role("button", name="Save texts").click()
    expect(page.locator(".field-error")).to_contain_text("The text lacks {amount}.")
    look(page, f"console-text-wrong-{size}")
    subject.fill("Vielen Dank für {amount}!")
    page.get_by_role("button", name="Preview what is typed").click()
    expect(shown.get_by_text(re.compile(r"Vielen Dank für 58,00"))).to_have_count(1)
    page.get_by_role("button", name="Save texts").click()
    expect(page.get_by_text("1 text is changed. Mails say it from now on.")).to_be_visible()
    expect(shown.get_by_text(re.compile(r"Vielen Dank für 58,00"))).to_have_count(1)
    look(page, f"console-text-{size}")

    vendor.payment(customer, amount=4200)
    own = vendor.mail("receipt", to=GERMAN["email"], after=2)
    assert own["subject"] == "Vielen Dank für 42,00\N{NO-BREAK SPACE}€!"


def test_codes_of_sign_in_mails_are_not_for_staff(vendor: Vendor, owner: str, visit: Visit) -> None:
    vendor.customer(**GERMAN)
    page = visit(scripts=False)
    sign_in(page, vendor, owner, scripts=False)
    in_test_mode(page)
    guest = visit()
    guest.goto(f"{vendor.stack.base_url}/p/{vendor.portal}")
    guest.get_by_label("E-mail address").fill(GERMAN["email"])
    guest.locator("form button[type=submit]").first.click()
    mail = vendor.mail("sign_in", to=GERMAN["email"])
    page.goto(f"{vendor.stack.base_url}/console/messages/{mail['id']}")

    expect(page.get_by_text("it lets somebody in")).to_be_visible()
    expect(page.locator("iframe")).to_have_count(0)
    expect(page.get_by_role("button", name="Send again")).to_have_count(0)
    code = re.search(r"\d{3} ?\d{3}", mail["text"])
    assert code is not None
    assert code[0] not in page.content()


@pytest.mark.parametrize("way", ["dark", "german"])
def test_messages_in_dark_and_in_german(vendor: Vendor, owner: str, visit: Visit, way: str) -> None:
    vendor.payment(vendor.customer(**GERMAN))
    mail = vendor.mail("receipt", to=GERMAN["email"])
    page = visit(dark=way == "dark", phone=way == "dark")
    sign_in(page, vendor, owner)
    if way == "german":
        page.goto(f"{vendor.stack.base_url}/console/messages?locale=de")
        page.get_by_role("button", name="Testmodus").click()
    else:
        in_test_mode(page)
    for name, path in (("list", ""), ("one", f"/{mail['id']}"), ("texts", "/texts"), ("text", "/texts/receipt")):
        page.goto(f"{vendor.stack.base_url}/console/messages{path}")
        look(page, f"console-messages-{name}-{way}")
