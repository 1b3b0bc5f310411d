"""A portal as a file, its texts and the embed debugger, by clicking: on a desktop, on a phone in the dark."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import in_test_mode, sign_in
from tests.e2e.test_console_portals import default_of, owner, shown
from tests.support.browser import Visit
from tests.support.gallery import look
from tests.support.vendors import Vendor

__all__ = ["owner"]

TITLE = "portal.cancel.title"


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone-dark"])
def test_a_file_texts_and_the_debugger(vendor: Vendor, owner: str, visit: Visit, tmp_path: Path, phone: bool) -> None:
    size = "phone" if phone else "desktop"
    page = visit(phone=phone, dark=phone)
    sign_in(page, vendor, owner)
    in_test_mode(page)
    portal = str(default_of(vendor)["id"])
    at = f"{vendor.stack.base_url}/console/portals/{portal}"

    brought_in(page, at, tmp_path, size)
    expect(page.get_by_role("heading", name="Install", level=1)).to_be_visible()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published. Customers see it from now on.")).to_be_visible()
    assert default_of(vendor)["display_name"] == "From a file"

    own_texts(page, at, size)
    draft = vendor.get(f"/v1/portal_configurations/{portal}/draft")["configuration"]
    assert draft["texts"] == {"de": {TITLE: "{plan} verlassen?"}}

    debugged(page, vendor, size)


def brought_in(page: Page, at: str, folder: Path, size: str) -> None:
    page.goto(f"{at}/versions")
    look(page, f"console-versions-file-{size}")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download as YAML").click()
    file = folder / downloading.value.suggested_filename
    downloading.value.save_as(file)
    text = file.read_text()
    page.get_by_role("link", name="Import from YAML").click()
    expect(page.get_by_role("heading", name="Import from YAML", level=1)).to_be_visible()

    broken = text.replace("auto_detect: true", "auto_detect: sometimes").replace("theme: auto", "theme: beige")
    file.write_text(broken)
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("2 things in the file are wrong")).to_be_visible()
    line = broken.splitlines().index("  auto_detect: sometimes") + 1
    expect(page.locator(".faults")).to_contain_text(f"Line {line}")
    look(page, f"console-import-wrong-{size}")

    mended = re.sub(r"display_name: .*", "display_name: From a file", text).replace("theme: auto", "theme: dark")
    page.get_by_label("Or the file’s text").fill(mended)
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("heading", name="2 fields would differ")).to_be_visible()
    look(page, f"console-import-{size}")
    page.get_by_role("button", name="Keep as the draft").click()


def own_texts(page: Page, at: str, size: str) -> None:
    page.goto(f"{at}/design")
    page.get_by_role("link", name="Change single texts").click()
    expect(page.get_by_role("heading", name="Texts", level=1)).to_be_visible()
    look(page, f"console-texts-{size}")
    page.locator("#f-language").select_option("de")
    page.get_by_label("Words or key").fill(TITLE)
    page.locator(".find").get_by_role("button", name="Show", exact=True).click()
    field = page.get_by_label(TITLE)
    field.fill("Wirklich verlassen?")
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_text("1 text does not fit; nothing was saved")).to_be_visible()
    expect(page.get_by_text("This text needs the same places in braces")).to_be_visible()
    look(page, f"console-texts-wrong-{size}")
    field.fill("{plan} verlassen?")
    page.get_by_label("Headline").fill("Ihre Pläne")
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_text("Saved in the draft")).to_be_visible()
    expect(shown(page).get_by_role("heading", name="Ihre Pläne", level=1)).to_be_visible()
    look(page, f"console-texts-saved-{size}")


def debugged(page: Page, vendor: Vendor, size: str) -> None:
    page.goto(f"{vendor.stack.base_url}/console/developers/embed")
    page.get_by_label("Address of your page").fill("shop.example/account")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("The address lacks https://")).to_be_visible()
    page.get_by_label("Address of your page").fill("https://shop.example/account")
    page.get_by_label("Your page’s Content-Security-Policy").fill("default-src 'self'")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("heading", name="3 things stand in the way")).to_be_visible()
    look(page, f"console-embed-{size}")
    page.get_by_label("E-mail address or id").fill("mira@shop.example")
    page.get_by_label("Hash or token").fill("abc")
    page.get_by_role("button", name="Check the hash").click()
    expect(page.get_by_role("heading", name="Identity check", level=1)).to_be_visible()


def test_the_pages_in_german(vendor: Vendor, owner: str, visit: Visit) -> None:
    page = visit(phone=True)
    sign_in(page, vendor, owner)
    page.goto(f"{vendor.stack.base_url}/console/portals?locale=de")
    page.get_by_role("button", name="Testmodus").click()
    portal = default_of(vendor)["id"]
    for path in (
        f"portals/{portal}/import",
        f"portals/{portal}/texts",
        "developers/embed?page=https%3A%2F%2Fx.example",
    ):
        page.goto(f"{vendor.stack.base_url}/console/{path}")
        look(page, f"console-{re.sub('[^a-z]+', '-', path.split('?')[0].split('/')[-1])}-german")
