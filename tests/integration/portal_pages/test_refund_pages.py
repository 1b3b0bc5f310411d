"""Payments with their refunds, asking for money back in two steps, and tickets, as a browser does it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from shared import clock
from shared.events import RefundRequested, RefundSucceeded, TicketOpened
from tests.integration.portal.refunding import charged, give_back, offers
from tests.integration.portal_pages.conftest import Visitor


@pytest.fixture
def paid(visitor: Visitor) -> str:
    """A payment by card."""
    return charged(visitor.shop, visitor.customers[0])


def follow(visitor: Visitor, answer: TestResponse) -> str:
    assert answer.status_code == 303
    return visitor.get(answer.headers["Location"].removeprefix(visitor.home)).text


def portal_has(visitor: Visitor, **features: Any) -> None:
    (portal,) = visitor.shop.get("/v1/portal_configurations?is_default=true")["data"]
    visitor.shop.patch(f"/v1/portal_configurations/{portal['id']}", {"features": features})


@pytest.mark.feature("G01")
@pytest.mark.feature("M18")
def test_the_page_shows_until_when_and_the_two_steps_do_it(visitor: Visitor, paid: str) -> None:
    offers(visitor.shop, refund_window_days=14, reasons=["broken"])

    listed = visitor.get("/payments").text
    shown = visitor.get(f"/payments/{paid}/refund").text
    answer = visitor.post(
        f"/payments/{paid}/refund", {**visitor.hidden(f"/payments/{paid}/refund"), "reason": "broken"}
    )
    done = follow(visitor, answer)

    until = re.search(r"Refundable until \d+ \w+ \d{4}, \d\d:\d\d UTC\.", listed)
    assert until is not None
    assert until[0] in shown
    assert f'href="{visitor.home}/payments/{paid}/refund"' in listed
    assert re.search(r"€50\.00 of your payment of \d+ \w+ \d{4} goes back", shown)
    assert 'value="broken"' in shown
    assert "Refunded" in done
    assert "broken" in done
    assert f'href="{visitor.home}/payments/{paid}/refund"' not in done
    assert len(visitor.shop.said(RefundSucceeded)) == 1


@pytest.mark.feature("M18")
def test_explain_and_page_say_the_same(visitor: Visitor, paid: str) -> None:
    shop, old = visitor.shop, visitor.shop.payment({"id": visitor.customers[0]}, paid_at=_ago(40))["id"]
    new = shop.payment({"id": visitor.customers[0]}, description="Strings")["id"]
    offers(shop, refund_window_days=30)
    give_back(shop, paid)
    expected = {
        old: ("denied", "refund_window_over"),
        paid: ("denied", "already_refunded"),
        new: ("needs_approval", None),
    }

    page = visitor.get("/payments").text

    for payment, (decision, reason) in expected.items():
        said = shop.get(f"/v1/policy/explain?action=request_refund&payment={payment}")
        assert (said["decision"], said["reason"]) == (decision, reason)
        assert (f"/payments/{payment}/refund" in page) == (decision != "denied")
        answer = visitor.get(f"/payments/{payment}/refund")
        assert answer.status_code == (303 if decision == "denied" else 200)
    assert re.search(r"Was refundable until \d+ \w+ \d{4}, \d\d:\d\d UTC\.", page)
    assert "A person looks at each request." in page


def _ago(days: int) -> str:
    return (clock.now() - timedelta(days=days)).isoformat()


@pytest.mark.feature("G02")
def test_a_manual_refund_waits_for_a_person_and_a_second_request_finds_it(visitor: Visitor, paid: str) -> None:
    desk = visitor.shop.post("/v1/helpdesks", {"name": "Billing"})["id"]
    offers(visitor.shop, execution="manual", helpdesk=desk)
    path = f"/payments/{paid}/refund"
    form = {**visitor.hidden(path), "comment": "It broke <script>alert(1)</script>"}

    done = follow(visitor, visitor.post(path, form))
    again = visitor.post(path, form)
    (said,) = visitor.shop.said(RefundRequested)
    third = visitor.get(path)
    thread = visitor.get(f"/tickets/{said.ticket}").text

    assert "Your request is with us" in done
    assert "Asked for" in done
    assert again.status_code == 303
    assert third.headers["Location"] == f"{visitor.home}/tickets/{said.ticket}"
    assert len(visitor.shop.said(TicketOpened)) == 1
    assert "<script>alert" not in thread
    assert "&lt;script&gt;alert(1)" in thread


@pytest.mark.feature("G06")
def test_the_history_shows_each_refund_with_its_state(visitor: Visitor, paid: str) -> None:
    offers(visitor.shop)
    give_back(visitor.shop, paid, amount=1000, reason="goodwill")
    give_back(visitor.shop, paid, amount=500)

    page = visitor.get("/payments").text

    assert page.count("Refunded") >= 2
    assert "goodwill" in page
    assert "€10.00" in page
    assert "€5.00" in page
    assert "€15.00 refunded or on its way back" in page


@pytest.mark.parametrize("confirmation", [None, "", "forged"], ids=["none", "empty", "forged"])
def test_without_a_good_confirmation_nothing_happens_and_the_page_comes_back(
    visitor: Visitor, paid: str, confirmation: str | None
) -> None:
    offers(visitor.shop)
    path = f"/payments/{paid}/refund"
    form = {**visitor.hidden(path), "comment": "my words"}
    form.pop("confirmation")

    answer = visitor.post(path, {**form, **({} if confirmation is None else {"confirmation": confirmation})})

    assert answer.status_code == 409
    assert "Nothing was refunded yet" in answer.text
    assert "my words" in answer.text
    assert visitor.shop.said(RefundRequested) == []


def test_pressing_twice_refunds_once(visitor: Visitor, paid: str) -> None:
    offers(visitor.shop)
    path = f"/payments/{paid}/refund"
    form = visitor.hidden(path)

    answers = [visitor.post(path, form) for _ in range(2)]

    assert [each.status_code for each in answers] == [303, 303]
    assert len(visitor.shop.said(RefundSucceeded)) == 1


def test_a_foreign_payment_or_ticket_does_not_exist(visitor: Visitor, paid: str) -> None:
    shop = visitor.shop
    offers(shop)
    eve = shop.customer("eve@example.com")["id"]
    theirs = shop.payment({"id": eve}, description="Secret drums")["id"]
    ticket = shop.post("/v1/tickets", {"customer": eve, "subject": "Secret", "message": "Words"})["id"]
    form = visitor.hidden(f"/payments/{paid}/refund")

    assert visitor.get(f"/payments/{theirs}/refund").status_code == 404
    assert visitor.post(f"/payments/{theirs}/refund", form).status_code == 404
    assert visitor.get(f"/tickets/{ticket}").status_code == 404
    assert visitor.post(f"/tickets/{ticket}/messages", {**form, "message": "x"}).status_code == 404
    assert visitor.post(f"/tickets/{ticket}/closing", form).status_code == 404
    assert visitor.get(f"/payments?after={theirs}").status_code == 404
    assert "Secret" not in visitor.get("/payments").text + visitor.get("/tickets").text


@pytest.mark.parametrize(("assurance", "minutes_ago"), [("viewer", 1), ("verified", 31)], ids=["weak", "long ago"])
def test_weak_or_old_proof_leads_to_the_code(visitor: Visitor, paid: str, assurance: str, minutes_ago: int) -> None:
    offers(visitor.shop)
    form = visitor.hidden(f"/payments/{paid}/refund")
    visitor.assurance, visitor.minutes_ago = assurance, minutes_ago

    answers = visitor.get(f"/payments/{paid}/refund"), visitor.post(f"/payments/{paid}/refund", form)

    assert all("reason=step_up" in each.headers.get("Location", "") for each in answers)
    assert visitor.shop.said(RefundRequested) == []


def test_many_payments_are_paged_without_a_hole(visitor: Visitor) -> None:
    made = {visitor.shop.payment({"id": visitor.customers[0]}, paid_at=_ago(number % 3))["id"] for number in range(27)}

    first = visitor.get("/payments").text
    older = re.search(r'href="[^"]*/payments\?after=([^"]+)"', first)
    assert older is not None
    second = visitor.get(f"/payments?after={older[1]}").text

    seen = [set(re.findall(r'<article class="card" id="(pay_\w+)"', page)) for page in (first, second)]
    assert [len(each) for each in seen] == [25, 2]
    assert seen[0] | seen[1] == made


@pytest.mark.feature("G07")
def test_a_customer_opens_reads_answers_and_closes_a_ticket(visitor: Visitor) -> None:
    assert visitor.get("/tickets/new").status_code == 403
    desk = visitor.shop.post("/v1/helpdesks", {"name": "The desk", "url": "https://desk.example/?a=1&b=2"})["id"]
    portal_has(visitor, tickets={"enabled": True, "helpdesk": desk})
    form = {**visitor.hidden("/tickets/new"), "subject": "Reeds", "message": "Card 4242424242424242\n<b>Hi</b>"}

    wrong = visitor.post("/tickets/new", {**form, "subject": " "})
    opened = visitor.post("/tickets/new", form)
    again = visitor.post("/tickets/new", form)
    path = opened.headers["Location"].removeprefix(visitor.home)
    thread = follow(visitor, opened)
    visitor.shop.post(f"/v1{path}/reply", {"message": "Which reeds?"})
    replied = follow(visitor, visitor.post(f"{path}/messages", {**form, "message": "The soft ones."}))
    closed = follow(visitor, visitor.post(f"{path}/closing", form))
    late = visitor.post(f"{path}/messages", {**form, "message": "More"})

    assert wrong.status_code == 422
    assert "This field is required." in wrong.text
    assert again.headers["Location"] == opened.headers["Location"]
    assert "•••• 4242<br>&lt;b&gt;Hi&lt;/b&gt;" in thread
    assert "4242424242424242" not in thread
    assert "The desk" in thread
    assert 'href="https://desk.example/?a=1&amp;b=2"' in thread
    assert replied.index("Which reeds?") < replied.index("The soft ones.")
    assert "Closed" in closed
    assert late.status_code == 409
    assert "Reeds" in visitor.get("/tickets").text


def test_the_pages_speak_german(visitor: Visitor, paid: str) -> None:
    offers(visitor.shop, refund_window_days=14)

    page = visitor.get("/payments", **{"Accept-Language": "de"}).text
    ask = visitor.get(f"/payments/{paid}/refund", **{"Accept-Language": "de"}).text

    assert "Erstattbar bis" in page
    assert "Erstattung anfragen" in ask
    assert "50,00" in ask
