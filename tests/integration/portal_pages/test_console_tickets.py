"""The console's tickets: the queue, deciding with what will happen shown first, answering, closing, helpdesks."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared import clock
from shared.events import TicketAnswered, TicketResolved
from shared.web.app import App
from tests.integration.portal.refunding import asked, charged, offers, portal_sends, question, sandbox_refunds
from tests.integration.portal.shop import Shop
from tests.integration.portal.steps import cancel
from tests.integration.portal.steps import prepare as prepare_cancel
from tests.integration.portal_pages.console import Staff

PAGE = "/console/tickets"


@pytest.fixture
def customer(shop: Shop) -> str:
    return str(shop.customer()["id"])


@pytest.fixture
def desk(shop: Shop) -> str:
    return str(shop.post("/v1/helpdesks", {"name": "Billing"})["id"])


def wants_to_cancel(shop: Shop, customer: str, desk: str) -> tuple[str, dict[str, Any]]:
    """A customer's manual cancel: the ticket, and the subscription."""
    portal_sends(shop, subscription_cancel={"execution": "manual", "helpdesk": desk})
    subscription = shop.subscription(customer={"id": customer})
    done = cancel(shop, subscription, prepare_cancel(shop, subscription).confirmation)
    assert done.ticket is not None
    return done.ticket.id, subscription


def subjects(staff: Staff, **asked_for: str) -> list[str]:
    """Of the file, which has what the page has; the page has each of them too."""
    query = "&".join(f"{name}={value}" for name, value in asked_for.items())
    answer = staff.get(f"{PAGE}/list.csv?{query}")
    assert answer.content_type.startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    page = staff.get(f"{PAGE}?{query}").text
    for each in lines:
        assert f"{PAGE}/{each['id']}" in page
    assert page.count("data-row") == len(lines)
    return [each["subject"] for each in lines]


@pytest.mark.feature("G07")
def test_the_queue_is_narrowed_by_state_kind_and_helpdesk_as_page_file_and_api(
    staff: Staff, shop: Shop, customer: str, desk: str
) -> None:
    wants_to_cancel(shop, customer, desk)
    first = question(shop, customer)
    question(shop, customer, subject="Another thing")
    assert staff.post(f"{PAGE}/{first['id']}", {"do": "close"}).status_code == 303

    cancel_it = shop.get("/v1/tickets?kind=cancel")["data"][0]["subject"]
    assert subjects(staff) == ["Another thing", cancel_it]
    assert subjects(staff, kind="question", status="any") == ["Another thing", "Where is my invoice?"]
    assert subjects(staff, status="closed") == ["Where is my invoice?"]
    assert subjects(staff, helpdesk=desk) == [cancel_it]
    page = staff.get(PAGE).text
    assert "Just now" in page
    assert "Renews on" in page
    assert "Billing" in page
    assert len(shop.get("/v1/tickets?kind=cancel")["data"]) == 1


@pytest.mark.feature("G07", "C05")
def test_a_cancel_is_approved_with_what_will_happen_shown_first(
    staff: Staff, shop: Shop, customer: str, desk: str
) -> None:
    ticket, subscription = wants_to_cancel(shop, customer, desk)
    page = staff.get(f"{PAGE}/{ticket}").text
    assert "What approving does" in page
    assert "The subscription ends on" in page
    assert "No money moves." in page
    assert shop.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "active"

    for _ in range(2):
        assert staff.post(f"{PAGE}/{ticket}", {"do": "approve", "message": "All right."}).status_code == 303

    assert shop.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "canceled"
    assert [(each.resolution, each.message) for each in shop.said(TicketResolved)] == [("approved", "All right.")]
    assert "What approving does" not in staff.get(f"{PAGE}/{ticket}").text
    lines = shop.get(f"/v1/action_log?object={ticket}")["data"]
    assert ("staff", "usr_1") in [(each["actor_kind"], each["actor_id"]) for each in lines]


@pytest.mark.feature("G02", "G07")
def test_a_refund_shows_its_amount_and_goes_back_once_after_a_fresh_sign_in(
    staff: Staff, shop: Shop, customer: str, desk: str
) -> None:
    offers(shop, execution="manual", helpdesk=desk)
    ticket = asked(shop, customer, charged(shop, customer), comment="It broke.").ticket
    assert ticket is not None
    before = sandbox_refunds(shop)
    assert "goes back to the customer." in staff.get(f"{PAGE}/{ticket.id}").text
    assert "It broke." in staff.get(f"{PAGE}/{ticket.id}").text

    tired = replace(staff, proven_at=clock.now() - timedelta(minutes=31))
    assert tired.post(f"{PAGE}/{ticket.id}", {"do": "approve"}).status_code in (303, 403)
    assert shop.get(f"/v1/tickets/{ticket.id}")["status"] == "open"
    for _ in range(2):
        assert staff.post(f"{PAGE}/{ticket.id}", {"do": "approve"}).status_code == 303

    assert shop.get(f"/v1/tickets/{ticket.id}")["status"] == "approved"
    assert sandbox_refunds(shop) == before + 1


