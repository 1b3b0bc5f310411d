"""What the operator withholds is refused where it is saved, in the API and in the console; nothing else is (J04)."""

from typing import Any

import pytest

from shared.events import VendorEntitlementsChanged
from tests.integration.portal.shop import Shop
from tests.integration.portal_pages.console import Staff, fields_of

REASON, ASK = "Part of the larger plan.", "sales@host.example"
API = "/v1/portal_configurations"
CSS = {"appearance": {"custom_css": ".card { border-radius: 4px }"}}

pytestmark = pytest.mark.feature("J04")


def withhold(shop: Shop, *withheld: str, revision: int = 100) -> None:
    """The operator says so at auth."""
    reason, ask = (REASON, ASK) if withheld else (None, None)
    shop.hear(
        VendorEntitlementsChanged(
            vendor=shop.vendor, withheld=list(withheld), reason=reason, ask=ask, revision=revision
        )
    )


def host(shop: Shop) -> dict[str, Any]:
    return {"domain": {"host": f"{shop.slug}.shop.example"}}


def refused(shop: Shop, method: str, path: str, body: dict[str, Any]) -> None:
    answer = shop.ask(method, path, json=body)
    assert (answer.status_code, answer.json["code"]) == (403, "not_entitled"), answer.text  # type: ignore[index]
    assert REASON in answer.text
    assert ASK in answer.text


def test_by_default_everything_is_theirs(staff: Staff, portal: str) -> None:
    shop = staff.shop
    desk = shop.post("/v1/helpdesks", {"name": "Desk"})["id"]
    manual = {"subscription_cancel": {"execution": "manual", "helpdesk": desk}}

    shop.patch(f"{API}/{portal}", {**host(shop), **CSS, "features": manual})


def test_what_is_withheld_is_refused_with_the_reason_and_whom_to_ask(staff: Staff, portal: str) -> None:
    shop = staff.shop
    desk = shop.post("/v1/helpdesks", {"name": "Desk"})["id"]
    manual = {"features": {"subscription_cancel": {"execution": "manual", "helpdesk": desk}}}
    withhold(shop, "helpdesks", "own_domain", "custom_css")

    refused(shop, "POST", "/v1/helpdesks", {"name": "Another"})
    for body in (host(shop), CSS, manual):
        refused(shop, "PATCH", f"{API}/{portal}", body)
        refused(shop, "PATCH", f"{API}/{portal}/draft", body)
        refused(shop, "POST", API, {"name": "Further", **body})
    shop.patch(f"{API}/{portal}", {"display_name": "Larkfield"})
    shop.post(API, {"name": "Further"})
    withhold(shop, revision=101)
    shop.patch(f"{API}/{portal}", {**host(shop), **CSS, **manual})


def test_what_was_there_goes_on_and_can_be_taken_away(staff: Staff, portal: str) -> None:
    shop = staff.shop
    shop.patch(f"{API}/{portal}", {**host(shop), **CSS})
    shop.patch(f"{API}/{portal}/draft", {"domain": {"host": f"other-{shop.slug}.shop.example"}})
    withhold(shop, "own_domain", "custom_css")

    changed = shop.patch(f"{API}/{portal}", {"display_name": "Larkfield"})
    refused(shop, "POST", f"{API}/{portal}/publish", {})
    gone = shop.patch(f"{API}/{portal}", {"domain": {"host": None}, "appearance": {"custom_css": None}})

    assert changed["domain"]["host"] == f"{shop.slug}.shop.example"
    assert gone["domain"]["host"] is None
    refused(shop, "PATCH", f"{API}/{portal}", host(shop))


def test_the_console_says_why_and_whom_to_ask_and_keeps_what_was_typed(staff: Staff, portal: str) -> None:
    withhold(staff.shop, "own_domain")
    form = fields_of(staff.get(f"/console/portals/{portal}/sign-in").text)
    form["domain.host"] = f"{staff.shop.slug}.shop.example"

    answer = staff.post(f"/console/portals/{portal}/sign-in", form)

    assert answer.status_code == 403
    assert REASON in answer.text
    assert ASK in answer.text
    assert form["domain.host"] in answer.text


def test_an_older_word_of_the_operator_changes_nothing_and_others_keep_theirs(
    staff: Staff, portal: str, other: Shop
) -> None:
    withhold(staff.shop, "custom_css", revision=7)
    withhold(staff.shop, revision=6)

    refused(staff.shop, "PATCH", f"{API}/{portal}", CSS)
    theirs = other.get(f"{API}?is_default=true")["data"][0]["id"]
    other.patch(f"{API}/{theirs}", CSS)
