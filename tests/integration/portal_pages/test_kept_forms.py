"""A session that ends between opening a form and sending it, without scripts (J37): what was typed is there again."""

import re
import secrets
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from shared.web import kept_forms
from tests.integration.portal_pages.conftest import Visitor

_HIDDEN = re.compile(r'<input type="hidden" name="(csrf_token)" value="([^"]+)">')
TYPED = {"subject": "Our <new> address", "message": 'Hafenstrasse 4,\r\n"Hamburg"'}
SAID = '<p class="note" data-refilled>You were signed out, so nothing was sent. What you entered is back'
OWN = {"Origin": "http://localhost:8080"}
COOKIE = "bursar_8080__typed"


@pytest.fixture(autouse=True)
def _desk(visitor: Visitor) -> None:
    shop = visitor.shop
    desk = shop.post("/v1/helpdesks", {"name": "The desk", "url": "https://desk.example/"})["id"]
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    tickets = {"enabled": True, "helpdesk": desk}
    shop.patch(f"/v1/portal_configurations/{portal['id']}", {"features": {"tickets": tickets}})


def signed_out(visitor: Visitor, path: str, form: dict[str, str], *, page: str = "", **headers: str) -> TestResponse:
    """The form of `page`, sent to `path` by a browser whose session has ended."""
    hidden = dict(_HIDDEN.findall(visitor.get(page or path).text))
    own = {**OWN, "Referer": f"http://localhost:8080{visitor.home}{page or path}", **headers}
    answer = visitor.browser.post(visitor.home + path, data={**hidden, **form}, headers=own)
    assert answer.status_code == 303, answer.text
    return answer


def tickets(visitor: Visitor) -> list[Any]:
    found: list[Any] = visitor.shop.get("/v1/tickets")["data"]
    return found


def test_what_was_typed_is_back_once_and_nothing_was_sent(visitor: Visitor) -> None:
    answer = signed_out(visitor, "/tickets/new", TYPED)
    kept = visitor.browser.get_cookie(COOKIE, domain="localhost")

    assert answer.headers["Location"] == f"{visitor.home}/sign-in?next={visitor.home}/tickets/new"
    assert kept is not None
    assert (kept.http_only, kept.same_site, kept.max_age) == (True, "Lax", 900)
    assert "Hamburg" not in kept.decoded_value

    assert SAID not in visitor.get("/tickets").text
    page = visitor.get("/tickets/new").text
    again = visitor.get("/tickets/new").text

    assert SAID in page
    assert 'value="Our &lt;new&gt; address"' in page
    assert "Hafenstrasse 4,\r\n&#34;Hamburg&#34;</textarea>" in page
    assert tickets(visitor) == []
    assert SAID not in again
    assert "Hafenstrasse" not in again


def test_sent_again_it_arrives_once(visitor: Visitor) -> None:
    signed_out(visitor, "/tickets/new", TYPED)
    page = visitor.get("/tickets/new").text
    visitor.post("/tickets/new", {**dict(_HIDDEN.findall(page)), **TYPED})

    assert [each["subject"] for each in tickets(visitor)] == ["Our <new> address"]


def test_the_answer_in_a_thread_is_back_where_it_was_written(visitor: Visitor) -> None:
    made = visitor.post("/tickets/new", {**dict(_HIDDEN.findall(visitor.get("/tickets/new").text)), **TYPED})
    thread = made.headers["Location"].removeprefix(visitor.home)

    answer = signed_out(visitor, f"{thread}/messages", {"message": "And the floor?"}, page=thread)

    assert answer.headers["Location"].endswith(f"next={visitor.home}{thread}")
    assert "And the floor?</textarea>" in visitor.get(thread).text


