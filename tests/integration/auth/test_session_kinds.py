"""Sessions of every kind: in a cookie or a frame, of a customer, a delegate or staff; what everybody hears of them."""

import json
from typing import Any

import jwt
import pytest
from werkzeug.test import TestResponse

from services.auth.actions import sessions
from services.auth.actions.vendors import Registered
from services.auth.models import PortalSession
from services.auth.queries import portals
from services.auth.rules.session import Ending
from services.auth.rules.ways_in import WayIn
from shared import clock
from shared.database import scope, tables
from tests.integration.auth.house import NOON, PUBLIC_URL, Browser, House, a_move, a_portal_v3, token_of


def begin(house: House, way_in: WayIn = WayIn.HMAC_V1, **options: Any) -> str:
    """The token of a new session of Mira's at Acme."""
    with house.database.begin() as session:
        portal = portals.by_slug(session, "acme")
        assert portal is not None
        who = {"customers": ["cus_1"], "email": "Mira@Tessaly.example", "email_key": "mira@tessaly.example"}
        with scope.system(vendor=portal.vendor, mode=portal.mode, job="sign_in"):
            return sessions.start(session, portal=portal, **{"way_in": way_in, **who, **options}, now=NOON)


def ask(house: House, *, cookie: str | None = None, frame: str | None = None, slug: str = "acme") -> TestResponse:
    headers = {"X-Portal": slug}
    if cookie is not None:
        headers["Cookie"] = f"bursar_8080_{slug}={cookie}"
    if frame is not None:
        headers["Bursar-Session"] = frame
    return house.identity(**headers)


def claims(answer: TestResponse) -> dict[str, Any] | None:
    passport = answer.headers.get("X-Passport")
    return jwt.decode(passport, options={"verify_signature": False}) if passport else None


def said(house: House, key: str) -> list[dict[str, Any]]:
    with house.database.begin(read_only=True) as session:
        rows = session.connection().execute(tables.outbox.select()).all()
    return [json.loads(row.body) for row in rows if row.key == key]


def test_a_frames_token_is_no_cookie_and_a_cookie_no_frames_token(house: House, mira: str) -> None:
    """EM-04: held apart, so that neither is worth anything where the other is read."""
    in_frame, in_cookie = begin(house, framed=True), begin(house)

    assert claims(ask(house, frame=in_cookie)) is None
    assert claims(ask(house, cookie=in_frame)) is None
    framed, plain = claims(ask(house, frame=in_frame)), claims(ask(house, cookie=in_cookie))
    assert framed is not None
    assert plain is not None
    assert (framed["framed"], plain["framed"]) == (True, False)


def test_a_request_with_a_frames_token_is_the_frames_alone(house: House, mira: str) -> None:
    """A session of the same browser, in a cookie, never stands in for a frame's that is over."""
    in_cookie = begin(house)

    assert claims(ask(house, cookie=in_cookie, frame="made-up")) is None
    assert claims(ask(house, cookie=in_cookie, frame="")) is None


def test_a_frames_token_is_good_for_its_own_widget(house: House, mira: str) -> None:
    token = begin(house, framed=True)

    assert claims(ask(house, frame=token, slug="acme-test")) is None


def test_the_passport_tells_how_somebody_came_in_and_how_surely(house: House, mira: str) -> None:
    found = claims(ask(house, cookie=begin(house, WayIn.ORDER_NUMBER, details={"return_url": "https://a.example"})))

    assert found is not None
    assert (found["way_in"], found["assurance"], found["details"]) == ("order_number", "viewer", True)


def test_staff_look_on_as_themselves_and_for_thirty_minutes(house: House, mira: str) -> None:
    """SE-15."""
    token = begin(house, WayIn.STAFF_VIEW, staff="usr_1", reason="ticket 7")
    found = claims(ask(house, cookie=token))

    assert found is not None
    assert (found["kind"], found["sub"], found["customers"]) == ("staff", "usr_1", ["cus_1"])
    assert (found["assurance"], found["portal"]) == ("viewer", "acme")
    from datetime import timedelta

    for minutes in (10, 20, 29):
        with clock.fixed(NOON + timedelta(minutes=minutes)):
            assert claims(ask(house, cookie=token)) is not None
    with clock.fixed(NOON + timedelta(minutes=30)):
        assert claims(ask(house, cookie=token)) is None


def test_a_session_in_which_staff_look_on_is_never_raised(house: House, mira: str) -> None:
    """SE-15."""
    token = begin(house, WayIn.STAFF_VIEW, staff="usr_1", reason="ticket 7")
    (row,) = house.rows(PortalSession)
    with scope.platform(), house.database.begin() as session:
        sessions.prove(session, session_id=row.id, now=NOON)

    assert claims(ask(house, cookie=token)) is not None
    assert house.rows(PortalSession)[0].assurance == "viewer"


