"""J31: a portal made and changed in the console by clicking, seen beside the form, published, gone back on."""

import re

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.e2e.test_console import in_test_mode, sign_in
from tests.support.browser import Visit
from tests.support.gallery import look
from tests.support.shop_page import ShopPage
from tests.support.vendors import Vendor, register

YELLOW, GREEN = "#f5d90a", "#0b7a5b"
HOSTILE = ".card { border-radius: 4px }\n.alert { position: fixed }\n@import url(https://evil.example/a.css);"
SIZES = pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])


@pytest.fixture
def owner(vendor: Vendor) -> str:
    address = f"boss@{vendor.slug}.example"
    vendor.stack.bursar("staff", "invite", address, "--vendor", vendor.slug, "--role", "owner")
    return address


def shown(page: Page) -> FrameLocator:
    """The preview."""
    return page.frame_locator("#preview")


def to_step(page: Page, name: str) -> None:
    page.locator("#step").get_by_role("button", name=f"Next step: {name}").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def default_of(vendor: Vendor) -> dict[str, object]:
    found: dict[str, object] = vendor.get("/v1/portal_configurations", params={"is_default": "true"})["data"][0]
    return found


@pytest.mark.feature("B02", "J01", "J05", "J07", "J11")
@SIZES
def test_j31_a_portal_is_made_seen_published_and_gone_back_on(
    vendor: Vendor, owner: str, visit: Visit, shop_page: ShopPage, phone: bool
) -> None:
    size = "phone" if phone else "desktop"
    page = visit(phone=phone)
    sign_in(page, vendor, owner)
    in_test_mode(page)
    page.get_by_role("navigation", name="Pages of the console").get_by_role("link", name="Portals").click()
    expect(page.get_by_role("heading", name="Portals", level=1)).to_be_visible()
    look(page, f"console-portals-{size}")

    page.get_by_role("link", name="New portal").click()
    page.get_by_label("Name of this portal").fill("Members")
    page.get_by_role("radio", name=re.compile("^Widget")).check()
    look(page, f"console-new-{size}")
    page.get_by_role("button", name="Go on to the first step").click()

    expect(page.get_by_role("heading", name="Scope", level=1)).to_be_visible()
    expect(shown(page).get_by_role("heading", level=1)).to_be_visible()
    page.locator("#step").get_by_label("Name that customers see").fill("Larkfield Members")
    expect(shown(page).get_by_text("Larkfield Members").first).to_be_visible()
    expect(page.locator("#saved")).to_have_text("Draft saved")
    look(page, f"console-scope-{size}")
    to_step(page, "Design")

    page.get_by_label("Headline").fill("Your membership")
    expect(shown(page).get_by_role("heading", name="Your membership", level=1)).to_be_visible()
    color = page.get_by_label("Brand color")
    color.fill(YELLOW)
    expect(page.get_by_text("Links therefore use")).to_be_visible()
    page.wait_for_function(
        "(color) => getComputedStyle(document.querySelector('#preview').contentDocument.body)"
        ".getPropertyValue('--accent-strong').includes(color)",
        arg=YELLOW,
    )
    look(page, f"console-design-weak-{size}")
    color.fill("#f5d")
    expect(page.locator("#n-appearance-brand_color .field-error")).to_be_visible()
    expect(page.locator("#saved")).to_have_text("Not saved: something in it needs another look")
    color.fill(GREEN)
    expect(page.locator("#n-appearance-brand_color .field-error")).to_have_count(0)
    page.get_by_label("Style rules of your own (CSS)").fill(HOSTILE)
    expect(page.get_by_text("1 rule kept")).to_be_visible()
    expect(page.get_by_text("2 rules not kept whole")).to_be_visible()
    expect(page.locator(".css-report")).to_contain_text("Line 2: position")
    page.get_by_label("What the customer of the preview has").select_option("past_due")
    expect(shown(page).locator(".alert.danger").first).to_be_visible()
    page.get_by_label("Language of the preview").select_option("de")
    expect(shown(page).locator("html[lang=de]")).to_have_count(1)
    page.get_by_label("Light or dark").select_option("dark")
    expect(shown(page).locator("html[data-theme=dark]")).to_have_count(1)
    page.get_by_label("Desktop or phone").select_option("phone")
    expect(page.locator(".preview-stage[data-size=phone]")).to_be_visible()
    look(page, f"console-design-{size}")
    to_step(page, "Features")

    expect(shown(page).get_by_role("link", name=re.compile("^Pause"))).to_have_count(0)
    page.get_by_role("switch", name="Pause").check()
    expect(shown(page).get_by_role("link", name=re.compile("^Pause"))).to_be_visible()
    look(page, f"console-features-{size}")
    to_step(page, "Sign-in")
    page.get_by_label("Sites that may show it").fill(shop_page.origin)
    look(page, f"console-sign-in-{size}")
    to_step_install(page)

    expect(page.get_by_role("heading", name="Publish", level=2)).to_be_visible()
    expect(page.get_by_text("No page of yours has shown this portal yet.")).to_be_visible()
    look(page, f"console-install-{size}")
    page.get_by_role("button", name="Publish and open the portal").click()
    expect(page.get_by_text("Published. Customers see it from now on.")).to_be_visible()
    expect(page.get_by_text("The draft is what is published.")).to_be_visible()

    widget = re.search(r"/console/portals/(pcfg_\w+)/", page.url)
    assert widget is not None
    published = vendor.get(f"/v1/portal_configurations/{widget[1]}")
    assert published["active"] is True
    assert published["appearance"]["brand_color"] == GREEN
    assert published["features"]["subscription_pause"]["enabled"] is True
    assert published["embed"]["allowed_origins"] == [shop_page.origin]

    guest = visit()
    guest.goto(shop_page.embed(vendor.stack.base_url, widget=widget[1]))
    expect(guest.frame_locator("iframe").first.locator("body")).to_be_visible()
    page.reload()
    expect(page.get_by_text(re.compile(rf"Seen on {re.escape(shop_page.origin)} \d+ seconds? ago"))).to_be_visible()

    page.get_by_role("link", name="Members", exact=True).click()
    expect(page.get_by_role("heading", name="Version 2")).to_be_visible()
    look(page, f"console-versions-{size}")
    page.get_by_role("button", name="Go back to version 1").click()
    expect(page.get_by_text("The older version is published again.")).to_be_visible()
    back = vendor.get(f"/v1/portal_configurations/{widget[1]}")
    assert back["appearance"]["headline"] is None
    assert back["features"]["subscription_pause"]["enabled"] is False