def test_at_a_host_of_the_vendors_own_it_is_back_as_well(visitor: Visitor) -> None:
    made = visitor.post("/tickets/new", {**dict(_HIDDEN.findall(visitor.get("/tickets/new").text)), **TYPED})
    thread = made.headers["Location"].removeprefix(visitor.home)
    hidden = dict(_HIDDEN.findall(visitor.get(thread).text))
    there = {"X-Portal-Home": "/account", "Referer": f"http://localhost/account{thread}"}

    answer = visitor.browser.post(
        f"{visitor.home}{thread}/messages",
        data={**hidden, "message": "And the floor?"},
        headers={**there, "Sec-Fetch-Site": "same-origin"},
    )

    assert answer.headers["Location"].startswith("/account/sign-in?")
    assert answer.headers["Location"].endswith(f"next={visitor.home}{thread}")
    assert "And the floor?</textarea>" in visitor.get(thread, **there).text


def test_another_customer_in_the_same_browser_does_not_see_it_and_it_is_gone(visitor: Visitor) -> None:
    signed_out(visitor, "/tickets/new", TYPED)
    other = replace(visitor, customers=(visitor.shop.customer("grace@example.com")["id"],))

    assert "Hafenstrasse" not in other.get("/tickets/new").text
    assert "Hafenstrasse" not in visitor.get("/tickets/new").text


def test_nobody_who_is_not_signed_in_sees_it(visitor: Visitor) -> None:
    signed_out(visitor, "/tickets/new", TYPED)

    assert "Hafenstrasse" not in visitor.browser.get(f"{visitor.home}/tickets/new").text
    assert SAID in visitor.get("/tickets/new").text


def test_after_a_quarter_of_an_hour_it_is_forgotten(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_out(visitor, "/tickets/new", TYPED)
    monkeypatch.setattr(kept_forms, "SECONDS", -1)

    assert SAID not in visitor.get("/tickets/new").text


def test_a_cookie_that_we_did_not_seal_is_nothing(visitor: Visitor) -> None:
    signed_out(visitor, "/tickets/new", TYPED)
    visitor.browser.set_cookie(COOKIE, "gAAAAABnot-ours", domain="localhost")

    assert SAID not in visitor.get("/tickets/new").text


@pytest.mark.parametrize(
    "form",
    [
        {"message": "My card: 4242 4242 4242 4242"},
        {"code": "123456"},
        {"message": secrets.token_urlsafe(3_600)},
        {"message": "a" * 20_001},
    ],
    ids=["card number", "code", "too long for a cookie", "too long at all"],
)
def test_what_must_not_be_kept_or_does_not_fit_is_not(visitor: Visitor, form: dict[str, str]) -> None:
    signed_out(visitor, "/tickets/new", form)

    assert visitor.browser.get_cookie(COOKIE, domain="localhost") is None


def test_a_form_of_a_page_that_nobody_was_signed_in_to_is_not_kept(visitor: Visitor) -> None:
    hidden = dict(_HIDDEN.findall(visitor.get("/tickets/new").text))
    form = {**TYPED, "csrf_token": hidden["csrf_token"][:64]}

    answer = visitor.browser.post(f"{visitor.home}/tickets/new", data=form, headers=OWN)

    assert answer.status_code == 303
    assert visitor.browser.get_cookie(COOKIE, domain="localhost") is None


def test_another_site_can_not_plant_a_text(visitor: Visitor) -> None:
    visitor.get("/tickets/new")

    answer = visitor.browser.post(f"{visitor.home}/tickets/new", data=TYPED, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert visitor.browser.get_cookie(COOKIE, domain="localhost") is None


def test_only_what_was_ticked_is_ticked_again(visitor: Visitor) -> None:
    page = visitor.get("/details/recipients")
    assert page.status_code == 200, page.text
    boxes = re.findall(r'type="checkbox" name="documents" value="([^"]+)"', page.text)

    signed_out(
        visitor,
        "/details/recipients",
        {"email": "books@example.com", "documents": boxes[0]},
        page="/details/recipients",
    )
    back = visitor.get("/details/recipients").text

    assert 'value="books@example.com"' in back
    ticked = [tag for tag in re.findall(r"<input[^>]+name=\"documents\"[^>]*>", back) if "checked" in tag]
    assert len(ticked) == 1
    assert boxes[0] in ticked[0]
