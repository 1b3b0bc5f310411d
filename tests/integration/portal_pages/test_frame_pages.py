"""The portal's pages as an embed's frame asks for them, the shell that asks, and the help icon's question."""

import json
import re
from typing import Any

import pytest

from services.portal.pages.embed import shell
from services.portal.queries import sightings
from shared.web import visits
from shared.web.visits import Visit
from tests.integration.portal_pages.conftest import Visitor
from tests.integration.portal_pages.test_payment_pages import ORIGIN, at_processor

GOOD, ASKS = "4242 4242 4242 4242", "4000 0000 0000 3220"
CARD = {"expiry": "12/40", "cvc": "123"}


@pytest.fixture
def frame(visitor: Visitor) -> Visitor:
    """Ada, signed in inside a frame."""
    visitor.more = {"framed": True}
    return visitor


def widget(visitor: Visitor, **values: Any) -> dict[str, Any]:
    embed = {"allowed_origins": ["https://shop.example", "http://localhost:3000"], "events": True}
    made: dict[str, Any] = visitor.shop.post(
        "/v1/portal_configurations", {"kind": "widget", "name": "Widget", "embed": embed, **values}
    )
    return made


@pytest.mark.feature("B18")
def test_the_shell_names_its_origins_and_nobodys_data(visitor: Visitor) -> None:
    made = widget(visitor)

    answer = visitor.browser.get(f"/embed/{made['id']}", headers={"Sec-Fetch-Dest": "iframe"})

    policy = answer.headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors https://shop.example http://localhost:3000")
    assert "ada@example.com" not in answer.text
    assert "Set-Cookie" not in answer.headers
    assert re.search(r'data-origins="\[&#34;https://shop.example&#34;', answer.text)


@pytest.mark.feature("B02")
def test_each_page_that_shows_the_widget_is_noted_and_noted_again_later(visitor: Visitor) -> None:
    made = widget(visitor)
    origins = ("https://shop.example", "http://localhost:3000", "https://shop.example", "https://evil.example")
    for origin in origins:
        shell._NOTED.clear()  # a while later
        shown = visitor.browser.get(f"/embed/{made['id']}", headers={"Referer": f"{origin}/billing"})
        assert shown.status_code == 200, origin

    with visitor.shop.inside() as session:
        found = sightings.of_portal(session, configuration_id=made["id"])
    assert [each.origin for each in found] == ["https://shop.example", "http://localhost:3000"]


@pytest.mark.feature("B18", "B24")
def test_a_widget_that_lists_nobody_or_rests_or_is_unknown_is_framed_by_nobody(visitor: Visitor) -> None:
    made = widget(visitor, embed={"allowed_origins": []})
    assert visitor.browser.get(f"/embed/{made['id']}").headers["Content-Security-Policy"].endswith(" 'none'")

    visitor.shop.patch(f"/v1/portal_configurations/{made['id']}", {"active": False})
    assert visitor.browser.get(f"/embed/{made['id']}").status_code == 404
    assert visitor.browser.get("/embed/pcfg_01m0000000000000000000000x").status_code == 404


def test_opened_as_a_page_the_shell_leads_to_the_portal(visitor: Visitor) -> None:
    made = widget(visitor)

    answer = visitor.browser.get(f"/embed/{made['id']}", headers={"Sec-Fetch-Dest": "document"})

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/p/{made['slug']}")


def test_a_framed_page_has_no_shell_of_its_own_and_no_token(frame: Visitor) -> None:
    page = frame.get()

    assert page.status_code == 200
    assert "shell-head" not in page.text
    assert "shell-foot" not in page.text
    assert "csrf_token" not in page.text
    assert 'class="strip"' in page.text
    assert "Set-Cookie" not in frame.get("?locale=de").headers


def test_a_framed_form_needs_no_token_but_its_own_origin(frame: Visitor) -> None:
    foreign = frame.browser.post(
        f"{frame.home}/tickets/new", headers={**frame._passport(), "Origin": "https://evil.example"}
    )

    assert foreign.status_code == 403
    assert frame.post("/tickets/new", {}).status_code in (403, 422)  # what the portal allows, not where it came from


@pytest.mark.feature("D01")
def test_a_card_is_entered_in_a_window_and_the_frame_asks_what_came_of_it(frame: Visitor) -> None:
    form = frame.hidden("/payment-methods/new")

    answer = frame.post("/payment-methods/new", form)

    assert answer.status_code == 200
    assert "Location" not in answer.headers
    window, follow = answer.headers["Bursar-Window"], answer.headers["Bursar-Follow"]
    question = follow.removeprefix(frame.home)
    assert json.loads(frame.get(question).text) == {"state": "open"}
    card = "/" + window.split("/", 3)[3]
    entered = at_processor(frame, card, {"cardnumber": GOOD, **CARD})
    assert entered.headers["Location"].split("?")[0].endswith(f"{frame.home}/windows/over")
    told = json.loads(frame.get(question).text)
    assert told["state"] == "done"
    kept = frame.get(told["next"].removeprefix(frame.home))
    assert kept.headers["Bursar-Location"].startswith(f"{frame.home}/payment-methods?done=added")
    assert "4242" in frame.get("/payment-methods").text


