"""Further addresses of a customer's documents, by the API: asked first, limited, ended by their owners."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from services.portal.actions import recipients as actions
from services.portal.jobs import forget_recipients
from services.portal.models import DocumentRecipient
from shared import clock
from shared.events import RecipientChanged, RecipientInvited
from tests.integration.portal.shop import Shop

BOOKS = "Books@Tessaly.example"


def add(shop: Shop, customer: str, email: str = BOOKS, **more: Any) -> Any:
    body = {"email": email, "documents": ["invoice"], **more}
    return shop.ask("POST", f"/v1/customers/{customer}/recipients", json=body)


def listed(shop: Shop, customer: str) -> list[tuple[str, str]]:
    found = shop.get(f"/v1/customers/{customer}/recipients")["data"]
    return [(each["email"], each["status"]) for each in found]


def age(shop: Shop, recipient: str, **by: float) -> None:
    """As if all that happened to it had happened earlier."""
    with shop.inside() as session:
        row = session.scalars(select(DocumentRecipient).where(DocumentRecipient.id == recipient)).one()
        row.asked = [(at - timedelta(**by)).isoformat() for at in map(type(row.created_at).fromisoformat, row.asked)]
        for name in ("ended_at", "said_no_at"):
            moment = getattr(row, name)
            setattr(row, name, None if moment is None else moment - timedelta(**by))


@pytest.mark.feature("M05")
def test_an_address_is_asked_before_anything_goes_there(shop: Shop) -> None:
    customer = shop.customer()["id"]

    made = add(shop, customer)

    assert made.status_code == 201
    assert (made.json["status"], made.json["email"], made.json["documents"]) == ("pending", BOOKS, ["invoice"])
    (invited,) = shop.said(RecipientInvited)
    assert (invited.recipient, invited.customer, invited.email) == (made.json["id"], customer, BOOKS)
    assert shop.said(RecipientChanged) == []
    with shop.inside() as session:
        assert actions.confirm(session, recipient_id=made.json["id"], now=clock.now())
        assert actions.confirm(session, recipient_id=made.json["id"], now=clock.now())  # twice is once
    (changed,) = shop.said(RecipientChanged)
    assert (changed.status, changed.email, changed.documents) == ("confirmed", BOOKS, ["invoice"])
    assert listed(shop, customer) == [(BOOKS, "confirmed")]
    assert shop.logged(made.json["id"]) == ["recipient.added", "recipient.confirmed"]


@pytest.mark.parametrize(
    ("email", "code"),
    [
        ("books", "bad_email"),
        ("books@tessaly.example\r\nBcc: all@tessaly.example", "bad_email"),
        ("books@tessaly.example, all@tessaly.example", "bad_email"),
        ("boo\u212as@tessaly.example", "bad_email"),  # a Kelvin sign, which would become a k
        ("ADA@example.com", "own_address"),
    ],
)
def test_what_is_no_mailbox_of_somebody_else_is_refused_by_its_field(shop: Shop, email: str, code: str) -> None:
    refused = add(shop, shop.customer("ada@example.com")["id"], email)

    assert refused.status_code == 422
    assert [(each["field"], each["code"]) for each in refused.json["errors"]] == [("email", code)]
    assert shop.said(RecipientInvited) == []


def test_two_spellings_of_one_mailbox_are_one_address(shop: Shop) -> None:
    customer = shop.customer()["id"]
    add(shop, customer)

    assert add(shop, customer, "books@TESSALY.example").json["code"] == "recipient_exists"
    assert add(shop, customer, documents=["gossip"]).status_code == 422


def test_ten_at_most_an_hour_and_the_answer_says_when_there_is_room(shop: Shop) -> None:
    customer = shop.customer()["id"]
    made = [add(shop, customer, f"b{number}@tessaly.example") for number in range(10)]

    assert {each.status_code for each in made} == {201}
    assert add(shop, customer, "b10@tessaly.example").json["code"] == "too_many_recipients"
    assert shop.ask("DELETE", f"/v1/customers/{customer}/recipients/{made[0].json['id']}").status_code == 204
    full = add(shop, customer, "b10@tessaly.example")
    assert (full.status_code, full.json["code"]) == (429, "recipient_asked_too_often")
    assert 3500 < int(full.headers["Retry-After"]) <= 3600
    assert len(shop.said(RecipientInvited)) == 10


def test_additions_at_once_count_each_other(shop: Shop) -> None:
    customer = shop.customer()["id"]
    answers: list[int] = []

    def one(number: int) -> None:
        answers.append(add(shop, customer, f"c{number}@tessaly.example").status_code)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(14)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(answers) == [201] * 10 + [409] * 4
    with shop.inside() as session:
        assert session.scalar(select(func.count()).select_from(DocumentRecipient)) == 10


def test_asking_again_waits_and_ends_after_three_a_day(shop: Shop) -> None:
    customer = shop.customer()["id"]
    made = add(shop, customer).json["id"]
    path = f"/v1/customers/{customer}/recipients/{made}/resend"

    assert shop.ask("POST", path, json={}).status_code == 429
    for _ in range(2):
        age(shop, made, minutes=10)
        assert shop.ask("POST", path, json={}).status_code == 200
    age(shop, made, minutes=10)
    refused = shop.ask("POST", path, json={})
    assert (refused.status_code, len(shop.said(RecipientInvited))) == (429, 3)
    assert int(refused.headers["Retry-After"]) > 20 * 3600


def test_the_owner_ends_it_and_is_left_alone(shop: Shop) -> None:
    customer = shop.customer()["id"]
    made = add(shop, customer).json["id"]
    with shop.inside() as session:
        actions.confirm(session, recipient_id=made, now=clock.now())
    for _ in range(2):
        with shop.inside() as session:
            actions.unsubscribe(session, recipient_id=made, now=clock.now())

    assert listed(shop, customer) == [(BOOKS, "unsubscribed")]
    assert [each.status for each in shop.said(RecipientChanged)] == ["confirmed", "unsubscribed"]
    with shop.inside() as session:
        assert not actions.confirm(session, recipient_id=made, now=clock.now())  # the link of the first mail
    again = shop.ask("POST", f"/v1/customers/{customer}/recipients/{made}/resend", json={})
    assert again.json["code"] == "recipient_said_no"
    assert shop.ask("DELETE", f"/v1/customers/{customer}/recipients/{made}").status_code == 204
    age(shop, made, days=2)
    assert add(shop, customer).json["code"] == "recipient_said_no"
    age(shop, made, days=29)
    assert add(shop, customer).status_code == 201


def test_a_link_of_before_the_removal_confirms_nothing(shop: Shop) -> None:
    customer = shop.customer()["id"]
    made = add(shop, customer).json["id"]
    shop.ask("DELETE", f"/v1/customers/{customer}/recipients/{made}")

    with shop.inside() as session:
        assert not actions.confirm(session, recipient_id=made, now=clock.now())
    assert [each.status for each in shop.said(RecipientChanged)] == ["removed"]
    assert listed(shop, customer) == []


def test_other_documents_go_there_and_nothing_else_changes(shop: Shop) -> None:
    customer = shop.customer()["id"]
    made = add(shop, customer).json["id"]
    path = f"/v1/customers/{customer}/recipients/{made}"

    assert shop.ask("PATCH", path, json={"documents": []}).status_code == 422
    assert shop.patch(path, {"documents": ["credit_note"]})["documents"] == ["credit_note"]
    assert [each.documents for each in shop.said(RecipientChanged)] == [["credit_note"]]


def test_nobody_elses_address_exists(shop: Shop, other: Shop) -> None:
    mine, theirs = shop.customer()["id"], other.customer()["id"]
    made = add(other, theirs).json["id"]

    for method, path in (
        ("GET", f"/v1/customers/{theirs}/recipients"),
        ("PATCH", f"/v1/customers/{mine}/recipients/{made}"),
        ("DELETE", f"/v1/customers/{mine}/recipients/{made}"),
        ("POST", f"/v1/customers/{mine}/recipients/{made}/resend"),
    ):
        body = {"PATCH": {"documents": ["invoice"]}, "POST": {}}.get(method)
        assert shop.ask(method, path, json=body).status_code == 404, (method, path)
    second = shop.customer("b@example.com")["id"]
    own = add(shop, mine).json["id"]
    assert shop.ask("DELETE", f"/v1/customers/{second}/recipients/{own}").status_code == 404


def test_erasing_the_customer_takes_the_addresses_along(shop: Shop) -> None:
    customer = shop.customer()["id"]
    add(shop, customer)
    shop.post(f"/v1/customers/{customer}/erase", {})

    with shop.inside() as session:
        assert session.scalar(select(func.count()).select_from(DocumentRecipient)) == 0
    assert add(shop, customer).json["code"] == "customer_erased"


def test_what_was_removed_is_forgotten_when_no_limit_counts_it(shop: Shop) -> None:
    customer = shop.customer()["id"]
    kept, gone, living = (add(shop, customer, f"{each}@x.example").json["id"] for each in ("kept", "gone", "living"))
    for each in (kept, gone):
        shop.ask("DELETE", f"/v1/customers/{customer}/recipients/{each}")
    age(shop, kept, days=29)
    age(shop, gone, days=31)

    assert forget_recipients(shop.database.begin, now=clock.now(), adapters=None) >= 1
    with shop.inside() as session:
        assert set(session.scalars(select(DocumentRecipient.id))) == {kept, living}


def test_another_customer_of_the_shop_may_have_the_same_address(shop: Shop) -> None:
    first, second = shop.customer("a@example.com")["id"], shop.customer("b@example.com")["id"]

    assert [add(shop, each).status_code for each in (first, second)] == [201, 201]
