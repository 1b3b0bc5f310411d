"""Saved replies: kept by the API and in the console, and put into a ticket's answer."""

import re

import pytest

from shared.events import TicketAnswered
from shared.web.app import App
from tests.integration.portal.refunding import question
from tests.integration.portal.shop import Shop
from tests.integration.portal_pages.console import Staff
from tests.integration.portal_pages.test_console_tickets import wants_to_cancel

API = "/v1/saved_replies"
PAGE = "/console/tickets/replies"
THANKS = {"name": "Thanks", "text": "Hello {customer},\n\n{vendor} thanks you."}


@pytest.fixture
def ticket(shop: Shop) -> str:
    customer = shop.post("/v1/customers", {"email": "mira@tessaly.example", "display_name": "Mira <b>Tessaly</b>"})
    return str(question(shop, customer["id"])["id"])


def box(page: str) -> str:
    """What the box for the answer holds, as HTML."""
    found = re.search(r'<textarea id="f-message"[^>]*>([^<]*)</textarea>', page)
    assert found is not None
    return found[1]


@pytest.mark.feature("G07")
def test_a_reply_is_saved_read_changed_and_deleted_by_the_api(shop: Shop) -> None:
    made = shop.post(API, THANKS)
    path = f"{API}/{made['id']}"
    assert (made["name"], made["text"], made["revision"]) == (THANKS["name"], THANKS["text"], 1)
    assert shop.get(API)["data"] == [made]
    assert shop.patch(path, {"name": " Thank you "})["name"] == "Thank you"
    assert shop.ask("PATCH", path, json={"name": "Late"}, headers={"If-Match": '"1"'}).status_code == 412
    assert shop.ask("DELETE", path, headers={"If-Match": '"1"'}).status_code == 412
    assert shop.ask("DELETE", path).status_code == 204
    assert shop.ask("GET", path).status_code == 404
    assert shop.logged(made["id"]) == ["saved_reply.created", "saved_reply.updated", "saved_reply.deleted"]


def test_what_is_wrong_is_said_at_its_field_with_the_way_to_mend_it(shop: Shop) -> None:
    shop.post(API, THANKS)
    other = shop.post(API, {"name": "Other", "text": "Hm"})
    unknown = shop.ask("POST", API, json={"name": "New", "text": "Dear {name}"})
    taken = shop.ask("POST", API, json=THANKS)
    renamed = shop.ask("PATCH", f"{API}/{other['id']}", json={"name": "Thanks"})

    (wrong,) = unknown.json["errors"]
    assert (unknown.status_code, wrong["field"]) == (422, "text")
    assert "{name}" in wrong["detail"]
    assert "{customer}, {vendor}, {subscription}" in wrong["detail"]
    for answer in (taken, renamed):
        assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "reply_name_taken")
    assert shop.ask("POST", API, json={"name": "x" * 81, "text": "Hm"}).status_code == 400
    assert shop.ask("POST", API, json={"name": "New", "text": "x" * 4_001}).status_code == 400
    assert len(shop.get(API)["data"]) == 2


@pytest.mark.feature("G07")
def test_a_saved_reply_fills_the_answer_of_a_ticket_as_text(staff: Staff, shop: Shop, ticket: str) -> None:
    reply = shop.post(API, THANKS)["id"]
    about = shop.post(API, {"name": "About", "text": "Your {subscription} goes on."})["id"]
    page = staff.get(f"/console/tickets/{ticket}").text
    assert box(page) == ""
    assert f'<option value="{reply}">Thanks</option>' in page

    filled = staff.get(f"/console/tickets/{ticket}?reply={reply}").text
    assert box(filled).startswith("Hello Mira &lt;b&gt;Tessaly&lt;/b&gt;,\n\n")
    assert "nothing to put in" not in filled
    assert shop.get(f"{API}/{reply}?ticket={ticket}")["filled"].startswith("Hello Mira <b>Tessaly</b>,\n\n")
    left = staff.get(f"/console/tickets/{ticket}?reply={about}").text
    assert box(left) == "Your {subscription} goes on."
    assert "nothing to put in for {subscription}" in left
    assert box(staff.get(f"/console/tickets/{ticket}?reply=rpl_gone").text) == ""

    staff.post(f"/console/tickets/{ticket}", {"do": "reply", "message": "Hello Mira"})
    assert [each.message for each in shop.said(TicketAnswered)] == ["Hello Mira"]


def test_a_place_for_the_subscription_names_its_plan(staff: Staff, shop: Shop) -> None:
    customer = shop.customer()["id"]
    desk = shop.post("/v1/helpdesks", {"name": "Billing"})["id"]
    ticket, subscription = wants_to_cancel(shop, customer, desk)
    reply = shop.post(API, {"name": "About", "text": "Your {subscription} goes on."})["id"]
    plan = shop.get(f"/v1/plans/{subscription['plan']}")["name"]

    assert box(staff.get(f"/console/tickets/{ticket}?reply={reply}").text) == f"Your {plan} goes on."


@pytest.mark.feature("G07")
def test_replies_are_made_changed_and_deleted_in_the_console(staff: Staff, shop: Shop) -> None:
    assert "No saved replies yet" in staff.get(PAGE).text
    for wrong in ({**THANKS, "text": "{name}"}, {**THANKS, "name": " "}, {**THANKS, "name": "x" * 81}):
        answer = staff.post(f"{PAGE}/new", wrong)
        assert answer.status_code == 422
        assert "field-error" in answer.text
    assert staff.post(f"{PAGE}/new", {**THANKS, "text": THANKS["text"].replace("\n", "\r\n")}).status_code == 303
    (made,) = shop.get(API)["data"]
    assert made["text"] == THANKS["text"]

    there = f"{PAGE}/{made['id']}"
    assert "Hello {customer}," in staff.get(there).text
    assert "Hello {customer}," in staff.get(PAGE).text
    assert staff.post(f"{PAGE}/new", THANKS).status_code == 422
    assert staff.post(there, {**THANKS, "name": "Thank you", "do": "save"}).status_code == 303
    assert shop.get(API)["data"][0]["name"] == "Thank you"
    assert staff.post(there, {"do": "burn"}).status_code == 404
    assert staff.post(there, {"do": "delete"}).status_code == 303
    assert shop.get(API)["data"] == []


def test_anothers_reply_and_ticket_are_unknown(staff: Staff, shop: Shop, other: Shop, app: App, ticket: str) -> None:
    reply = shop.post(API, THANKS)["id"]
    stranger = Staff(shop=other, browser=app.test_client(), role="owner")

    for them in (other, shop.live()):
        theirs = them.post(API, THANKS)["id"]
        assert [each["id"] for each in them.get(API)["data"]] == [theirs]
        assert them.ask("GET", f"{API}/{reply}").status_code == 404
        assert them.ask("GET", f"{API}/{theirs}?ticket={ticket}").status_code == 404
        assert them.ask("PATCH", f"{API}/{reply}", json={"name": "Mine"}).status_code == 404
        assert them.ask("DELETE", f"{API}/{reply}").status_code == 404
    for answer in (stranger.get(f"{PAGE}/{reply}"), stranger.post(f"{PAGE}/{reply}", {"do": "delete"})):
        assert answer.status_code == 404
    assert staff.get(f"{PAGE}/{reply}").status_code == 200
