"""AK-02: a publishable key, which stands in a page, starts a widget and does nothing else."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.auth.actions.vendors import Registered
from services.auth.rules.api_key import SCOPES
from shared.web.app import views
from tests.integration.auth.house import PUBLIC_URL, House, a_portal_v3
from tests.integration.auth.test_keys import call, claims


@pytest.fixture
def published(house: House, vendor: Registered) -> dict[str, str]:
    """A publishable key of each mode; the vendor has a widget in each, and a closed one."""
    widget: dict[str, Any] = {
        "kind": "widget",
        "is_default": False,
        "embed": {"allowed_origins": ["https://a.example"]},
    }
    told = {"methods": ("email", "hmac_v2"), **widget}
    house.hear(a_portal_v3("acme-live-widget", **told), vendor=vendor.vendor.id)
    house.hear(a_portal_v3("acme-closed", **told, active=False), vendor=vendor.vendor.id)
    house.hear(a_portal_v3("acme-test-widget", **told), vendor=vendor.vendor.id, mode="test")
    return {mode: made(house, vendor, mode)["secret"] for mode in ("live", "test")}


def made(house: House, vendor: Registered, mode: str) -> dict[str, Any]:
    key = vendor.keys["live" if mode == "live" else "test"].secret
    answer = call(house, key, "POST", "/v1/api_keys", json={"name": "Page", "kind": "pk"})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


@pytest.mark.feature("J10", "A19")
@pytest.mark.parametrize("mode", ["live", "test"])
def test_the_page_learns_what_it_takes_to_start_a_widget(house: House, published: dict[str, str], mode: str) -> None:
    answer = call(house, published[mode], "GET", "/v1/widgets")

    assert answer.status_code == 200
    assert answer.json == {
        "data": [
            {
                "id": f"pcfg_acme-{mode}-widget",
                "mode": mode,
                "name": "Acme",
                "sign_in_methods": ["email", "hmac_v2"],
                "default_locale": "en",
                "script": f"{PUBLIC_URL}/embed/v1.js",
                "url": f"{PUBLIC_URL}/p/acme-{mode}-widget",
            }
        ],
        "has_more": False,
    }


def test_it_does_nothing_else(house: House, published: dict[str, str]) -> None:
    """403 names the missing scope; nobody makes a publishable key that may more."""
    assert claims(house, published["live"])["scopes"] == ["widgets:read"]
    asked = 0
    for name, mark in views(house.app).items():
        method, path = name.split(" ")
        if mark is not None and mark.audience == "api" and mark.scope != "widgets:read" and "<" not in path:
            answer: TestResponse = call(house, published["live"], method, path, json={})
            assert (answer.status_code, answer.json["code"]) == (403, "scope_missing"), name
            assert str(mark.scope) in answer.json["detail"]
            asked += 1
    assert asked > 8


def test_rolled_it_is_a_publishable_key_again(house: House, vendor: Registered, published: dict[str, str]) -> None:
    key = made(house, vendor, "live")
    rolled = call(house, vendor.keys["live"].secret, "POST", f"/v1/api_keys/{key['id']}/roll", json={"overlap": 0})

    assert rolled.status_code == 201
    assert (rolled.json["kind"], rolled.json["scopes"]) == ("pk", ["widgets:read"])
    assert call(house, rolled.json["secret"], "GET", "/v1/widgets").status_code == 200


def test_a_secret_key_has_what_there_is_by_now(house: House, vendor: Registered) -> None:
    assert claims(house, vendor.keys["live"].secret)["scopes"] == list(SCOPES)


def test_any_page_may_ask_from_a_browser_without_cookies(house: House, published: dict[str, str]) -> None:
    browser = house.app.test_client(use_cookies=False)
    asks = {"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"}
    before = browser.options("/v1/widgets", headers={**asks, "Access-Control-Request-Headers": "authorization"})

    assert before.status_code == 200
    assert before.headers["Access-Control-Allow-Origin"] == "*"
    assert before.headers["Access-Control-Allow-Headers"] == "Authorization"
    assert "Access-Control-Allow-Credentials" not in before.headers
    after = call(house, published["live"], "GET", "/v1/widgets")
    assert after.headers["Access-Control-Allow-Origin"] == "*"
    refused = browser.get("/v1/widgets", headers=asks)
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (401, "*")
    assert "Access-Control-Allow-Origin" not in call(house, published["live"], "GET", "/v1/api_keys").headers
