"""M10, SE-15: staff see a customer's pages as the customer does, for a reason, for half an hour, and change nothing."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import jwt
import pytest
from werkzeug.test import TestResponse

from services.auth.actions.vendors import Registered
from services.auth.models import Entry, PortalSession, SignInRequest
from shared import clock
from shared.database import tables
from tests.integration.auth.house import PUBLIC_URL, Browser, House, token_of
from tests.integration.auth.staffing import OWNER, Console, fresh, hire, sign_in

REASON = "Asks why the invoice says 19 %"
VIEW = "/console/access/customers/cus_1/view"


def way_in(console: Console, reason: str = REASON, portal: str = "pcfg_acme") -> str:
    answer = console.post(VIEW, reason=reason, portal=portal)
    assert answer.status_code == 200, answer.text
    found = re.search(r'href="([^"]+)" data-view', answer.text)
    assert found is not None, answer.text
    return unescape(found[1])


@pytest.fixture
def helper(house: House, vendor: Registered, mira: str) -> Console:
    return sign_in(house, hire(house, vendor.vendor.id, "support"))


@pytest.fixture
def looking(house: House, helper: Console) -> Browser:
    """A browser in which staff look on."""
    browser = house.browser()
    url = way_in(helper)
    with clock.fixed(datetime.now(UTC)):
        fresh(house)
        answer = browser.post("/p/acme/sign-in/entry", headers={"HX-Request": "true"}, token=token_of(url))
    assert answer.headers["HX-Redirect"] == "/p/acme"
    return browser


def ask(house: House, browser: Browser, method: str, path: str, **form: str) -> TestResponse:
    """As the gateway sends it."""
    with clock.fixed(datetime.now(UTC)):
        fresh(house)
        identity = house.identity(**{"Cookie": f"bursar_8080_acme={browser.cookie()}", "X-Portal": "acme"})
        headers = {**browser.headers, "X-Passport": identity.headers.get("X-Passport", "")}
        data = {"csrf_token": browser.csrf("/p/acme/sign-in"), **form} if method == "POST" else None
        return browser.client.open(path, method=method, base_url=PUBLIC_URL, data=data, headers=headers)


def claims(house: House, browser: Browser) -> dict[str, Any]:
    answer = house.identity(**{"Cookie": f"bursar_8080_acme={browser.cookie()}", "X-Portal": "acme"})
    found: dict[str, Any] = jwt.decode(answer.headers["X-Passport"], options={"verify_signature": False})
    return found


def told(house: House, key: str) -> list[dict[str, Any]]:
    with house.database.begin(read_only=True) as session:
        rows = session.connection().execute(tables.outbox.select()).all()
    return [json.loads(row.body) for row in rows if row.key == key]


@pytest.mark.feature("M10")
def test_staff_see_the_customers_pages_as_a_viewer(house: House, helper: Console, looking: Browser) -> None:
    with clock.fixed(datetime.now(UTC)):
        fresh(house)
        said = claims(house, looking)

    assert (said["kind"], said["sub"]) == ("staff", helper.claims()["sub"])
    assert (said["customers"], said["portal"], said["assurance"]) == (["cus_1"], "acme", "viewer")
    assert said["scopes"] == []
    page = ask(house, looking, "GET", "/p/acme/sessions")
    assert page.status_code == 200
    assert "You see this page as the customer does" in page.text


@pytest.mark.feature("M10")
def test_it_stands_in_the_log_with_staff_customer_and_reason(house: House, helper: Console, looking: Browser) -> None:
    (body,) = told(house, "session.started.v1")

    assert (body["actorkind"], body["actorid"]) == ("staff", helper.claims()["sub"])
    event = body["data"]
    assert event["staff"] == helper.claims()["sub"]
    assert (event["customers"], event["reason"], event["assurance"]) == (["cus_1"], REASON, "viewer")


@pytest.mark.feature("M10")
def test_every_write_is_refused(house: House, looking: Browser) -> None:
    for path in ("/p/acme/sessions/end-all", "/p/acme/sessions/end-others", "/p/acme/sessions/ps_1/end"):
        answer = ask(house, looking, "POST", path)
        assert answer.status_code == 403
        assert "nothing can be changed here" in answer.text
    assert all(row.revoked_at is None for row in house.rows(PortalSession))


@pytest.mark.feature("M10")
def test_it_is_never_raised_and_no_code_is_mailed(house: House, looking: Browser, mira: str) -> None:
    before = len(house.rows(SignInRequest))

    answer = ask(house, looking, "POST", "/p/acme/sign-in", reason="step_up", next="/p/acme", email=mira)

    assert answer.status_code == 403
    assert len(house.rows(SignInRequest)) == before
    (row,) = house.rows(PortalSession)
    assert row.assurance == "viewer"


def test_it_ends_after_thirty_minutes_however_much_it_is_used(house: House, looking: Browser) -> None:
    (row,) = house.rows(PortalSession)
    ends = row.created_at + timedelta(minutes=30)
    cookie = {"Cookie": f"bursar_8080_acme={looking.cookie()}", "X-Portal": "acme"}
    with clock.fixed(ends - timedelta(seconds=1)):
        assert "X-Passport" in house.identity(**cookie).headers
    with clock.fixed(ends):
        assert "X-Passport" not in house.identity(**cookie).headers


def test_whoever_looks_on_may_stop(house: House, looking: Browser) -> None:
    answer = ask(house, looking, "POST", "/p/acme/sign-out")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/p/acme/sign-in")
    (row,) = house.rows(PortalSession)
    assert row.revoked_at is not None


@pytest.mark.parametrize("reason", ["", "  ", "ok", "x" * 301])
def test_without_a_reason_nobody_looks(house: House, helper: Console, reason: str) -> None:
    answer = helper.post(VIEW, reason=reason, portal="pcfg_acme")

    assert answer.status_code == 422
    assert "data-view" not in answer.text
    assert house.rows(Entry) == []


def test_a_foreign_customer_or_portal_does_not_exist(house: House, helper: Console) -> None:
    """TI-01: of the other mode, or of nobody."""
    answers = [
        helper.post(VIEW.replace("cus_1", "cus_9"), reason=REASON, portal="pcfg_acme"),
        helper.post(VIEW, reason=REASON, portal="pcfg_acme-test"),
        helper.post(VIEW, reason=REASON, portal="pcfg_none"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert house.rows(Entry) == []


@pytest.mark.feature("J12")
def test_removal_ends_it_at_once_opened_or_not(house: House, helper: Console, looking: Browser) -> None:
    """SE-17."""
    unopened = way_in(helper)
    user, owner = helper.claims()["sub"], sign_in(house, OWNER)

    owner.post("/console/access/people", do="remove", user=user)

    (row,) = house.rows(PortalSession)
    assert row.revoked_at is not None
    (ended,) = told(house, "session.revoked.v1")
    assert ended["data"]["reason"] == "staff_removed"
    late = house.browser().post("/p/acme/sign-in/entry", headers={"HX-Request": "true"}, token=token_of(unopened))
    assert late.status_code == 410
    assert (
        "X-Passport"
        not in house.identity(**{"Cookie": f"bursar_8080_acme={looking.cookie()}", "X-Portal": "acme"}).headers
    )


def test_who_may_no_longer_look_on_is_out(house: House, helper: Console, looking: Browser) -> None:
    user, owner = helper.claims()["sub"], sign_in(house, OWNER)

    owner.post("/console/access/people", do="role", user=user, role="read_only")

    (row,) = house.rows(PortalSession)
    assert row.revoked_at is not None
    assert house.rows(Entry)[0].used_at is not None
