"""Fresh proof in place: the code is for one session and one action, and what was entered goes on with it."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from services.auth.actions.vendors import Registered
from services.auth.models import PortalSession, SignInRequest
from shared import clock
from shared.database import scope
from tests.integration.auth.house import PUBLIC_URL, Browser, House, a_portal_v3
from tests.integration.auth.test_session_pages import signed_in

ACTION = "/p/acme/sessions/end-others"


@pytest.fixture
def real(house: House, mira: str) -> Iterator[Browser]:
    """Somebody whose session proves little, by the real clock, which passports are checked by."""
    browser = signed_in(house, mira)
    house.mailroom.mails.clear()
    with clock.fixed(datetime.now(UTC)):
        weaken(house)
        yield browser


def weaken(house: House, **values: Any) -> None:
    with scope.platform(), house.database.begin() as session:
        now = clock.now()
        known = {"created_at": now, "last_seen_at": now, "proven_at": now, "assurance": "viewer"}
        session.execute(update(PortalSession).values(**{**known, **values}))


def send(house: House, browser: Browser, path: str, *, headers: dict[str, str] | None = None, **form: str) -> Any:
    """A form as the gateway passes it on: the cookie became a passport on the way."""
    cookie = {"Cookie": f"bursar_8080_acme={browser.cookie()}", "X-Portal": "acme"}
    passport = house.identity(**cookie).headers.get("X-Passport", "")
    data = {"csrf_token": browser.csrf("/p/acme/sign-in"), **form}
    whole = {**browser.headers, "X-Passport": passport, **(headers or {})}
    return browser.client.post(path, base_url=PUBLIC_URL, data=data, headers=whole)


def fields(page: TestResponse) -> dict[str, str]:
    """The hidden fields of the page's first form, as a browser would send them."""
    form = page.text.partition("<form")[2].partition("</form>")[0]
    found = re.findall(r'name="([^"]*)" value="([^"]*)"', form)
    return {html.unescape(name): html.unescape(value) for name, value in found}


def code_of(house: House) -> str:
    house.post_mails(now=clock.now())
    return str(house.mailroom.mails[-1]["code"])


def typed(browser: Browser, page: TestResponse, code: str, **change: str) -> Any:
    return browser.post("/p/acme/sign-in/step-up", **{**fields(page), **change, "code": code})


@pytest.mark.feature("A22")
def test_what_was_entered_goes_on_after_the_code(house: House, real: Browser, mira: str) -> None:
    """SE-09: 403, no effect, a code to the address on file; then verified, under a new token, with what was entered."""
    before = real.cookie()
    page = send(house, real, ACTION, reason='a "new"\nphone', email="attacker@evil.com", token="secret")

    assert page.status_code == 403
    assert 'value="secret"' not in page.text
    assert "M•••@Tessaly.example" in page.text
    house.post_mails(now=clock.now())
    assert [each["to"] for each in house.mailroom.mails] == [mira]

    on = typed(real, page, code_of(house))
    assert (on.status_code, f'action="{ACTION}" data-go-on' in on.text) == (200, True)
    sent = fields(on)
    assert sent["reason"].replace("\r", "") == 'a "new"\nphone'
    assert set(sent) == {"csrf_token", "reason", "email"}
    assert real.cookie() not in (None, before)
    assert house.rows(PortalSession)[-1].assurance == "verified"
    assert send(house, real, ACTION, **sent).status_code == 303


@pytest.mark.feature("A22")
def test_where_links_are_for_the_asking_window_alone_the_mail_brings_the_code_alone(
    house: House, vendor: Registered, real: Browser
) -> None:
    """No window asked: the session did. Its link would be dead wherever it is opened."""
    strict = a_portal_v3(revision=9, sign_in={"cross_device": "code"})
    house.hear(strict, vendor=vendor.vendor.id)

    page = send(house, real, ACTION)

    code = code_of(house)
    assert (house.mailroom.mails[-1]["kind"], "link" in house.mailroom.mails[-1]) == ("sign_in_code", False)
    assert typed(real, page, code).status_code == 200


@pytest.mark.feature("A22")
def test_the_code_is_for_its_session_and_its_action_alone(house: House, real: Browser, mira: str) -> None:
    page = send(house, real, ACTION)
    code = code_of(house)

    for_another = typed(real, page, code, action="/p/acme/sessions/end-all")
    assert (for_another.status_code, "4 tries are left" in for_another.text) == (422, True)

    with scope.platform(), house.database.begin() as session:
        session.execute(update(SignInRequest).values(session="ps_other"))
    assert typed(real, page, code).status_code == 422
    assert house.rows(PortalSession)[-1].assurance == "viewer"
    assert real.type_code(code).status_code in (303, 410)  # nor does it sign a window in
    assert house.rows(PortalSession)[-1].assurance == "viewer"


