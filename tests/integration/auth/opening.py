"""Portal sessions as tests make, open and use them."""

from datetime import UTC, datetime
from typing import Any

import jwt
from sqlalchemy import update
from werkzeug.test import TestResponse

from services.auth.models import PortalSession
from shared import clock
from shared.database import scope
from tests.integration.auth.house import Browser, House, token_of
from tests.integration.auth.test_keys import call

PATH = "/v1/portal_sessions"


def create(house: House, key: str, **body: Any) -> TestResponse:
    return call(house, key, "POST", PATH, json=body)


def made(house: House, key: str, **body: Any) -> dict[str, Any]:
    answer = create(house, key, **body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


def use(browser: Browser, url: str, *, slug: str = "acme") -> TestResponse:
    return browser.post(f"/p/{slug}/sign-in/entry", headers={"HX-Request": "true"}, token=token_of(url))


def describe(browser: Browser, url: str, *, slug: str = "acme") -> TestResponse:
    return browser.post(f"/p/{slug}/sign-in/entry/describe", headers={"HX-Request": "true"}, token=token_of(url))


def claims(house: House, browser: Browser) -> dict[str, Any]:
    answer = house.identity(**{"Cookie": f"bursar_8080_acme={browser.cookie()}", "X-Portal": "acme"})
    found: dict[str, Any] = jwt.decode(answer.headers["X-Passport"], options={"verify_signature": False})
    return found


def told(house: House, browser: Browser) -> dict[str, Any]:
    """What a sibling asks of the session, with the customer's passport."""
    with clock.fixed(datetime.now(UTC)):
        refresh(house)
        headers = {"Cookie": f"bursar_8080_acme={browser.cookie()}", "X-Portal": "acme"}
        passport = house.identity(**headers).headers["X-Passport"]
        session = jwt.decode(passport, options={"verify_signature": False})["session"]
        answer = house.app.test_client().get(f"/internal/sessions/{session}", headers={"X-Passport": passport})
        other = house.app.test_client().get("/internal/sessions/ps_other", headers={"X-Passport": passport})
    assert other.status_code == 404
    found: dict[str, Any] = answer.json
    return found


def refresh(house: House) -> None:
    """The sessions began just now by the real clock, which passports are checked by."""
    with scope.platform(), house.database.begin() as session:
        session.execute(update(PortalSession).values(created_at=clock.now(), last_seen_at=clock.now()))
