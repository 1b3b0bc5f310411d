"""When an answer is due: promised by the helpdesk, kept with the ticket, and seen in the queue; and finding tickets."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.portal.actions.support import reminders
from services.portal.actions.support import tickets as actions
from services.portal.models import Ticket
from services.portal.queries import time
from services.portal.queries.test_clocks import Present
from shared import clock
from shared.events import TicketAnswered
from shared.web.app import App
from tests.integration.portal.refunding import decide, question
from tests.integration.portal.shop import Shop
from tests.integration.portal_pages.console import Staff
from tests.integration.portal_pages.test_console_tickets import PAGE, subjects, wants_to_cancel


@pytest.fixture
def customer(shop: Shop) -> str:
    made = shop.post("/v1/customers", {"email": "mira@tessaly.example", "display_name": "Mira Tessaly"})
    return str(made["id"])


@pytest.fixture
def desk(shop: Shop) -> str:
    return str(shop.post("/v1/helpdesks", {"name": "Billing", "answer_hours": 24})["id"])


def due_at(shop: Shop, ticket: str) -> datetime | None:
    said = shop.get(f"/v1/tickets/{ticket}")["due_at"]
    return None if said is None else datetime.fromisoformat(said)


def set_due(shop: Shop, ticket: str, *, hours: float) -> None:
    """As if it had been opened that much earlier or later."""
    with shop.inside() as session:
        session.get_one(Ticket, ticket).due_at = clock.now() + timedelta(hours=hours)


def writes(shop: Shop, customer: str, ticket: str, message: str) -> None:
    with shop.as_customer(customer) as session:
        actions.reply(session, ticket_id=ticket, message=message, by=shop.who(), now=time.now(session))


@pytest.mark.feature("G07")
def test_the_due_time_follows_the_thread(shop: Shop, customer: str, desk: str) -> None:
    day, minute = timedelta(days=1), timedelta(minutes=1)
    ticket = question(shop, customer, helpdesk=desk)["id"]
    first = due_at(shop, ticket)
    assert first is not None
    assert abs(first - clock.now() - day) < minute

    writes(shop, customer, ticket, "Hello?")
    assert due_at(shop, ticket) == first
    decide(shop, ticket, "reply", message="Here it is.")
    assert due_at(shop, ticket) is None
    shop.patch(f"/v1/helpdesks/{desk}", {"answer_hours": 48})
    writes(shop, customer, ticket, "Thank you, and another one?")
    then = due_at(shop, ticket)
    assert then is not None
    assert abs(then - clock.now() - 2 * day) < minute
    decide(shop, ticket, "close")
    assert due_at(shop, ticket) is None

    assert question(shop, customer, subject="No desk")["due_at"] is None
    shop.patch(f"/v1/helpdesks/{desk}", {"answer_hours": None})
    assert question(shop, customer, subject="No promise", helpdesk=desk)["due_at"] is None


def remind(shop: Shop, *, at: datetime) -> int:
    return reminders.run_due(shop.database.begin, present=Present(at=at, vendor=shop.vendor, mode=shop.mode), limit=10)


@pytest.mark.feature("G07")
def test_staff_are_warned_once_before_an_answer_is_due(shop: Shop, customer: str, desk: str) -> None:
    ticket = question(shop, customer, helpdesk=desk)["id"]
    due = due_at(shop, ticket)
    assert due is not None

    told = [remind(shop, at=due - timedelta(minutes=each)) for each in (61, 60, 30, 0, -60)]

    assert told == [0, 1, 0, 0, 0]
    (said,) = shop.said(TicketAnswered)
    assert (said.author, said.number) == ("system", 2)
    assert said.message.startswith("Reminder: an answer to this request is promised by ")
    assert due_at(shop, ticket) == due
    assert shop.get(f"/v1/tickets/{ticket}")["status"] == "open"

    decide(shop, ticket, "reply", message="Here it is.")
    writes(shop, customer, ticket, "And another one?")
    then = due_at(shop, ticket)
    assert then is not None
    assert [remind(shop, at=then - timedelta(minutes=each)) for each in (61, 59, 58)] == [0, 1, 0]


@pytest.mark.parametrize(("hours", "minutes"), [(1, 15), (2, 30), (3, 45), (4, 60), (100, 60)])
def test_a_short_promise_is_warned_of_later(shop: Shop, customer: str, desk: str, hours: int, minutes: int) -> None:
    shop.patch(f"/v1/helpdesks/{desk}", {"answer_hours": hours})
    due = due_at(shop, question(shop, customer, helpdesk=desk)["id"])
    assert due is not None

    assert [remind(shop, at=due - timedelta(minutes=each)) for each in (minutes + 1, minutes)] == [0, 1]


def test_nobody_is_warned_of_what_is_answered_or_was_due_long_ago(shop: Shop, customer: str, desk: str) -> None:
    answered, old = (question(shop, customer, helpdesk=desk, subject=each)["id"] for each in ("A", "B"))
    due = due_at(shop, answered)
    assert due is not None
    decide(shop, answered, "reply", message="Here it is.")
    set_due(shop, old, hours=-26)

    assert remind(shop, at=due - timedelta(minutes=1)) == 0
    assert shop.said(TicketAnswered)[-1].author == "staff"
    assert due_at(shop, old) is not None


def test_a_request_is_due_as_well_and_erasing_its_customer_ends_that(shop: Shop, customer: str, desk: str) -> None:
    ticket, subscription = wants_to_cancel(shop, customer, desk)
    assert due_at(shop, ticket) is not None
    shop.post(f"/v1/subscriptions/{subscription['id']}/cancel", {"timing": "immediately"}, headers=_once())

    shop.post(f"/v1/customers/{customer}/erase", {}, headers=_once())

    assert shop.get(f"/v1/tickets/{ticket}")["status"] == "closed"
    assert due_at(shop, ticket) is None


@pytest.mark.parametrize("hours", [0, 721, -1, 1.5, "24"])
def test_a_promise_out_of_range_is_refused(shop: Shop, hours: Any) -> None:
    answer = shop.ask("POST", "/v1/helpdesks", json={"name": "Desk", "answer_hours": hours})

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (400, "answer_hours")


@pytest.mark.feature("G07")
def test_the_queue_says_what_is_due_and_late_and_sorts_by_it(
    staff: Staff, shop: Shop, customer: str, desk: str
) -> None:
    made = {
        name: question(shop, customer, subject=name, helpdesk=desk)["id"]
        for name in ("Later", "Late", "Latest", "Soon", "Done")
    }
    question(shop, customer, subject="Never")
    for name, hours in (("Late", -2.0), ("Latest", -50.0), ("Soon", 3.0)):
        set_due(shop, made[name], hours=hours)
    decide(shop, made["Done"], "close")

    page = staff.get(PAGE).text
    for words in ("2 hours late", "2 days late", "Due in 3 hours", "Due in 1 day"):
        assert words in page
    assert subjects(staff, status="late") == ["Latest", "Late"]
    assert _in_order(staff.get(f"{PAGE}?sort=due").text) == ["Latest", "Late", "Soon", "Later", "Never"]
    assert "2 hours late" in staff.get(f"{PAGE}/{made['Late']}").text
    assert "Due in 3 hours" in staff.get(f"{PAGE}/{made['Soon']}").text
    german = staff.get(f"{PAGE}?locale=de").text
    assert "2 Tage zu spät" in german
    assert "Fällig in 3 Stunden" in german

    asked = {query: [each["subject"] for each in shop.get(f"/v1/tickets?{query}")["data"]] for query in _QUERIES}
    assert asked == dict(
        zip(
            _QUERIES,
            (
                ["Latest", "Late"],
                ["Latest", "Late", "Soon", "Later", "Never", "Done"],
                ["Never", "Done", "Soon", "Later"],
            ),
            strict=True,
        )
    )


def test_pages_in_the_order_of_due_times_hold_each_once_in_both_directions(
    shop: Shop, customer: str, desk: str
) -> None:
    made = [question(shop, customer, subject=f"Number {each}", helpdesk=desk)["id"] for each in range(7)]
    for ticket, hours in zip(made[:4], (5.0, 1.0, 3.0, 1.0), strict=True):
        set_due(shop, ticket, hours=hours)
    for ticket in made[5:]:
        with shop.inside() as session:
            session.get_one(Ticket, ticket).due_at = None
    whole = [each["id"] for each in shop.get("/v1/tickets?sort=due")["data"]]
    assert set(whole) == set(made)
    assert whole[2:] == [made[2], made[0], made[4], made[6], made[5]]

    seen: list[str] = []
    while len(seen) < len(whole):
        after = f"&starting_after={seen[-1]}" if seen else ""
        found = shop.get(f"/v1/tickets?sort=due&limit=2{after}")
        seen += [each["id"] for each in found["data"]]
        assert found["has_more"] is (len(seen) < len(whole))
    assert seen == whole
    for at in range(1, len(whole)):
        before = shop.get(f"/v1/tickets?sort=due&limit=2&ending_before={whole[at]}")
        assert [each["id"] for each in before["data"]] == whole[max(at - 2, 0) : at]
        assert before["has_more"] is (at > 2)
    assert shop.ask("GET", "/v1/tickets?sort=due&starting_after=tkt_none").json["code"] == "invalid_cursor"


@pytest.mark.feature("G07")
def test_tickets_are_found_by_words_and_by_whose_they_are(staff: Staff, shop: Shop, customer: str) -> None:
    question(shop, customer, subject="My invoices (two) are missing", message="Please send number 4711.")
    other = shop.post("/v1/customers", {"email": "jo@okafor.example", "company": "Okafor Brothers"})["id"]
    ticket = question(shop, other, subject="Überweisung", message="Where do I send it? 100% sure")["id"]
    closed = question(shop, other, subject="Invoice of May", message="Thanks!")["id"]
    decide(shop, closed, "close")

    for words, found in (
        ("invoice", ["My invoices (two) are missing"]),
        ("INVOICES miss", ["My invoices (two) are missing"]),
        ("invoices two", ["My invoices (two) are missing"]),
        ("invoice nothing", []),
        ("4711", ["My invoices (two) are missing"]),
        ("send", ["Überweisung", "My invoices (two) are missing"]),
        ("überw", ["Überweisung"]),
        ("jo@okafor", ["Überweisung"]),
        ("mira tess", ["My invoices (two) are missing"]),
        ("okafor bro", ["Überweisung"]),
        (ticket, ["Überweisung"]),
        ("%", []),
        ("'; --", []),
        ("qx & | ! ( :*", []),
    ):
        assert _found(staff, words) == found, words
        api = shop.ask("GET", "/v1/tickets", query_string={"search": words, "status": "open"}).json["data"]
        assert [each["subject"] for each in api] == found, words
    assert subjects(staff, q="invoice", status="any") == ["Invoice of May", "My invoices (two) are missing"]
    assert shop.ask("GET", "/v1/tickets", query_string={"search": " "}).status_code == 400


def test_another_vendor_finds_nothing_by_the_same_words(
    staff: Staff, shop: Shop, other: Shop, app: App, customer: str
) -> None:
    question(shop, customer, subject="Secret subject", message="Secret words")
    stranger = Staff(shop=other, browser=app.test_client(), role="owner")

    assert _found(staff, "secret") == ["Secret subject"]
    for words in ("secret", "mira@"):
        assert _found(stranger, words) == []
        assert other.get(f"/v1/tickets?search={words}")["data"] == []


def test_a_kind_that_there_is_not_is_refused_with_those_there_are(shop: Shop) -> None:
    answer = shop.ask("GET", "/v1/tickets?kind=complaint")

    (wrong,) = answer.json["errors"]
    assert (answer.status_code, wrong["field"]) == (400, "kind")
    assert "question, apply_coupon, cancel" in wrong["detail"]


@pytest.mark.feature("G07")
def test_a_helpdesk_promises_in_the_console(staff: Staff, shop: Shop) -> None:
    form = {"name": "Billing", "email": "", "url": "", "departments": ""}
    for wrong in ("0", "721", "soon", "1.5", "-3", "٣"):
        answer = staff.post(f"{PAGE}/helpdesks/new", {**form, "answer_hours": wrong})
        assert answer.status_code == 422
        assert "Give a whole number from 1 to 720." in answer.text
    assert staff.post(f"{PAGE}/helpdesks/new", {**form, "answer_hours": "24"}).status_code == 303
    (made,) = shop.get("/v1/helpdesks")["data"]
    assert made["answer_hours"] == 24
    there = f"{PAGE}/helpdesks/{made['id']}"
    assert 'value="24"' in staff.get(there).text
    assert "Answers within 24 hours" in staff.get(f"{PAGE}/helpdesks").text
    assert staff.post(there, {**form, "answer_hours": "", "do": "save"}).status_code == 303
    assert shop.get("/v1/helpdesks")["data"][0]["answer_hours"] is None


_QUERIES = ("late=true", "sort=due", "late=false")


def _in_order(page: str) -> list[str]:
    """The subjects of the queue's page, from the top."""
    return [part.split("<bdi>")[1].split("</bdi>")[0] for part in page.split("data-row")[1:]]


def _found(staff: Staff, words: str) -> list[str]:
    answer = staff.browser.get(PAGE, query_string={"q": words}, headers=staff._passport())
    assert answer.status_code == 200
    return _in_order(answer.text)


def _once() -> dict[str, str]:
    return {"Idempotency-Key": f"once-{clock.now().isoformat()}"}
