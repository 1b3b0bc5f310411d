"""L07, TI-14: suspended, all can be read and nothing done; closed, keys, sessions and links are dead at once."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.auth.actions.vendors import Registered
from services.auth.models import ApiKey, PortalSession, SubscriberLink
from shared import clock
from tests.integration.auth.house import ADMIN_TOKEN, House, a_portal_v3, token_of
from tests.integration.auth.test_keys import call
from tests.integration.auth.test_session_pages import signed_in
from tests.integration.auth.test_subscriber_links import call as by_key
from tests.integration.auth.test_subscriber_links import made
from tests.integration.auth.test_vendors import told


def put(house: House, vendor: Registered, what: str) -> TestResponse:
    """What the operator says of a vendor."""
    return call(house, ADMIN_TOKEN, "POST", f"/v1/vendors/{vendor.vendor.id}/{what}", json={})


def said(house: House) -> list[str]:
    """In the order in which they came about: the table has none."""
    of_vendor = [each for each in told(house) if each["type"].startswith("vendor.")]
    return [each["type"] for each in sorted(of_vendor, key=lambda each: each["data"]["revision"])]


def passport(house: House, vendor: Registered) -> dict[str, Any]:
    """What the vendor's live key is answered."""
    with clock.fixed(datetime.now(UTC)):
        answer = house.identity(Authorization=f"Bearer {vendor.keys['live'].secret}")
    return dict(answer.headers)


@pytest.mark.feature("L07")
def test_while_suspended_a_key_reads_and_does_nothing(house: House, vendor: Registered, mira: str) -> None:
    house.hear(a_portal_v3(methods=("email", "permanent_link")), vendor=vendor.vendor.id)
    made(house, vendor)

    suspended = put(house, vendor, "suspend")
    read = by_key(house, vendor, "GET", "/v1/subscriber_links/cus_1")
    done = by_key(house, vendor, "POST", "/v1/subscriber_links/cus_1/revoke")
    resumed = put(house, vendor, "resume")
    again = by_key(house, vendor, "POST", "/v1/subscriber_links/cus_1/revoke")

    assert (suspended.json["standing"], resumed.json["standing"]) == ("suspended", "active")
    assert read.status_code == 200
    assert (done.status_code, done.json["code"]) == (403, "vendor_suspended")
    assert again.status_code == 204
    assert said(house)[1:] == ["vendor.suspended.v1", "vendor.resumed.v1"]


@pytest.mark.feature("L07")
def test_while_suspended_customers_still_come_in(house: House, vendor: Registered, mira: str) -> None:
    before = signed_in(house, mira)

    put(house, vendor, "suspend")
    after = signed_in(house, mira)

    assert (before.is_signed_in(house), after.is_signed_in(house)) == (True, True)


@pytest.mark.feature("L07")
def test_closed_everything_that_opened_a_door_is_dead_at_once(house: House, vendor: Registered, mira: str) -> None:
    house.hear(a_portal_v3(methods=("email", "permanent_link")), vendor=vendor.vendor.id)
    url, browser = made(house, vendor), signed_in(house, mira)
    waiting = house.browser(address="203.0.113.10")
    waiting.ask(mira)
    house.post_mails(now=clock.now())
    link = house.mailroom.mails[-1]["link"]

    closed = put(house, vendor, "close")

    assert closed.json["standing"] == "closed"
    assert passport(house, vendor)["X-Auth-Error"] == "invalid_api_key"
    assert not browser.is_signed_in(house)
    late = house.browser(address="203.0.113.11")
    pages = [
        late.get("/p/acme/sign-in"),
        late.client.post("/p/acme/sign-in/link", data={"token": token_of(link)}, headers=late.headers),
        late.client.post("/p/acme/sign-in/permanent", data={"token": token_of(url)}, headers=late.headers),
    ]
    assert {page.status_code for page in pages} <= {403, 410}
    assert "Acme" in pages[0].text
    assert "owner@acme.example" in pages[0].text
    assert all(row.revoked_at for table in (ApiKey, PortalSession, SubscriberLink) for row in house.rows(table))
    assert said(house)[1:] == ["vendor.closed.v1"]


@pytest.mark.feature("A15", "L07")
def test_closed_a_known_and_an_unknown_address_are_told_the_same(house: House, vendor: Registered, mira: str) -> None:
    put(house, vendor, "close")

    asked = [
        house.browser(address=f"203.0.113.{n}").client.post("/p/acme/sign-in", data={"email": email})
        for n, email in ((20, mira), (21, "nobody@one.example"))
    ]
    house.post_mails(now=clock.now())

    pages = [(page.status_code, re.sub(r"req_\w+", "", page.text)) for page in asked]
    assert pages[0] == pages[1]
    assert house.mailroom.mails == []


@pytest.mark.feature("L07")
def test_closed_is_for_good_and_twice_is_once(house: House, vendor: Registered) -> None:
    first, again = put(house, vendor, "close"), put(house, vendor, "close")
    refused = [put(house, vendor, what) for what in ("resume", "suspend")]

    assert (first.status_code, again.status_code) == (200, 200)
    assert [(each.status_code, each.json["code"]) for each in refused] == [(409, "vendor_closed_for_good")] * 2
    assert said(house)[1:] == ["vendor.closed.v1"]


def test_only_the_operator_suspends_and_closes(house: House, vendor: Registered) -> None:
    own = vendor.keys["live"].secret
    answers = [
        call(house, own, "POST", f"/v1/vendors/{vendor.vendor.id}/{what}", json={})
        for what in ("suspend", "resume", "close")
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert call(house, ADMIN_TOKEN, "POST", "/v1/vendors/ven_none/close", json={}).status_code == 404