def test_a_delegate_is_told_with_the_role(house: House, mira: str) -> None:
    found = claims(ask(house, cookie=begin(house, WayIn.EMAIL_LINK, delegate="dlg_1", role="accountant")))

    assert found is not None
    assert (found["kind"], found["delegate"], found["role"], found["customers"]) == (
        "customer",
        "dlg_1",
        "accountant",
        ["cus_1"],
    )


@pytest.mark.parametrize(
    ("options", "actor"),
    [
        ({}, {"kind": "customer", "id": "cus_1"}),
        ({"delegate": "dlg_1"}, {"kind": "delegate", "id": "dlg_1"}),
        ({"way_in": WayIn.STAFF_VIEW, "staff": "usr_1"}, {"kind": "staff", "id": "usr_1"}),
    ],
)
def test_everybody_hears_who_came_in_how(
    house: House, mira: str, options: dict[str, Any], actor: dict[str, str]
) -> None:
    begin(house, **options)
    (row,) = house.rows(PortalSession)
    (event,) = said(house, "session.started.v1")

    assert event["data"]["session"] == row.id
    assert (event["data"]["customers"], event["data"]["portal"]) == (["cus_1"], "acme")
    assert actor["id"] in json.dumps(event)
    assert "token" not in json.dumps(event)


def test_everybody_hears_of_each_session_that_ends_and_why(house: House, mira: str, vendor: Registered) -> None:
    """SE-04."""
    tokens = [begin(house, secret="isk_1"), begin(house, secret="isk_1"), begin(house, secret="isk_2")]
    with scope.system(vendor=vendor.vendor.id, mode="live", job="test"), house.database.begin() as session:
        ended = sessions.revoke_where(session, PortalSession.secret == "isk_1", now=NOON, reason=Ending.SECRET_REVOKED)

    assert ended == 2
    assert [claims(ask(house, cookie=token)) is None for token in tokens] == [True, True, False]
    assert [event["data"]["reason"] for event in said(house, "session.revoked.v1")] == ["secret_revoked"] * 2


def test_sessions_of_another_vendor_or_mode_are_out_of_reach(house: House, mira: str, vendor: Registered) -> None:
    """TI-05."""
    token = begin(house)
    with scope.system(vendor=vendor.vendor.id, mode="test", job="test"), house.database.begin() as session:
        assert sessions.revoke_of_customer(session, customer="cus_1", now=NOON, reason=Ending.ENDED_BY_VENDOR) == 0

    assert claims(ask(house, cookie=token)) is not None


def test_a_changed_address_ends_every_session_of_the_old_one(house: House, mira: str, vendor: Registered) -> None:
    """SE-04, A21."""
    tokens = [begin(house), begin(house, WayIn.PERMANENT_LINK)]
    house.hear(a_move("new@x.example", "Mira@Tessaly.example"), vendor=vendor.vendor.id)

    assert [claims(ask(house, cookie=token)) for token in tokens] == [None, None]
    assert {event["data"]["reason"] for event in said(house, "session.revoked.v1")} == {"email_changed"}


def send(browser: Browser, path: str, **form: str) -> TestResponse:
    """A form, where the portal shows none: the token for it is the same in every portal."""
    data = {"csrf_token": browser.csrf("/p/acme-test/sign-in"), **form}
    return browser.client.post(path, base_url=PUBLIC_URL, data=data, headers=browser.headers)


def test_where_no_mail_signs_in_it_still_proves_who_is_in_already(house: House, mira: str, vendor: Registered) -> None:
    """A22, A23: step-up needs no `email` among the methods; its link lets nobody in elsewhere."""
    browser, elsewhere = house.browser(), house.browser()
    browser.ask(mira)
    house.post_mails(now=NOON)
    browser.click(house.mailroom.mails[0]["link"])
    house.hear(a_portal_v3(methods=["portal_session"]), vendor=vendor.vendor.id)
    assert send(elsewhere, "/p/acme/sign-in", email=mira).status_code == 403

    send(browser, "/p/acme/sign-in", reason="step_up")
    house.post_mails(now=NOON)
    (again,) = house.mailroom.mails[1:]
    assert send(elsewhere, "/p/acme/sign-in/link", token=token_of(again["link"])).status_code == 410

    assert len(house.rows(PortalSession)) == 1
    assert browser.is_signed_in(house)


def test_a_link_that_was_mailed_before_the_way_in_was_taken_away_opens_nothing(
    house: House, mira: str, vendor: Registered
) -> None:
    """A23."""
    browser = house.browser()
    browser.ask(mira)
    house.post_mails(now=NOON)
    house.hear(a_portal_v3(methods=["portal_session"]), vendor=vendor.vendor.id)

    answer = send(browser, "/p/acme/sign-in/link", token=token_of(house.mailroom.mails[0]["link"]))

    assert answer.status_code == 410
    assert house.rows(PortalSession) == []
