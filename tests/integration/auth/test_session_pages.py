"""Where somebody is signed in, and ending it."""

from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from services.auth.actions.vendors import Registered
from services.auth.models import PortalSession
from services.auth.rules.ways_in import WAYS_IN, WayIn
from shared import clock
from shared.database import scope, tables
from tests.integration.auth.house import FIREFOX, NOON, PUBLIC_URL, Browser, House, a_customer
from tests.integration.auth.test_session_kinds import begin


def signed_in(house: House, email: str) -> Browser:
    browser = house.browser()
    house.mailroom.mails.clear()
    with scope.platform(), house.database.begin() as session:  # one mail a minute else
        from services.auth.models import SignInRequest

        session.execute(update(SignInRequest).values(counted=False))
    browser.ask(email)
    house.post_mails(now=NOON)
    browser.click(house.mailroom.mails[0]["link"])
    return browser


def change(house: House, **values: Any) -> None:
    with scope.platform(), house.database.begin() as session:
        session.execute(update(PortalSession).values(**values))


def through_gateway(house: House, browser: Browser, method: str, path: str, **form: str) -> TestResponse:
    """As the gateway sends it: the cookie became a passport on the way, good by the real clock."""
    with clock.fixed(datetime.now(UTC)):
        change(house, created_at=clock.now(), last_seen_at=clock.now(), proven_at=clock.now())
        identity = house.identity(**{"Cookie": f"bursar_8080_acme={browser.cookie()}", "X-Portal": "acme"})
        headers = {**browser.headers, "X-Passport": identity.headers.get("X-Passport", "")}
        data = {"csrf_token": browser.csrf("/p/acme/sign-in"), **form} if method == "POST" else None
        return browser.client.open(path, method=method, base_url=PUBLIC_URL, data=data, headers=headers)


def id_of(house: House, browser: Browser) -> str:
    answer = house.identity(**{"Cookie": f"bursar_8080_acme={browser.cookie()}", "X-Portal": "acme"})
    claims = jwt.decode(answer.headers["X-Passport"], options={"verify_signature": False})
    return str(claims["session"])


def open_sessions(house: House) -> set[str]:
    return {row.id for row in house.rows(PortalSession) if row.revoked_at is None}


@pytest.mark.feature("A17")
def test_a_customer_sees_the_own_sessions_and_nobody_elses(house: House, mira: str, vendor: Registered) -> None:
    """SE-10."""
    house.hear(a_customer("noor@x.example", customer="cus_2"), vendor=vendor.vendor.id)
    laptop, phone, other = signed_in(house, mira), signed_in(house, mira), signed_in(house, "noor@x.example")
    ids = {name: id_of(house, each) for name, each in (("laptop", laptop), ("phone", phone), ("other", other))}

    page = through_gateway(house, laptop, "GET", "/p/acme/sessions")

    assert page.status_code == 200
    assert "Firefox on Windows" in page.text
    assert f"/sessions/{ids['phone']}/end" in page.text
    assert f"/sessions/{ids['laptop']}/end" not in page.text
    assert ids["other"] not in page.text


@pytest.mark.feature("A17")
def test_one_of_the_others_is_ended(house: House, mira: str) -> None:
    """SE-04, SE-10: it is refused from then on, and everybody hears of it."""
    laptop, phone = signed_in(house, mira), signed_in(house, mira)
    ended = id_of(house, phone)

    answer = through_gateway(house, laptop, "POST", f"/p/acme/sessions/{ended}/end")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/p/acme/sessions")
    assert ended not in open_sessions(house)
    assert len(open_sessions(house)) == 1
    with house.database.begin(read_only=True) as session:
        (told,) = [
            row.body for row in session.connection().execute(tables.outbox.select()) if row.key == "session.revoked.v1"
        ]
    assert '"reason":"ended_by_customer"' in told.replace(" ", "")
    assert '"kind":"customer"' in told.replace(" ", "") or '"customer"' in told


@pytest.mark.feature("A17")
@pytest.mark.parametrize(("what", "left"), [("end-others", 1), ("end-all", 0)])
def test_all_others_or_all_are_ended(house: House, mira: str, what: str, left: int) -> None:
    laptop, _phone, _tablet = (signed_in(house, mira) for _ in range(3))

    answer = through_gateway(house, laptop, "POST", f"/p/acme/sessions/{what}")

    assert answer.headers["Location"] == ("/p/acme/sessions" if left else "/p/acme/sign-in")
    assert len(open_sessions(house)) == left


