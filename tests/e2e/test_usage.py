"""What was used, as customers see it: how much of what is included, what is left, what was before."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_portal_sessions import sign_in
from tests.support.browser import Visit
from tests.support.gallery import LOOKS, look
from tests.support.vendors import Vendor

EMAIL = "mira@tessaly.example"


def metered(vendor: Vendor) -> dict[str, Any]:
    """A subscription two months old: 1,240 of 5,000 calls used, 30 GB more than the 100 that are included."""
    calls = vendor.post("/v1/meters", {"name": "API calls"})["id"]
    disk = vendor.post("/v1/meters", {"name": "Storage", "unit_label": "GB", "aggregation": "last"})["id"]
    shown = [{"meter": calls, "included": 5000}, {"meter": disk, "included": 100}]
    product = vendor.post("/v1/products", {"name": "Cloud"})
    plan = vendor.post(
        "/v1/plans",
        {
            "product": product["id"],
            "name": "Cloud",
            "currency": "EUR",
            "unit_amount": 2900,
            "interval": "month",
            "usage": shown,
        },
    )
    began = datetime.now(UTC) - timedelta(days=62)
    given = {
        "customer": vendor.customer(EMAIL)["id"],
        "plan": plan["id"],
        "collection": "external",
        "started_at": began.isoformat(),
    }
    made: dict[str, Any] = vendor.post("/v1/subscriptions", given)
    before = (datetime.fromisoformat(made["current_period_start"]) - timedelta(days=1)).isoformat()
    records = [
        {"subscription": made["id"], "meter": calls, "quantity": 1240},
        {"subscription": made["id"], "meter": calls, "quantity": 6100, "at": before},
        {"subscription": made["id"], "meter": disk, "quantity": 130},
    ]
    vendor.post("/v1/usage_records/batch", {"records": records})
    return made


def seen(visit: Visit, name: str) -> Page:
    options = dict(LOOKS[name])
    size, _language = options.pop("size", None), options.pop("language", None)
    page = visit(**options)
    if size:
        page.set_viewport_size(size)
    return page


@pytest.mark.feature("C26")
@pytest.mark.parametrize("name", LOOKS)
def test_a_customer_sees_what_is_left(vendor: Vendor, visit: Visit, name: str) -> None:
    subscription = metered(vendor)
    page = seen(visit, name)
    sign_in(page, vendor)
    expect(page.get_by_text("Cloud").first).to_be_visible()
    locale = "?locale=ar" if name == "arabic" else ""
    page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}/subscriptions/{subscription['id']}{locale}")

    usage = page.locator("section[aria-labelledby=usage]")
    expect(usage.get_by_role("progressbar")).to_have_count(2)
    expect(usage.get_by_role("progressbar").first).to_have_attribute("value", "24")
    if name != "arabic":
        expect(usage.get_by_role("progressbar", name="API calls")).to_be_visible()
        expect(usage.get_by_text("1,240 of 5,000")).to_be_visible()
        expect(usage.get_by_text("3,760 left")).to_be_visible()
        expect(usage.get_by_text("30 more than your plan includes")).to_be_visible()
    look(page, f"usage-{name}")
    usage.locator("summary").first.click()
    expect(usage.get_by_text(re.compile("6,100")).first).to_be_visible()
    look(page, f"usage-before-{name}")