@pytest.mark.feature("A22")
def test_five_wrong_tries_or_ten_minutes_are_the_end_of_a_code(house: House, real: Browser) -> None:
    page = send(house, real, ACTION, reason="old phone")
    code = code_of(house)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"

    answers = [typed(real, page, wrong) for _ in range(5)]
    assert "One try is left" in answers[3].text
    assert all(each.status_code == 422 and fields(each)["kept.reason"] == "old phone" for each in answers)
    assert "no longer works" in typed(real, page, code).text

    with clock.fixed(clock.now() + timedelta(minutes=2)):
        again = real.post("/p/acme/sign-in/step-up/code", **fields(page))
        assert (again.status_code, fields(again)["kept.reason"]) == (200, "old phone")
        newer = code_of(house)
    with clock.fixed(clock.now() + timedelta(minutes=12, seconds=1)):
        assert typed(real, page, newer).status_code == 422


@pytest.mark.feature("A22")
def test_it_works_where_nobody_signs_in_by_mail_and_the_link_lets_nobody_in_there(
    house: House, real: Browser, vendor: Registered
) -> None:
    phone = house.browser(address="198.51.100.1")
    tokens = {each: each.csrf("/p/acme/sign-in") for each in (real, phone)}  # the page has no form any more
    for each, token in tokens.items():
        each.csrf = lambda _path, token=token: token  # type: ignore[method-assign]
    house.hear(a_portal_v3(methods=["portal_session"], revision=5), vendor=vendor.vendor.id)
    weaken(house, way_in="portal_session", revoked_at=None)

    page = send(house, real, ACTION)
    assert page.status_code == 403
    house.post_mails(now=clock.now())
    assert phone.click(house.mailroom.mails[-1]["link"]).status_code == 410
    assert typed(real, page, code_of(house)).status_code == 200


@pytest.mark.feature("A22")
def test_a_form_too_large_to_ride_along_leads_back_to_its_page(house: House, real: Browser) -> None:
    page = send(house, real, "/p/acme/people", email="noor@x.example", name="x" * 30_000)

    assert (page.status_code, set(fields(page))) == (403, {"csrf_token", "action", "page"})
    answer = typed(real, page, code_of(house))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/p/acme/people")


def test_opened_anew_there_is_nothing_to_go_on_with(house: House, real: Browser) -> None:
    for path in ("/p/acme/sign-in/step-up", "/p/acme/sign-in/step-up/code"):
        assert real.get(path).headers["Location"] == "/p/acme"


@pytest.mark.feature("A22")
def test_htmx_gets_the_question_in_place(house: House, real: Browser) -> None:
    answer = send(house, real, ACTION, headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["HX-Retarget"], "<html" in answer.text) == (403, "#main", False)


def test_only_a_page_of_this_portal_is_gone_on_to(house: House, real: Browser) -> None:
    page = send(house, real, ACTION)
    code = code_of(house)

    for evil in ("https://evil.example/", "//evil.example", "/p/other/x", "/v1/customers"):
        answer = typed(real, page, code, action=evil)
        assert "evil" not in answer.text
        assert "data-go-on" not in answer.text


def test_without_a_session_there_is_only_the_sign_in(house: House, mira: str) -> None:
    browser = house.browser()

    for path in ("/p/acme/sign-in/step-up", "/p/acme/sign-in/step-up/code"):
        assert browser.post(path, code="123456").headers["Location"] == "/p/acme/sign-in"


def test_a_sibling_asks_for_the_callers_own_session(house: House, real: Browser) -> None:
    cookie = {"Cookie": f"bursar_8080_acme={real.cookie()}", "X-Portal": "acme"}
    passport = house.identity(**cookie).headers["X-Passport"]
    question = {"action": "/p/acme/x", "page": "/p/acme", "sends": True, "client": "203.0.113.9", "agent": ""}
    ask = house.app.test_client().post
    headers = {"X-Passport": passport}

    answer = ask("/internal/step_up", json={**question, "locale": "en"}, headers=headers)
    opened = ask("/internal/step_up", json={**question, "locale": "en", "sends": False}, headers=headers)

    assert answer.json["email"] == "M•••@Tessaly.example"
    assert answer.json["again_at"] is not None
    assert opened.json["again_at"] is None
    assert house.post_mails(now=clock.now()) == 1  # opening a page mails nothing
    assert ask("/internal/step_up", json={**question, "locale": "en"}).status_code == 401