def test_somebody_elses_session_is_not_found(house: House, mira: str, vendor: Registered) -> None:
    """TI-01."""
    house.hear(a_customer("noor@x.example", customer="cus_2"), vendor=vendor.vendor.id)
    laptop, other = signed_in(house, mira), signed_in(house, "noor@x.example")

    answer = through_gateway(house, laptop, "POST", f"/p/acme/sessions/{id_of(house, other)}/end")

    assert answer.status_code == 404
    assert len(open_sessions(house)) == 2


def test_who_only_looks_on_does_not_throw_the_owner_out(house: House, mira: str) -> None:
    laptop, _phone = signed_in(house, mira), signed_in(house, mira)
    change(house, assurance="viewer")

    for what in ("end-others", "end-all"):
        answer = through_gateway(house, laptop, "POST", f"/p/acme/sessions/{what}")
        assert (answer.status_code, 'name="code"' in answer.text) == (403, True)
    assert len(open_sessions(house)) == 2


def test_nobody_is_led_to_the_sign_in(house: House, vendor: Registered) -> None:
    browser = house.browser()

    assert browser.get("/p/acme/sessions").headers["Location"] == "/p/acme/sign-in?next=/p/acme/sessions"


def test_every_way_in_has_its_words(house: House, mira: str) -> None:
    laptop = signed_in(house, mira)
    for way_in in WayIn:
        change(house, way_in=way_in, assurance=WAYS_IN[way_in].assurance)
        page = through_gateway(house, laptop, "GET", "/p/acme/sessions")
        assert "auth.sessions" not in page.text
        assert FIREFOX not in page.text


def test_a_frame_needs_no_token_of_a_form_but_our_own_origin(house: House, mira: str) -> None:
    """SE-07, EM-04: its header is one that no other site can make a browser send."""
    laptop, frame = signed_in(house, mira), begin(house, WayIn.PORTAL_SESSION, framed=True)

    def post(origin: str) -> TestResponse:
        with clock.fixed(datetime.now(UTC)):
            change(house, created_at=clock.now(), last_seen_at=clock.now(), proven_at=clock.now())
            known = house.identity(**{"Bursar-Session": frame, "X-Portal": "acme"})
            headers = {"X-Passport": known.headers["X-Passport"], "Origin": origin}
            return house.app.test_client().post("/p/acme/sessions/end-others", base_url=PUBLIC_URL, headers=headers)

    for origin in ("https://evil.example", "null", "http://localhost:9999"):
        assert post(origin).status_code == 403
    assert len(open_sessions(house)) == 2
    answer = post(PUBLIC_URL)

    assert (answer.status_code, answer.headers["Bursar-Location"]) == (200, "/p/acme/sessions")
    assert "Set-Cookie" not in answer.headers
    assert len(open_sessions(house)) == 1
    assert not laptop.is_signed_in(house)


@pytest.mark.feature("A16")
def test_a_frame_that_chooses_is_handed_its_new_token(house: House, mira: str, vendor: Registered) -> None:
    house.hear(a_customer("mira@tessaly.example", customer="cus_2"), vendor=vendor.vendor.id)
    frame = begin(house, WayIn.EMAIL_CODE, framed=True, customers=[], choices=["cus_1", "cus_2"])
    with clock.fixed(datetime.now(UTC)):
        change(house, created_at=clock.now(), last_seen_at=clock.now(), proven_at=clock.now())
        known = house.identity(**{"Bursar-Session": frame, "X-Portal": "acme"})
        headers = {"X-Passport": known.headers["X-Passport"], "Origin": PUBLIC_URL}
        path, form = "/p/acme/sign-in/choose", {"customer": "cus_2"}
        answer = house.app.test_client().post(path, base_url=PUBLIC_URL, headers=headers, data=form)
        after = house.identity(**{"Bursar-Session": answer.headers["Bursar-Session"], "X-Portal": "acme"})

    assert answer.headers["Bursar-Location"] == "/p/acme"
    claims = jwt.decode(after.headers["X-Passport"], options={"verify_signature": False})
    assert (claims["customers"], claims["framed"]) == (["cus_2"], True)