def test_a_visit_that_is_left_is_over_and_keeps_no_card(frame: Visitor) -> None:
    answer = frame.post("/payment-methods/new", frame.hidden("/payment-methods/new"))
    at_processor(frame, "/" + answer.headers["Bursar-Window"].split("/", 3)[3], {"leave": "1"})

    told = json.loads(frame.get(answer.headers["Bursar-Follow"].removeprefix(frame.home)).text)

    assert told["state"] == "done"
    assert "failed" in frame.get(told["next"].removeprefix(frame.home)).headers["Bursar-Location"]


def test_the_windows_of_others_tell_nothing(frame: Visitor) -> None:
    assert frame.get("/windows/setups/sbset_01m0000000000000000000000x").status_code == 404
    assert frame.get("/windows/payments/pay_01m0000000000000000000000x").status_code == 404
    nobody = frame.browser.get(f"{frame.home}/windows/payments/pay_01m0000000000000000000000x")
    assert nobody.status_code == 303


def test_the_end_of_a_window_knows_nobody(visitor: Visitor) -> None:
    page = visitor.browser.get(f"{visitor.home}/windows/over")
    back = visitor.browser.get(f"{visitor.home}/payments/pay_01m0000000000000000000000x/return")

    assert page.status_code == back.status_code == 200
    assert "You can close this window" in page.text
    assert "You can close this window" in back.text


@pytest.mark.feature("B10")
def test_the_page_around_a_frame_chooses_the_layout_of_actions_and_nobody_else_does(frame: Visitor) -> None:
    plan = frame.shop.plan()["id"]
    frame.shop.post("/v1/subscriptions", {"customer": frame.customers[0], "plan": plan})

    assert "menu-actions" in frame.get("?actions=dropdown").text
    assert "menu-actions" not in frame.get("?actions=sideways").text
    frame.more = {}
    assert "menu-actions" not in frame.get("?actions=dropdown").text


def test_own_texts_are_text_in_the_visits_language_alone(frame: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    frame.more = {"framed": True, "details": True}
    brought = Visit(locale="en", translations={"overview.title": "<b>Mine</b> {{7*7}}", "nope": "x"})
    monkeypatch.setitem(visits._KEPT, "ses_1", brought)

    page = frame.get()

    assert "&lt;b&gt;Mine&lt;/b&gt; {{7*7}}" in page.text
    assert page.headers["Bursar-Ignored-Texts"] == "nope"
    assert "Mine" not in frame.get("?locale=de").text


@pytest.mark.feature("B13")
def test_the_help_icon_is_told_where_help_is_until_the_helpdesk_closes(visitor: Visitor) -> None:
    desk = visitor.shop.post("/v1/helpdesks", {"name": "Help"})["id"]
    elsewhere = visitor.shop.post("/v1/helpdesks", {"name": "Else", "url": "https://help.shop.example/"})["id"]

    def asked(helpdesk: str) -> dict[str, str]:
        answer = visitor.browser.get(f"/embed/help?helpdesk={helpdesk}&locale=en", headers=ORIGIN)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        found: dict[str, str] = json.loads(answer.text)
        return found

    assert asked(desk) == {}
    assert asked("hd_01m0000000000000000000000x") == {}
    tickets = {"tickets": {"enabled": True, "helpdesk": desk}}
    made = widget(visitor, kind="helpdesk", features=tickets)
    assert asked(desk) == {"url": f"/p/{made['slug']}", "label": "Help with orders and billing"}
    assert asked(elsewhere)["url"] == "https://help.shop.example/"
    visitor.shop.patch(f"/v1/helpdesks/{elsewhere}", {"archived": True})
    assert asked(elsewhere) == {}


@pytest.mark.feature("B13")
def test_a_portal_of_kind_helpdesk_says_itself_where_its_icon_leads(visitor: Visitor) -> None:
    desk = visitor.shop.post("/v1/helpdesks", {"name": "Help"})["id"]
    made = widget(visitor, kind="helpdesk", features={"tickets": {"enabled": True, "helpdesk": desk}})

    def asked(named: str) -> str | None:
        found: dict[str, str] = json.loads(visitor.browser.get(f"/embed/help?helpdesk={named}").text)
        return found.get("url")

    def change(**values: Any) -> None:
        visitor.shop.patch(f"/v1/portal_configurations/{made['id']}", values)

    assert asked(made["id"]) == f"/p/{made['slug']}"
    change(embed={"help_url": "https://help.shop.example/"})
    assert [asked(made["id"]), asked(desk)] == ["https://help.shop.example/"] * 2
    change(embed={"help_url": None}, active=False)
    assert [asked(made["id"]), asked(desk)] == [None, None]
    assert asked(widget(visitor)["id"]) is None, "a widget is no helpdesk"


@pytest.mark.parametrize(
    "address", ["http://help.shop.example/", "javascript:alert(1)", "https://", "https://a@b.example/"]
)
def test_where_the_help_icon_leads_is_an_https_address(visitor: Visitor, address: str) -> None:
    body = {"kind": "helpdesk", "name": "Help", "embed": {"help_url": address}}

    answer = visitor.shop.ask("POST", "/v1/portal_configurations", json=body)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == ["embed.help_url"]


@pytest.mark.feature("B16")
def test_debug_is_for_test_mode(visitor: Visitor) -> None:
    live = visitor.shop.live()
    embed = {"allowed_origins": ["https://shop.example"], "debug": True}
    made = live.post("/v1/portal_configurations", {"kind": "widget", "name": "Widget", "embed": embed})

    assert 'data-debug="false"' in visitor.browser.get(f"/embed/{made['id']}").text
    assert 'data-debug="true"' in visitor.browser.get(f"/embed/{widget(visitor)['id']}").text
