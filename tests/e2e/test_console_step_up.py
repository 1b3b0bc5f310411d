"""The console in a real browser, half an hour after the sign-in: a code in place, and what was typed goes on."""

import sqlite3
import time
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.test_console import go_to, in_test_mode, looks_right, platform_code, sign_in
from tests.support.browser import Visit
from tests.support.polling import until
from tests.support.stack import Stack
from tests.support.vendors import Vendor


def grow_old(stack: Stack) -> None:
    """Every sign-in of staff was 31 minutes ago."""
    then = (datetime.now(UTC) - timedelta(minutes=31)).strftime("%Y-%m-%d %H:%M:%S.%f")
    with sqlite3.connect(stack.home.database_url("auth").removeprefix("sqlite:///"), timeout=30) as auth:
        auth.execute("UPDATE staff_sessions SET proven_at = ?", (then,))
    auth.close()
    time.sleep(1.5)  # the gateway keeps an identity answer for a second, and nobody told it of this


@pytest.mark.feature("J12", "A22", "M08")
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_what_was_typed_goes_on_after_the_code_and_stands_in_the_record(
    vendor: Vendor, visit: Visit, scripts: bool
) -> None:
    stack, owner = vendor.stack, f"late@{vendor.slug}.example"
    stack.bursar("staff", "invite", owner, "--vendor", vendor.slug, "--role", "owner")
    page = visit(scripts=scripts)
    sign_in(page, vendor, owner, scripts=scripts)
    in_test_mode(page)
    go_to(page, "API keys")
    page.get_by_label("What it is for").fill("Shop server")
    page.get_by_text("Choose what it may do").click()
    page.get_by_label("customers:read").check()
    grow_old(stack)

    page.locator("section").get_by_role("button", name="Make a key").click()

    expect(page.get_by_role("heading", name="Confirm it is you")).to_be_visible()
    if scripts:
        looks_right(page)
    assert vendor.all_of("/v1/api_keys")[0]["name"] != "Shop server"
    page.get_by_label("Six-digit code").fill(platform_code(stack, owner, after=1))
    if not scripts:
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("heading", name="Confirm it is you")).to_have_count(0)
        page.get_by_role("button", name="Go on").click()
    expect(page.locator("[data-secret]")).to_be_visible()
    assert page.locator("[data-secret]").inner_text().startswith("rk_test_")
    (key,) = [each for each in vendor.all_of("/v1/api_keys") if each["name"] == "Shop server"]
    assert key["scopes"] == ["customers:read"]

    found = until(lambda: vendor.get(f"/v1/action_log?object={key['id']}")["data"], seconds=20, what="the line")
    (line,) = found
    assert (line["action"], line["actor_kind"], line["actor_id"]) == ("api_key.made", "staff", key["created_by"])
    assert line["after"] == {"name": "Shop server", "kind": "rk", "scopes": ["customers:read"]}
