"""A code mailed for a frame: the same answer for everybody, good in the frame that asked and nowhere else."""

from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.auth.actions import vendors
from services.auth.models import PortalSession, SignInRequest
from shared import clock
from tests.integration.auth.house import NOON, House, a_portal_v3

WIDGET = "pcfg_acme-widget"
HERE = "https://shop.acme.example"


@pytest.fixture
def mode() -> str:
    return "confirm"


@pytest.fixture
def widget(house: House, vendor: vendors.Registered, mira: str, mode: str) -> str:
    """A widget that signs people in by e-mail; its configuration's id."""
    change = {"kind": "widget", "embed": {"allowed_origins": [HERE]}, "sign_in": {"cross_device": mode}}
    house.hear(a_portal_v3("acme-widget", methods=("email",), **change), vendor=vendor.vendor.id)
    house.hear(a_portal_v3("acme-closed", methods=("hmac_v1",), **change), vendor=vendor.vendor.id)
    return WIDGET


def post(house: House, path: str, **body: Any) -> TestResponse:
    headers = {"X-Real-IP": "203.0.113.7", "Origin": "http://localhost:8080"}
    return house.app.test_client(use_cookies=False).post(path, json=body, headers=headers)


def ask(house: House, widget: str, email: str, **visit: Any) -> str:
    """The verifier that the frame keeps."""
    answer = post(house, f"/embed/{widget}/code", email=email, **({"visit": visit} if visit else {}))
    assert answer.status_code == 202, answer.text
    assert "Set-Cookie" not in answer.headers
    house.post_mails(now=clock.now())
    assert answer.json is not None
    return str(answer.json["window"])


def enter(house: House, widget: str, window: str, code: str) -> TestResponse:
    return post(house, f"/embed/{widget}/session", window=window, code=code)


def mailed(house: House) -> str:
    found: str = house.mailroom.mails[-1]["code"]
    return found


def other_than(code: str, number: int = 1) -> str:
    return f"{(int(code) + number) % 1_000_000:06}"


@pytest.mark.feature("B01", "A03")
def test_the_code_begins_a_framed_session_with_what_the_page_wished_for(house: House, widget: str, mira: str) -> None:
    window = ask(house, widget, mira, origin=HERE, locale="de", theme="dark")

    answer = enter(house, widget, window, mailed(house))

    assert answer.status_code == 200
    (session,) = house.rows(PortalSession)
    assert (session.framed, session.way_in, session.assurance) == (True, "email_code", "verified")
    assert session.details == {"origin": HERE, "locale": "de", "theme": "dark"}
    again = enter(house, widget, window, mailed(house))
    assert (again.status_code, again.json) == (403, {"code": "code_over"})


@pytest.mark.feature("A15")
def test_known_and_unknown_addresses_get_the_same_answer(house: House, widget: str, mira: str) -> None:
    answers = [post(house, f"/embed/{widget}/code", email=email) for email in (mira, "nobody@x.example", "no address")]

    def told(answer: TestResponse) -> tuple[int, list[str], list[str]]:
        return answer.status_code, sorted(answer.json or {}), sorted(set(answer.headers.keys()))

    assert {answer.status_code for answer in answers} == {202}
    assert told(answers[0]) == told(answers[1]) == told(answers[2])
    assert len({len((answer.json or {})["window"]) for answer in answers}) == 1
    house.post_mails(now=NOON)
    assert [each["to"] for each in house.mailroom.mails] == [mira]


def test_the_code_is_worth_nothing_with_another_frames_verifier(house: House, widget: str, mira: str) -> None:
    """ML-21."""
    window = ask(house, widget, mira)
    code = mailed(house)
    stranger = ask(house, widget, "nobody@x.example")

    assert enter(house, widget, stranger, code).json == {"code": "code_wrong"}
    assert enter(house, widget, "x" * 43, code).json == {"code": "code_over"}
    assert enter(house, "pcfg_acme-closed", window, code).status_code == 403
    assert enter(house, widget, window, code).status_code == 200


def test_five_wrong_codes_burn_the_request(house: House, widget: str, mira: str) -> None:
    window = ask(house, widget, mira)
    right = mailed(house)

    told = [(enter(house, widget, window, other_than(right, number)).json or {})["code"] for number in range(1, 6)]

    assert told == ["code_wrong"] * 4 + ["code_over"]
    assert enter(house, widget, window, right).status_code == 403
    assert house.rows(PortalSession) == []


