"""Helpdesks, and threads from the first word to the last."""

from typing import Any

import pytest

from services.portal.actions.support import tickets as actions
from services.portal.queries import time
from shared.errors import NotFound
from shared.events import (
    TicketAnswered,
    TicketOpened,
    TicketResolved,
)
from tests.integration.portal.refunding import decide, portal_sends, question
from tests.integration.portal.shop import Shop


@pytest.fixture
def customer(shop: Shop) -> str:
    return str(shop.customer()["id"])


@pytest.fixture
def desk(shop: Shop) -> dict[str, Any]:
    body = {"name": "Billing", "email": "help@larkfield.example", "departments": ["Refunds", "Other"]}
    made: dict[str, Any] = shop.post("/v1/helpdesks", body)
    return made


@pytest.mark.feature("G04")
@pytest.mark.feature("G07")
def test_a_helpdesk_is_made_changed_and_stays_while_it_is_used(shop: Shop, desk: dict[str, Any]) -> None:
    path = f"/v1/helpdesks/{desk['id']}"
    assert shop.get(path) == desk
    assert shop.patch(path, {"name": "Money", "url": "https://desk.example/new"})["revision"] == 2
    assert shop.ask("PATCH", path, json={"name": "Late"}, headers={"If-Match": '"1"'}).status_code == 412
    assert shop.ask("PATCH", path, json={"url": "http://desk.example"}).json["errors"][0]["code"] == "bad_url"

    portal_sends(shop, refund_request={"enabled": True, "execution": "manual", "helpdesk": desk["id"]})
    for answer in (shop.ask("DELETE", path), shop.ask("PATCH", path, json={"archived": True})):
        assert (answer.status_code, answer.json["code"]) == (409, "helpdesk_in_use")
    portal_sends(shop, refund_request={"execution": "automated", "helpdesk": None})
    assert shop.patch(path, {"archived": True})["archived_at"] is not None
    assert shop.ask("DELETE", path).status_code == 204
    assert shop.ask("GET", path).status_code == 404


def test_a_helpdesk_with_tickets_is_archived_not_deleted(shop: Shop, customer: str, desk: dict[str, Any]) -> None:
    ticket = question(shop, customer, helpdesk=desk["id"], department="Refunds")
    path = f"/v1/helpdesks/{desk['id']}"

    assert shop.ask("PATCH", path, json={"archived": True}).json["code"] == "helpdesk_in_use"
    decide(shop, ticket["id"], "close")
    assert shop.ask("DELETE", path).json["code"] == "helpdesk_has_tickets"
    assert shop.patch(path, {"archived": True})["archived_at"] is not None
    late = shop.ask(
        "POST", "/v1/tickets", json={"customer": customer, "subject": "X", "message": "Y", "helpdesk": desk["id"]}
    )
    assert (late.status_code, late.json["code"]) == (409, "helpdesk_archived")


@pytest.mark.feature("G07")
def test_a_thread_from_the_first_word_to_the_end(shop: Shop, customer: str, desk: dict[str, Any]) -> None:
    with shop.as_customer(customer) as session:
        opened = actions.open_question(
            session,
            customer=customer,
            subject="My card",
            message="It is 4242 4242 4242 4242 <b>ok?</b>",
            by=shop.who(),
            helpdesk=desk["id"],
            now=time.now(session),
        )
    answered = decide(shop, opened.id, "reply", message="Never send card numbers!")
    with shop.as_customer(customer) as session:
        actions.reply(session, ticket_id=opened.id, message="Sorry.", by=shop.who(), now=time.now(session))
    closed = decide(shop, opened.id, "close", message="All done.")
    late = decide(shop, opened.id, "reply", message="One more thing")

    assert (opened.status, answered.json["status"], closed.json["status"]) == ("open", "answered", "closed")
    assert (late.status_code, late.json["code"]) == (409, "ticket_over")
    thread = shop.get(f"/v1/tickets/{opened.id}")
    assert [(each["author"], each["body"]) for each in thread["messages"]] == [
        ("customer", "It is •••• 4242 <b>ok?</b>"),
        ("staff", "Never send card numbers!"),
        ("customer", "Sorry."),
        ("staff", "All done."),
    ]
    assert thread["on_approval"] is None
    (told,) = shop.said(TicketOpened)
    assert (told.intake, told.message) == ("help@larkfield.example", "It is •••• 4242 <b>ok?</b>")
    assert [(each.author, each.number) for each in shop.said(TicketAnswered)] == [("staff", 2), ("customer", 3)]
    (resolved,) = shop.said(TicketResolved)
    assert (resolved.resolution, resolved.message) == ("closed", "All done.")
    assert shop.logged(opened.id) == ["ticket.opened", "ticket.answered", "ticket.open", "ticket.closed"]


def test_the_same_words_again_find_the_ticket_that_waits(shop: Shop, customer: str) -> None:
    first, second = question(shop, customer), question(shop, customer)
    decide(shop, first["id"], "close")

    assert first["id"] == second["id"]
    assert question(shop, customer)["id"] != first["id"]


def test_what_is_anothers_is_unknown(shop: Shop, other: Shop, customer: str, desk: dict[str, Any]) -> None:
    ticket = question(shop, customer, helpdesk=desk["id"])["id"]
    eve = str(shop.customer("eve@example.com")["id"])

    for stranger in (other, shop.live()):
        assert stranger.ask("GET", f"/v1/tickets/{ticket}").status_code == 404
        assert stranger.ask("GET", f"/v1/helpdesks/{desk['id']}").status_code == 404
        assert stranger.ask("PATCH", f"/v1/helpdesks/{desk['id']}", json={"name": "X"}).status_code == 404
        assert stranger.ask("DELETE", f"/v1/helpdesks/{desk['id']}").status_code == 404
        for verb, body in (("reply", {"message": "x"}), ("approve", {}), ("decline", {}), ("close", {})):
            assert decide(stranger, ticket, verb, **body).status_code == 404
        assert stranger.get("/v1/tickets")["data"] == stranger.get("/v1/helpdesks")["data"] == []
        theirs = stranger.customer()["id"]
        body = {"customer": theirs, "subject": "X", "message": "Y", "helpdesk": desk["id"]}
        assert stranger.ask("POST", "/v1/tickets", json=body).status_code == 404
        assert stranger.ask("POST", "/v1/tickets", json={**body, "customer": customer}).status_code == 404
    with shop.as_customer(eve) as session, pytest.raises(NotFound):
        actions.reply(session, ticket_id=ticket, message="Hi", by=shop.who(), now=time.now(session))
