"""From nothing to a portal on the vendor's own page, in the console alone: what is sold, looks, customers, a secret."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import go_to, in_test_mode, looks_right, sign_in
from tests.e2e.test_console_catalog import open_list
from tests.e2e.test_console_portals import to_step, to_step_install
from tests.support.browser import Visit
from tests.support.shop_page import ShopPage, confirm, framed
from tests.support.vendors import Vendor
from tests.support.widgets import Guest

EMAIL, GREEN, CANCEL = "mira@tessaly.example", "#0b7a5b", re.compile("^Cancel subscription")
CUSTOMERS = f"email,plan,started_at,quantity,name\n{EMAIL},Members,2026-11-01,1,Mira Tessaly\n"


def sell_something(page: Page) -> None:
    open_list(page, "Campaigns")
    page.get_by_role("link", name="New campaign").click()
    page.get_by_label("Name", exact=True).fill("Studio")
    page.get_by_role("button", name="Create campaign").click()
    page.get_by_role("link", name="New product").click()
    page.get_by_label("Name", exact=True).fill("Larkfield Studio")
    page.get_by_label("Tax rate in percent").fill("19")
    page.get_by_role("button", name="Create product").click()
    page.get_by_role("link", name="New plan", exact=True).click()
    page.get_by_label("Name", exact=True).fill("Members")
    page.get_by_label("Price", exact=True).fill("29.00")
    page.get_by_role("button", name="Create plan").click()
    expect(page.get_by_role("heading", name="Members", level=1)).to_be_visible()


def bring_customers(page: Page, folder: Path) -> None:
    path = folder / "customers.csv"
    path.write_text(CUSTOMERS)
    page.get_by_role("navigation", name="Pages of the console").get_by_role("link", name="Customers").click()
    page.get_by_role("navigation", name="Customers", exact=True).get_by_role("link", name="Imports").click()
    page.get_by_role("link", name="New import").click()
    page.get_by_label("Subscriptions").check()
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_text("Done", exact=True)).to_be_visible(timeout=30_000)


def make_secret(page: Page) -> dict[str, str]:
    """What the vendor's server needs, as its environment."""
    go_to(page, "Identity secrets")
    page.get_by_label("What it is for").fill("Our website")
    page.locator("section").get_by_role("button", name="Make a secret").click()
    secret = page.locator("[data-secret]").inner_text()
    key = page.locator("[data-identity-secret]").first.get_attribute("data-identity-secret")
    assert key is not None
    return {"BURSAR_IDENTITY_SECRET": secret, "BURSAR_IDENTITY_KEY_ID": key}


def make_portal(page: Page, origin: str) -> None:
    page.get_by_role("navigation", name="Pages of the console").get_by_role("link", name="Portals").click()
    page.get_by_role("link", name="New portal").click()
    page.get_by_label("Name of this portal").fill("Members")
    page.get_by_role("radio", name=re.compile("^Widget")).check()
    page.get_by_role("button", name="Go on to the first step").click()
    page.get_by_role("radio", name=re.compile("^Whoever has a running subscription")).check()
    expect(page.locator("#saved")).to_have_text("Draft saved")
    to_step(page, "Design")
    page.get_by_label("Headline").fill("Your membership")
    page.get_by_label("Brand color").fill(GREEN)
    to_step(page, "Features")
    to_step(page, "Sign-in")
    page.get_by_label("Sites that may show it").fill(origin)
    to_step_install(page)
    page.get_by_role("button", name="Publish and open the portal").click()
    expect(page.get_by_text("Published. Customers see it from now on.")).to_be_visible()


def token_of(page: Page, environment: dict[str, str], folder: Path) -> str:
    """What the copied server code says of who is signed in to the vendor's site."""
    code = page.locator("details", has_text="Python").locator("pre").text_content() or ""
    program = folder / "server.py"
    user = f"class user:\n    email = {EMAIL!r}\n\n\n"
    program.write_text(f"{user}{code}\nprint(token)\n")
    done = subprocess.run(
        [sys.executable, program], env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.feature("B02", "B10", "J01", "J06", "J13", "J15")
def test_a_new_vendor_has_a_portal_of_its_own_on_its_page(
    vendor: Vendor, visit: Visit, shop_page: ShopPage, guest: Guest, tmp_path: Path
) -> None:
    boss = f"boss@{vendor.slug}.example"
    vendor.stack.bursar("staff", "invite", boss, "--vendor", vendor.slug, "--role", "owner")
    page = visit()
    sign_in(page, vendor, boss)
    in_test_mode(page)
    sell_something(page)
    bring_customers(page, tmp_path)
    environment = make_secret(page)
    make_portal(page, shop_page.origin)
    looks_right(page)

    snippet = page.locator("#c-snippet").text_content() or ""
    token = token_of(page, environment, tmp_path)
    customer = guest()
    customer.goto(shop_page.put(snippet.replace('hash: "…"', f'email: "{EMAIL}", hash: "{token}"')))
    expect(framed(customer).get_by_role("heading", name="Your membership")).to_be_visible()
    expect(framed(customer).get_by_text("€34.51").first).to_be_visible()
    framed(customer).get_by_role("link", name=CANCEL).click()
    confirm(customer, CANCEL)
    expect(framed(customer).get_by_text(re.compile("[Ee]nds on")).first).to_be_visible()

    page.reload()
    expect(page.get_by_text(re.compile(rf"Seen on {re.escape(shop_page.origin)} "))).to_be_visible()
    assert [each["status"] for each in vendor.all_of("/v1/subscriptions")] == ["canceled"]
