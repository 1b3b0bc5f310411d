"""How a vendor says who gets in, where a portal may be and where it leads back to; what a person has to accept."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.auth.rules.passport import Subject
from services.portal.models import Entry
from shared import clock
from shared.events import PortalConfigurationPublishedV3
from tests.integration.portal.shop import PASSPORTS, Shop

URL = "/v1/portal_configurations"


def the_default(shop: Shop) -> dict[str, Any]:
    [found] = shop.get(f"{URL}?is_default=true")["data"]
    return dict(found)


def wrong(answer: TestResponse) -> set[tuple[str, str]]:
    assert answer.status_code in (400, 422), answer.text
    return {(each["field"], each["code"]) for each in answer.json["errors"]}


@pytest.mark.feature("A23", "B22", "B24")
def test_what_is_configured_is_shown_kept_and_told(shop: Shop) -> None:
    given = {
        "kind": "widget",
        "sign_in": {
            "methods": ["hmac_v2", "email"],
            "identify_by": "customer_id",
            "direct_actions": ["hmac_v1"],
            "cross_device": "code",
            "require_hash": False,
            "redirect_url": "https://shop.example/account",
            "sender_name": "Larkfield Billing",
            "reply_to": "billing@larkfield.example",
            "invitation_email": True,
            "link_minutes": 5,
            "session_idle_minutes": 10,
            "session_hours": 2,
        },
        "embed": {
            "allowed_origins": ["https://shop.example", "http://localhost:3000"],
            "events": True,
            "debug": True,
            "help_url": None,
        },
        "default_return_url": "https://shop.example/",
        "features": {"customer_update": {"enabled": True, "allowed_updates": ["email", "name"]}},
    }

    made = shop.post(URL, {"name": "Widget", "login_page": {"enabled": False}, **given})

    for name, value in given.items():
        assert made[name] == value or name == "features"
    assert made["features"]["customer_update"] == given["features"]["customer_update"]
    assert made["login_page"] == {"enabled": False, "url": f"http://localhost:8080/p/{made['slug']}/sign-in"}
    assert shop.get(f"{URL}/{made['id']}") == made
    said = shop.said(PortalConfigurationPublishedV3)[-1]
    assert said.sign_in == {**given["sign_in"], "login_page": False, "email_change": True}
    assert (said.embed, said.domain, said.default_return_url) == (given["embed"], None, "https://shop.example/")
    changed = shop.patch(f"{URL}/{made['id']}", {"sign_in": {"cross_device": "confirm"}, "default_return_url": None})
    assert changed["sign_in"] == {**given["sign_in"], "cross_device": "confirm"}
    assert (changed["default_return_url"], changed["embed"]) == (None, given["embed"])


@pytest.mark.feature("A19")
def test_live_mode_takes_no_plain_origin_and_no_unsigned_name(shop: Shop) -> None:
    live = shop.live()
    body = {"embed": {"allowed_origins": ["http://localhost:3000"]}, "sign_in": {"require_hash": False}}

    answer = live.ask("POST", URL, json={"name": "Live", **body})

    assert wrong(answer) == {
        ("embed.allowed_origins.0", "bad_origin"),
        ("sign_in.require_hash", "test_mode_only"),
    }


def test_taking_an_origin_away_shows_what_still_leads_there(shop: Shop) -> None:
    portal = the_default(shop)
    there = {"embed": {"allowed_origins": ["https://a.example"]}, "sign_in": {"redirect_url": "https://a.example/x"}}
    shop.patch(f"{URL}/{portal['id']}", there)

    answer = shop.ask("PATCH", f"{URL}/{portal['id']}", json={"embed": {"allowed_origins": []}})

    assert wrong(answer) == {("sign_in.redirect_url", "origin_not_allowed")}


def test_a_host_is_shown_with_the_record_that_proves_it(shop: Shop) -> None:
    portal = the_default(shop)
    host = f"{shop.slug}.example"

    changed = shop.patch(f"{URL}/{portal['id']}", {"domain": {"host": host, "path": "/billing"}})

    record = {"name": f"_bursar.{host}", "value": f"bursar-verification={portal['id']}"}
    assert changed["domain"] == {"host": host, "path": "/billing", "verified": False, "record": record}
    assert shop.said(PortalConfigurationPublishedV3)[-1].domain is None
    assert shop.patch(f"{URL}/{portal['id']}", {"domain": {"path": ""}})["domain"]["path"] == ""
    gone = shop.patch(f"{URL}/{portal['id']}", {"domain": {"host": None}})["domain"]
    assert gone == {"host": None, "path": None, "verified": False, "record": None}
    answer = shop.ask("PATCH", f"{URL}/{portal['id']}", json={"domain": {"host": "localhost"}})
    assert wrong(answer) == {("domain.host", "bad_host")}


def test_configurations_are_found_by_what_they_are(shop: Shop) -> None:
    widget = shop.post(URL, {"name": "Widget", "kind": "widget"})["id"]
    shop.post(URL, {"name": "Closed", "active": False})

    assert [each["id"] for each in shop.get(f"{URL}?kind=widget")["data"]] == [widget]
    assert [each["name"] for each in shop.get(f"{URL}?active=false")["data"]] == ["Closed"]
    assert [each["kind"] for each in shop.get(f"{URL}?is_default=true")["data"]] == ["hosted"]
    assert shop.ask("GET", f"{URL}?kind=kiosk").status_code == 400


def test_a_new_default_is_told_of_both(shop: Shop) -> None:
    before, after = the_default(shop)["id"], shop.post(URL, {"name": "New"})["id"]

    shop.patch(f"{URL}/{after}", {"is_default": True})

    told = {each.configuration: each.is_default for each in shop.said(PortalConfigurationPublishedV3)}
    assert (told[before], told[after]) == (False, True)


PRESETS = {
    "paykickstart": ("widget", ["email", "portal_session"], "email", [], True, False),
    "wingback": ("hosted", ["portal_session"], "customer_id", [], True, False),
    "kartra": ("hosted", ["order_number"], "email", ["order_number"], True, False),
    "billflow": ("widget", ["hmac_v1", "email"], "email", ["hmac_v1"], False, False),
    "4geeks": ("hosted", ["permanent_link"], "email", ["permanent_link"], True, True),
}


@pytest.mark.feature("B26")
@pytest.mark.parametrize("preset", list(PRESETS))
def test_a_preset_brings_its_ways_in(shop: Shop, preset: str) -> None:
    kind, methods, by, direct, needs_hash, invites = PRESETS[preset]

    found = shop.post(URL, {"name": preset, "preset": preset})
    live = shop.live().post(URL, {"name": preset, "preset": preset})

    sign_in = found["sign_in"]
    assert (found["kind"], sign_in["methods"], sign_in["identify_by"]) == (kind, methods, by)
    assert (sign_in["direct_actions"], sign_in["require_hash"]) == (direct, needs_hash)
    assert sign_in["invitation_email"] is invites
    assert (live["sign_in"]["methods"], live["sign_in"]["direct_actions"]) == (methods, [])
    assert live["sign_in"]["require_hash"] is True
    assert shop.post(URL, {"name": "other", "preset": preset, "kind": "helpdesk"})["kind"] == "helpdesk"


def accepted(shop: Shop, configuration: str, *ways: str, minutes_ago: int = 1, **more: Any) -> TestResponse:
    """What auth's console asks for a person."""
    body = {
        "vendor": shop.vendor,
        "mode": shop.mode,
        "staff": "usr_1",
        "direct_actions": list(ways),
        "proven_at": int((clock.now() - timedelta(minutes=minutes_ago)).timestamp()),
        **more,
    }
    passport = PASSPORTS.issue_own(now=clock.now())
    path = f"/internal/portal_configurations/{configuration}/direct_actions"
    return shop.app.test_client().post(path, json=body, headers={"X-Passport": passport})