@pytest.mark.feature("G07")
def test_declining_and_answering_tell_the_customer_and_markup_stays_text(
    staff: Staff, shop: Shop, customer: str, desk: str
) -> None:
    ticket, subscription = wants_to_cancel(shop, customer, desk)
    asked_for = question(shop, customer, subject="<b>Hm</b>", message="<script>alert(1)</script>")["id"]
    page = staff.get(f"{PAGE}/{asked_for}").text
    assert "<b>Hm</b>" not in page
    assert "<script>alert" not in page

    staff.post(f"{PAGE}/{asked_for}", {"do": "reply", "message": "My card is 4242 4242 4242 4242"})
    staff.post(f"{PAGE}/{ticket}", {"do": "decline", "message": "It runs until June."})
    late = staff.post(f"{PAGE}/{ticket}", {"do": "approve"})
    empty = staff.post(f"{PAGE}/{asked_for}", {"do": "reply", "message": " "})

    assert [each.author for each in shop.said(TicketAnswered)] == ["staff"]
    assert "4242 4242 4242" not in staff.get(f"{PAGE}/{asked_for}").text
    assert [(each.resolution, each.message) for each in shop.said(TicketResolved)] == [
        ("declined", "It runs until June.")
    ]
    assert (late.status_code, empty.status_code) == (409, 422)
    assert "This ticket is over" in late.text
    assert shop.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "active"
    assert staff.post(f"{PAGE}/{asked_for}", {"do": "burn"}).status_code == 404


@pytest.mark.feature("G07")
def test_questions_are_closed_together_and_requests_stay(staff: Staff, shop: Shop, customer: str, desk: str) -> None:
    request, _ = wants_to_cancel(shop, customer, desk)
    questions = [question(shop, customer, subject=f"Question {number}")["id"] for number in range(3)]

    assert staff.get(PAGE).text.count('name="chosen"') == 3
    form = {"do": "close", "chosen": [*questions, request]}

    asked_first = staff.post(PAGE, form)
    assert "Close 4 tickets?" in asked_first.text
    assert shop.said(TicketResolved) == []
    answer = staff.post(PAGE, form | {"confirmed": "yes"})

    assert "3 tickets closed" in answer.text
    assert "1 stays as it is" in answer.text
    assert answer.text.count("<li><strong>") == 1
    assert shop.get(f"/v1/tickets/{request}")["subject"] in answer.text
    again = staff.post(PAGE, form | {"confirmed": "yes"}).text
    assert "No ticket closed" in again
    assert again.count("it is like this already") == 3
    assert [shop.get(f"/v1/tickets/{each}")["status"] for each in questions] == ["closed"] * 3
    assert shop.get(f"/v1/tickets/{request}")["status"] == "open"
    assert len(shop.said(TicketResolved)) == 3


@pytest.mark.feature("G07", "B13")
def test_helpdesks_are_made_changed_and_put_away(staff: Staff, shop: Shop) -> None:
    form = {"name": "Billing", "email": "help@larkfield.example", "url": "", "departments": "Refunds\r\nOther\r\n"}
    wrong = staff.post(f"{PAGE}/helpdesks/new", form | {"url": "http://desk.example", "email": "nobody"})
    assert wrong.status_code == 422
    assert "This is not a complete https address." in wrong.text
    assert 'value="Billing"' in wrong.text
    assert staff.post(f"{PAGE}/helpdesks/new", form | {"name": " "}).status_code == 422

    assert staff.post(f"{PAGE}/helpdesks/new", form).status_code == 303
    (made,) = shop.get("/v1/helpdesks")["data"]
    assert (made["email"], made["departments"]) == ("help@larkfield.example", ["Refunds", "Other"])
    there = f"{PAGE}/helpdesks/{made['id']}"
    assert "Refunds\nOther" in staff.get(there).text.replace("\r", "")
    staff.post(there, form | {"do": "save", "url": "https://desk.example/larkfield", "name": "Money"})
    staff.post(there, {"do": "archive"})

    (now,) = shop.get("/v1/helpdesks")["data"]
    assert (now["name"], now["url"], now["archived_at"] is not None) == (
        "Money",
        "https://desk.example/larkfield",
        True,
    )
    assert "Put away" in staff.get(f"{PAGE}/helpdesks").text
    staff.post(there, {"do": "restore"})
    assert shop.get("/v1/helpdesks")["data"][0]["archived_at"] is None


def test_a_helpdesk_in_use_stays(staff: Staff, shop: Shop, customer: str, desk: str) -> None:
    wants_to_cancel(shop, customer, desk)

    answer = staff.post(f"{PAGE}/helpdesks/{desk}", {"do": "archive"})

    assert answer.status_code == 409
    assert shop.get("/v1/helpdesks")["data"][0]["archived_at"] is None


def test_another_vendor_sees_nothing_of_it(shop: Shop, other: Shop, app: App, customer: str, staff: Staff) -> None:
    ticket = question(shop, customer)["id"]
    desk = shop.post("/v1/helpdesks", {"name": "Billing"})["id"]
    stranger = Staff(shop=other, browser=app.test_client(), role="owner")

    assert subjects(stranger, status="any") == []
    for path in (f"{PAGE}/{ticket}", f"{PAGE}/helpdesks/{desk}"):
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, {"do": "close", "name": "Mine"}).status_code == 404
    assert stranger.post(PAGE, {"do": "close", "chosen": [ticket], "confirmed": "yes"}).status_code == 404
    assert shop.get(f"/v1/tickets/{ticket}")["status"] == "open"
    assert staff.get(f"{PAGE}/{ticket}").status_code == 200
