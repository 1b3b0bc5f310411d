"""What people decide in tickets: approval carries it out once, with refunds and cancels each in a mode of their own."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.portal.actions.support import reminders
from services.portal.actions.support import tickets as actions
from services.portal.queries import time
from services.portal.queries.test_clocks import Present
from services.portal.rules.support.ticket import NotYours
from shared.events import (
    RefundFailed,
    RefundSucceeded,
    SubscriptionCanceled,
    TicketAnswered,
    TicketResolved,
)
from tests.integration.portal.refunding import (
    ask,
    asked,
    charged,
    decide,
    give_back,
    offers,
    portal_sends,
    prepare,
    question,
    sandbox_refunds,
)
from tests.integration.portal.shop import Shop
from tests.integration.portal.steps import cancel
from tests.integration.portal.steps import prepare as prepare_cancel


@pytest.fixture
def customer(shop: Shop) -> str:
    return str(shop.customer()["id"])


@pytest.fixture
def desk(shop: Shop) -> dict[str, Any]:
    body = {"name": "Billing", "email": "help@larkfield.example", "departments": ["Refunds", "Other"]}
    made: dict[str, Any] = shop.post("/v1/helpdesks", body)
    return made


@pytest.mark.feature("G02")
def test_two_approvals_make_one_refund(shop: Shop, customer: str, desk: dict[str, Any]) -> None:
    offers(shop, execution="manual", helpdesk=desk["id"])
    payment = charged(shop, customer)
    ticket = asked(shop, customer, payment, comment="It broke.").ticket
    assert ticket is not None
    ahead = shop.get(f"/v1/tickets/{ticket.id}")["on_approval"]
    before = sandbox_refunds(shop)

    with ThreadPoolExecutor(max_workers=2) as pool:
        answers = list(pool.map(lambda key: decide(shop, ticket.id, "approve", key=key), ["a", "b"]))

    assert (ahead["action"], ahead["given_back"], ahead["currency"]) == ("refund", 5000, "EUR")
    assert [each.json["status"] for each in answers] == ["approved", "approved"]
    assert sandbox_refunds(shop) - before == 1
    assert shop.get(f"/v1/payments/{payment}")["refunded"] == 5000
    (refund,) = shop.get("/v1/refunds")["data"]
    assert (refund["status"], refund["ticket"]) == ("succeeded", ticket.id)
    assert len(shop.said(RefundSucceeded)) == len(shop.said(TicketResolved)) == 1
    declined = decide(shop, ticket.id, "decline")
    assert (declined.status_code, declined.json["code"]) == (409, "ticket_over")


@pytest.mark.feature("G02")
def test_a_declined_refund_moves_no_money_and_may_be_asked_for_again(shop: Shop, customer: str) -> None:
    offers(shop, execution="manual", helpdesk=shop.post("/v1/helpdesks", {"name": "Billing"})["id"])
    payment = charged(shop, customer)
    ticket = asked(shop, customer, payment).ticket
    assert ticket is not None
    before = sandbox_refunds(shop)

    first = decide(shop, ticket.id, "decline", message="Outside of our terms.")
    second = decide(shop, ticket.id, "decline", message="Again")

    assert first.json["status"] == second.json["status"] == "declined"
    assert sandbox_refunds(shop) == before
    assert shop.get("/v1/refunds?status=denied")["data"][0]["ticket"] == ticket.id
    assert [each.reason for each in shop.said(RefundFailed)] == ["declined"]
    assert [each.message for each in shop.said(TicketResolved)] == ["Outside of our terms."]
    again = asked(shop, customer, payment)
    assert again.ticket is not None
    assert again.ticket.id != ticket.id


def test_approval_of_what_can_no_longer_be_done_is_refused_and_changes_nothing(shop: Shop, customer: str) -> None:
    offers(shop, execution="manual", helpdesk=shop.post("/v1/helpdesks", {"name": "Billing"})["id"])
    payment = charged(shop, customer)
    ticket = asked(shop, customer, payment).ticket
    assert ticket is not None
    give_back(shop, payment, amount=1)

    ahead = shop.get(f"/v1/tickets/{ticket.id}")["on_approval"]
    answer = decide(shop, ticket.id, "approve")

    assert ahead["obstacle"] == answer.json["code"] == "refund_exceeds_payment"
    assert answer.status_code == 409
    assert shop.get(f"/v1/tickets/{ticket.id}")["status"] == "open"


def test_a_customer_decides_nothing_and_a_request_is_not_just_closed(shop: Shop, customer: str) -> None:
    offers(shop, execution="manual", helpdesk=shop.post("/v1/helpdesks", {"name": "Billing"})["id"])
    ticket = asked(shop, customer, charged(shop, customer)).ticket
    assert ticket is not None

    for verb in (actions.approve, actions.decline):
        with shop.as_customer(customer) as session, pytest.raises(NotYours):
            verb(session, ticket_id=ticket.id, message=None, by=shop.who(), now=time.now(session))
    assert decide(shop, ticket.id, "close").json["code"] == "decision_needed"
    assert decide(shop, question(shop, customer)["id"], "approve").json["code"] == "nothing_to_approve"


@pytest.mark.feature("C05")
def test_a_manual_cancel_is_a_ticket_and_approval_carries_it_out_once(
    shop: Shop, customer: str, desk: dict[str, Any]
) -> None:
    portal_sends(shop, subscription_cancel={"execution": "manual", "helpdesk": desk["id"]})
    subscription = shop.subscription(customer={"id": customer})

    first = cancel(shop, subscription, prepare_cancel(shop, subscription).confirmation, feedback="unused")
    again = cancel(shop, subscription, prepare_cancel(shop, subscription).confirmation)

    assert first.ticket is not None
    assert again.ticket is not None
    assert first.ticket.id == again.ticket.id
    assert first.ticket.helpdesk == desk["id"]
    assert shop.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "active"
    assert shop.said(SubscriptionCanceled) == []
    ahead = shop.get(f"/v1/tickets/{first.ticket.id}")["on_approval"]
    answers = [decide(shop, first.ticket.id, "approve", key=key) for key in ("a", "b")]
    done = shop.get(f"/v1/subscriptions/{subscription['id']}")
    assert [each.json["status"] for each in answers] == ["approved", "approved"]
    assert (done["status"], done["cancellation_feedback"]) == ("canceled", "unused")
    assert ahead["ends_at"] == done["ends_at"]
    assert len(shop.said(SubscriptionCanceled)) == 1


@pytest.mark.feature("C05")
def test_a_declined_cancel_changes_nothing_and_informs(shop: Shop, customer: str) -> None:
    desk = shop.post("/v1/helpdesks", {"name": "Billing"})["id"]
    portal_sends(shop, subscription_cancel={"execution": "manual", "helpdesk": desk})
    subscription = shop.subscription(customer={"id": customer})
    done = cancel(shop, subscription, prepare_cancel(shop, subscription).confirmation)
    assert done.ticket is not None

    decide(shop, done.ticket.id, "decline", message="Your contract runs until June.")

    assert shop.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "active"
    assert [each.resolution for each in shop.said(TicketResolved)] == ["declined"]


@pytest.mark.feature("G05")
@pytest.mark.parametrize("cancel_by", ["automated", "manual"])
@pytest.mark.parametrize("refund_by", ["automated", "manual"])
def test_refund_and_cancel_have_their_own_mode(shop: Shop, customer: str, cancel_by: str, refund_by: str) -> None:
    desks = {name: shop.post("/v1/helpdesks", {"name": name})["id"] for name in ("cancel", "refund")}
    portal_sends(
        shop,
        subscription_cancel={"execution": cancel_by, "helpdesk": desks["cancel"]},
        refund_request={"enabled": True, "execution": refund_by, "helpdesk": desks["refund"]},
    )
    subscription, payment = shop.subscription(customer={"id": customer}), charged(shop, customer)

    canceled = cancel(shop, subscription, prepare_cancel(shop, subscription).confirmation)
    refunded = ask(shop, customer, payment, prepare(shop, customer, payment).confirmation)

    for ticket, by, name in ((canceled.ticket, cancel_by, "cancel"), (refunded.ticket, refund_by, "refund")):
        assert (ticket is not None) == (by == "manual")
        assert ticket is None or ticket.helpdesk == desks[name]
    status = shop.get(f"/v1/subscriptions/{subscription['id']}")["status"]
    assert status == ("canceled" if cancel_by == "automated" else "active")


@pytest.mark.feature("C05")
def test_staff_are_reminded_once_the_day_before_the_renewal(shop: Shop, customer: str) -> None:
    portal_sends(
        shop, subscription_cancel={"execution": "manual", "helpdesk": shop.post("/v1/helpdesks", {"name": "X"})["id"]}
    )
    subscription = shop.subscription(customer={"id": customer})
    ticket = cancel(shop, subscription, prepare_cancel(shop, subscription).confirmation).ticket
    assert ticket is not None
    renews_at = datetime.fromisoformat(subscription["current_period_end"])

    for before in (timedelta(days=1, seconds=1), timedelta(hours=23), timedelta(hours=22), timedelta(seconds=-1)):
        present = Present(at=renews_at - before, vendor=shop.vendor, mode=shop.mode)
        reminders.run(shop.database.begin, present=present, limit=10)

    (said,) = shop.said(TicketAnswered)
    assert (said.author, said.number) == ("system", 2)
    assert "Reminder: the subscription renews on" in said.message
    assert shop.get(f"/v1/tickets/{ticket.id}")["status"] == "open"