def to_step_install(page: Page) -> None:
    page.locator("#step").get_by_role("button", name="Next step: Install").click()
    expect(page.get_by_role("heading", name="Install", level=1)).to_be_visible()


@pytest.mark.feature("B02", "M15")
def test_the_wizard_works_without_scripts(vendor: Vendor, owner: str, visit: Visit) -> None:
    page = visit(scripts=False)
    sign_in(page, vendor, owner, scripts=False)
    in_test_mode(page)
    page.get_by_role("link", name="Portals").first.click()
    page.get_by_role("link", name="Customer portal").first.click()
    page.get_by_label("Name that customers see").fill("Without scripts")
    to_step(page, "Design")
    expect(shown(page).get_by_text("Without scripts").first).to_be_visible()
    page.get_by_label("Brand color").fill("green")
    page.locator("#step").get_by_role("button", name="Next step").click()
    expect(page.locator("#n-appearance-brand_color")).to_contain_text("This is not a color of the form #rrggbb.")
    page.get_by_label("Brand color").fill(GREEN)
    to_step(page, "Features")
    page.get_by_label("What the customer of the preview has").select_option("empty")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(shown(page).locator(".empty")).to_be_visible()
    to_step(page, "Sign-in")
    to_step_install(page)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published. Customers see it from now on.")).to_be_visible()
    assert default_of(vendor)["display_name"] == "Without scripts"


@pytest.mark.parametrize("way", ["dark", "german"])
def test_the_console_in_dark_and_in_german(vendor: Vendor, owner: str, visit: Visit, way: str) -> None:
    page = visit(dark=way == "dark", phone=way == "dark")
    sign_in(page, vendor, owner)
    if way == "german":
        page.goto(f"{vendor.stack.base_url}/console/portals?locale=de")
        page.get_by_role("button", name="Testmodus").click()
    else:
        in_test_mode(page)
        page.goto(f"{vendor.stack.base_url}/console/portals")
    look(page, f"console-portals-{way}")
    page.locator(".portal-list a").first.click()
    for step in ("design", "features", "sign-in", "install"):
        page.goto(re.sub(r"[^/]+$", step, page.url))
        look(page, f"console-{step}-{way}")


def test_whoever_works_for_two_vendors_changes_between_them(vendor: Vendor, owner: str, visit: Visit) -> None:
    second = register(vendor.stack)
    vendor.stack.bursar("staff", "invite", owner, "--vendor", second.slug, "--role", "read_only")
    page = visit()
    sign_in(page, vendor, owner)
    page.goto(f"{vendor.stack.base_url}/console/portals")
    menu = page.locator(".console-where summary")
    mine = menu.locator("bdi").inner_text()
    menu.click()
    look(page, "console-vendors")
    others = page.locator(".console-where .menu-list button:not([aria-current])")
    expect(others).to_have_count(1)
    other = others.inner_text()
    others.click()

    expect(page.get_by_role("heading", name="Portals", level=1)).to_be_visible()
    expect(menu.locator("bdi")).to_have_text(other)
    assert other != mine
    role = page.locator(".console-self").get_by_text("read-only")
    is_reader = role.count() == 1
    expect(page.get_by_role("link", name="New portal")).to_have_count(0 if is_reader else 1)
    page.get_by_role("link", name="Customer portal").first.click()
    if is_reader:
        expect(page.get_by_text("You can look at everything here.")).to_be_visible()
        expect(page.get_by_label("Name that customers see")).to_be_disabled()
        expect(page.get_by_role("button", name="Next step: Design")).to_have_count(0)
        look(page, "console-read-only")
