"""A04: a mailed link confirms on our page and leads back to the vendor's, whose frame is signed in by a handle."""

from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.auth.actions import vendors
from services.auth.models import PortalSession
from shared import clock
from tests.integration.auth.house import NOON, House, a_customer, a_portal_v3, token_of

PAGE = "https://shop.acme.example/account"


@pytest.fixture
def widget(house: House, vendor: vendors.Registered, mira: str) -> str:
    """A widget that leads back to the vendor's page; its configuration's id."""
    change = {
        "kind": "widget",
        "sign_in": {"redirect_url": PAGE},
        "embed": {"allowed_origins": ["https://shop.acme.example"]},
    }
    for slug in ("acme-widget", "acme-other"):
        house.hear(a_portal_v3(slug, methods=("email",), **change), vendor=vendor.vendor.id)
    return "pcfg_acme-widget"


def post(house: House, path: str, **body: Any) -> TestResponse:
    headers = {"X-Real-IP": "203.0.113.7", "Origin": "http://localhost:8080"}
    return house.app.test_client(use_cookies=False).post(path, json=body, headers=headers)


def returned_handle(house: House, widget: str, email: str) -> str:
    """Ask in the frame, click the mailed link on our page: the handle that the vendor's page is given."""
    asked = post(house, f"/embed/{widget}/code", email=email)
    assert asked.status_code == 202, asked.text
    house.post_mails(now=clock.now())
    clicked = house.browser().click(house.mailroom.mails[-1]["link"], slug="acme-widget")
    assert clicked.status_code == 303
    page, _, handle = clicked.headers["Location"].partition("#bursar=")
    assert page == PAGE
    assert token_of(house.mailroom.mails[-1]["link"]) not in clicked.headers["Location"]
    return handle


@pytest.mark.feature("A04")
def test_the_click_leads_back_and_the_frame_is_signed_in_once(house: House, widget: str, mira: str) -> None:
    handle = returned_handle(house, widget, mira)
    before = house.rows(PortalSession)
    whose = [post(house, f"/embed/{widget}/returned", handle=handle) for _ in range(2)]

    first = post(house, f"/embed/{widget}/session", handle=handle)
    again = post(house, f"/embed/{widget}/session", handle=handle)

    assert before == [], "nobody is signed in on our page"
    assert [each.json for each in whose] == [{"masked": "M•••@Tessaly.example"}] * 2, "asking uses nothing up"
    assert post(house, f"/embed/{widget}/returned", handle=handle).status_code == 403
    assert (first.status_code, again.status_code) == (200, 403)
    (session,) = house.rows(PortalSession)
    assert (session.framed, session.assurance, session.customers) == (True, "verified", ["cus_1"])
    assert (session.way_in, session.details) == ("email_link", None)


@pytest.mark.feature("A04")
def test_the_handle_is_for_this_widget_and_for_a_minute(house: House, widget: str, mira: str) -> None:
    handle = returned_handle(house, widget, mira)

    elsewhere = post(house, "/embed/pcfg_acme-other/session", handle=handle)
    with clock.fixed(NOON + timedelta(seconds=60)):
        late = post(house, f"/embed/{widget}/session", handle=handle)
    with clock.fixed(NOON + timedelta(seconds=59)):
        in_time = post(house, f"/embed/{widget}/session", handle=handle)

    assert (elsewhere.status_code, late.status_code, in_time.status_code) == (403, 403, 200)


def test_the_code_in_the_frame_dies_with_the_link(house: House, widget: str, mira: str) -> None:
    window = post(house, f"/embed/{widget}/code", email=mira).json["window"]
    house.post_mails(now=NOON)
    mail = house.mailroom.mails[-1]
    house.browser().click(mail["link"], slug="acme-widget")

    answer = post(house, f"/embed/{widget}/session", window=window, code=mail["code"])

    assert answer.status_code == 403


def test_with_two_customers_at_the_address_one_is_chosen_first(
    house: House, vendor: vendors.Registered, widget: str, mira: str
) -> None:
    house.hear(a_customer(mira, customer="cus_2"), vendor=vendor.vendor.id)

    post(house, f"/embed/{widget}/session", handle=returned_handle(house, widget, mira))

    (session,) = house.rows(PortalSession)
    assert (session.customers, session.choices) == ([], ["cus_1", "cus_2"])


def test_the_code_signs_the_frame_in_as_ever(house: House, widget: str, mira: str) -> None:
    window = post(house, f"/embed/{widget}/code", email=mira).json["window"]
    house.post_mails(now=NOON)

    answer = post(house, f"/embed/{widget}/session", window=window, code=house.mailroom.mails[-1]["code"])

    assert answer.status_code == 200
    assert house.rows(PortalSession)[0].details is None