@pytest.mark.feature("A23")
def test_in_live_mode_a_person_accepts_and_the_log_says_who(shop: Shop) -> None:
    """SE-16."""
    live = shop.live()
    portal = the_default(live)["id"]
    for method, url in (("PATCH", f"{URL}/{portal}"), ("POST", URL)):
        answer = live.ask(method, url, json={"name": "Live", "sign_in": {"direct_actions": ["hmac_v1"]}})
        assert (answer.status_code, answer.json["code"]) == (403, "acceptance_required")
    assert accepted(live, portal, "hmac_v1", minutes_ago=31).status_code == 403
    assert the_default(live)["sign_in"]["direct_actions"] == []

    answer = accepted(live, portal, "hmac_v1", "order_number")

    assert (answer.status_code, answer.json["direct_actions"]) == (200, ["hmac_v1", "order_number"])
    assert the_default(live)["sign_in"]["direct_actions"] == ["hmac_v1", "order_number"]
    assert live.said(PortalConfigurationPublishedV3)[-1].sign_in["direct_actions"] == ["hmac_v1", "order_number"]
    with live.inside() as session:
        logged = session.scalars(
            select(Entry).where(Entry.action == "portal_configuration.direct_actions_accepted")
        ).one()
        assert (logged.actor_kind, logged.actor_id, logged.object) == ("staff", "usr_1", portal)
    fewer = live.patch(f"{URL}/{portal}", {"sign_in": {"direct_actions": ["order_number"]}})
    assert fewer["sign_in"]["direct_actions"] == ["order_number"]


def test_nobody_accepts_for_another_vendor_or_mode(shop: Shop, other: Shop) -> None:
    portal = the_default(shop.live())["id"]

    assert accepted(other.live(), portal, "hmac_v1").status_code == 404
    assert accepted(shop, portal, "hmac_v1").status_code == 404
    assert accepted(shop.live(), portal, "email").status_code == 422
    assert accepted(shop.live(), portal, "hmac_v1", mode="both").status_code == 400
    customer = Subject(kind="customer", id="cus_1", vendor=shop.vendor, mode="live", customers=("cus_1",))
    headers = {"X-Passport": PASSPORTS.issue(customer, now=clock.now())}
    path = f"/internal/portal_configurations/{portal}/direct_actions"
    assert shop.app.test_client().post(path, json={}, headers=headers).status_code == 404