def test_an_old_code_is_over(house: House, widget: str, mira: str) -> None:
    """ML-05."""
    window = ask(house, widget, mira)

    with clock.fixed(NOON + timedelta(minutes=10, seconds=1)):
        assert enter(house, widget, window, mailed(house)).json == {"code": "code_over"}
    with clock.fixed(NOON + timedelta(minutes=9, seconds=59)):
        assert enter(house, widget, window, mailed(house)).status_code == 200


def test_the_mailed_link_never_signs_in_the_frame_that_asked(house: House, widget: str, mira: str) -> None:
    """ML-25: the click signs in the browser that clicks, and uses up the code."""
    window = ask(house, widget, mira)

    clicked = house.browser().click(house.mailroom.mails[-1]["link"], slug="acme-widget")

    assert clicked.status_code == 303
    (session,) = house.rows(PortalSession)
    assert session.framed is False
    assert enter(house, widget, window, mailed(house)).json == {"code": "code_over"}


@pytest.mark.feature("A04")
@pytest.mark.parametrize("mode", ["code"])
@pytest.mark.parametrize("back", [None, f"{HERE}/account"])
def test_where_links_are_for_the_asking_window_alone_the_mail_brings_the_code_alone(
    house: House, vendor: vendors.Registered, widget: str, mira: str, back: str | None
) -> None:
    """ML-25: a frame is nobody's asking window, so a link would be dead wherever it is opened."""
    change = {"kind": "widget", "embed": {"allowed_origins": [HERE]}}
    sign_in = {"cross_device": "code", "redirect_url": back}
    published = a_portal_v3("acme-widget", revision=3, methods=("email",), sign_in=sign_in, **change)
    house.hear(published, vendor=vendor.vendor.id)

    window = ask(house, widget, mira, origin=HERE)

    (mail,) = house.mailroom.mails
    assert (mail["kind"], "link" in mail) == ("sign_in_code", False)
    assert "#t=" not in str(mail)
    assert enter(house, widget, window, mail["code"]).status_code == 200
    (session,) = house.rows(PortalSession)
    assert (session.framed, session.details) == (True, {"origin": HERE})


@pytest.mark.parametrize("mode", ["code"])
def test_on_the_portals_own_page_the_mail_has_the_link_for_that_window(house: House, widget: str, mira: str) -> None:
    """ML-25."""
    browser = house.browser()
    browser.ask(mira, slug="acme-widget")
    house.post_mails(now=NOON)

    (mail,) = house.mailroom.mails
    assert mail["kind"] == "sign_in"
    assert house.browser().click(mail["link"], slug="acme-widget").status_code == 410
    assert browser.click(mail["link"], slug="acme-widget").status_code == 303


def test_an_origin_that_is_not_listed_is_refused_before_anything_is_mailed(house: House, widget: str) -> None:
    answer = post(house, f"/embed/{widget}/code", email="a@x.example", visit={"origin": "https://evil.example"})

    assert answer.status_code == 422
    assert house.rows(SignInRequest) == []


@pytest.mark.parametrize("body", [{}, {"email": ["a@x.example"]}, {"email": "a@x.example", "more": 1}, {"email": None}])
def test_any_other_form_is_malformed(house: House, widget: str, body: dict[str, Any]) -> None:
    assert post(house, f"/embed/{widget}/code", **body).status_code == 400


def test_a_widget_that_takes_no_addresses_mails_nothing(house: House, widget: str, mira: str) -> None:
    assert post(house, "/embed/pcfg_acme-closed/code", email=mira).status_code == 403
    assert post(house, "/embed/pcfg_nowhere/code", email=mira).status_code == 404


@pytest.mark.parametrize(
    "proof", [{"window": 7, "code": "123456"}, {"window": "x", "code": None}, {"window": "x" * 2000, "code": "1"}]
)
def test_hostile_codes_are_over_and_no_error(house: House, widget: str, proof: dict[str, Any]) -> None:
    assert post(house, f"/embed/{widget}/session", **proof).json == {"code": "code_over"}
