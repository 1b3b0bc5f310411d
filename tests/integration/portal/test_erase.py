"""GD-02, GD-03, M17, L06: erasing a customer clears what portal holds of them, keeps what the law asks for, once."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from services.portal.actions.operations import sealing
from services.portal.jobs import detach_cards
from services.portal.models import Base, PaymentMethod
from services.portal.models.personal import HOLDINGS
from shared import clock
from shared.bus import forgetting
from shared.database import Database
from shared.database.tables import outbox
from shared.events import CustomerErased
from tests.integration.portal import cards
from tests.integration.portal.shop import Shop
from tests.integration.portal.test_record import verified

MARKS = ("mira@quartz.example", "Mira Quartz", "Quartz & Sons", "MQ-77", "Quartz Lane 9")
MARKS += ("+49 30 776655", "DE136695976")


def mira(shop: Shop) -> dict[str, Any]:
    """A customer whose every field is unlike anything else."""
    return shop.customer(
        MARKS[0],
        display_name=MARKS[1],
        company=MARKS[2],
        reference=MARKS[3],
        address=[MARKS[4], "10115 Berlin"],
        country="DE",
        phone=MARKS[5],
        tax_id=MARKS[6],
        locale="de",
    )


def erase(shop: Shop, customer: dict[str, Any], **options: Any) -> Any:
    return shop.ask("POST", f"/v1/customers/{customer['id']}/erase", json={}, **options)


def everything(database: Database, *, but: tuple[str, ...] = (), of: str | None = None) -> str:
    """All that portal's tables hold, in clear; what names another vendor than `of` is another test's."""
    with database.begin() as session:
        is_sqlite = database.is_sqlite
        names = (
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            if is_sqlite
            else ("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        )
        tables = [name for (name,) in session.connection().execute(text(names)) if name not in but]
        rows = {name: session.connection().execute(text(f'SELECT * FROM "{name}"')).all() for name in tables}
    lines = (f"{name} {tuple(row)!r}" for name, found in rows.items() for row in found)
    return "\n".join(line for line in lines if of is None or of in line or "ven_" not in line)


def publish_all(shop: Shop) -> None:
    """As if the relay had published what was said."""
    with shop.database.begin() as session:
        session.connection().execute(outbox.update().values(published_at=clock.now()))


@pytest.mark.feature("M17", "L06")
def test_nothing_of_the_person_is_left_but_what_the_law_keeps(shop: Shop) -> None:
    customer = mira(shop)
    card = cards.card(shop, customer["id"])
    with shop.inside() as session:
        token = session.scalars(select(PaymentMethod.token).where(PaymentMethod.id == card)).one()
    paid = shop.payment(customer)
    words = {"customer": customer["id"], "subject": "About Quartz Lane 9", "message": "Call me at +49 30 776655"}
    ticket = shop.post("/v1/tickets", words, headers={"Idempotency-Key": "ask"})
    gone = shop.subscription(customer=customer, collection="external")
    shop.post(
        f"/v1/subscriptions/{gone['id']}/cancel",
        {"timing": "immediately", "comment": "Mira Quartz moves"},
        headers={"Idempotency-Key": "end"},
    )

    answer = erase(shop, customer)
    publish_all(shop)
    forgetting.mask(shop.database.begin, now=clock.now(), adapters=None)
    detached = detach_cards(shop.database.begin, now=clock.now() + timedelta(days=9), adapters=cards.adapters(shop))

    assert answer.status_code == 200, answer.text
    held = everything(shop.database, of=shop.vendor)
    assert [mark for mark in MARKS if mark in held] == []
    assert detached >= 1
    assert token not in held
    assert shop.get(f"/v1/payments/{paid['id']}")["total"] == paid["total"]
    assert shop.get(f"/v1/tickets/{ticket['id']}")["status"] == "closed"
    shown = shop.get(f"/v1/customers/{customer['id']}")
    assert (shown["display_name"], shown["email"].endswith("@erased.invalid")) == (None, True)
    assert shown["erased_at"] is not None


@pytest.mark.feature("M17", "L06")
def test_the_receipt_says_what_was_cleared_and_what_is_kept_why_and_until_when(shop: Shop) -> None:
    customer = mira(shop)
    shop.payment(customer)

    receipt = erase(shop, customer).json

    year = clock.now().year
    assert receipt["cleared"] == ["profile", "payment_methods", "tickets", "sign_in", "people", "mails"]
    assert [(each["what"], each["ground"]) for each in receipt["kept"]] == [
        ("invoices", "tax_law"),
        ("payments", "tax_law"),
        ("record", "claims"),
    ]
    assert {each["until"] for each in receipt["kept"]} == {f"{year + 10}-12-31"}
    assert shop.get(f"/v1/customers/{customer['id']}/erasure") == receipt
    (said,) = shop.said(CustomerErased)
    assert (said.customer, said.kept_until) == (customer["id"], f"{year + 10}-12-31")
    assert MARKS[0] not in json.dumps(vars(said))
    assert shop.logged(customer["id"])[-1] == "customer.erased"


@pytest.mark.feature("M17")
def test_twice_is_once(shop: Shop) -> None:
    customer = mira(shop)

    first, again = erase(shop, customer), erase(shop, customer)

    assert first.json == again.json
    assert len(shop.said(CustomerErased)) == 1


@pytest.mark.feature("M17")
def test_a_repeated_request_gets_its_receipt_after_the_masking_too(shop: Shop) -> None:
    customer, key = mira(shop), {"Idempotency-Key": "erase"}
    first = erase(shop, customer, headers=key)
    publish_all(shop)
    forgetting.mask(shop.database.begin, now=clock.now(), adapters=None)

    again = erase(shop, customer, headers=key)

    assert (again.status_code, again.json) == (200, first.json)


@pytest.mark.feature("M17")
def test_what_runs_is_canceled_first_and_what_is_owed_settled(shop: Shop) -> None:
    customer = mira(shop)
    running = shop.subscription(customer=customer)

    refused = erase(shop, customer)
    shop.post(f"/v1/subscriptions/{running['id']}/cancel", {})
    leaving = erase(shop, customer)

    assert (refused.status_code, refused.json["code"]) == (409, "subscriptions_running")
    assert leaving.status_code == 200


@pytest.mark.feature("L06")
def test_nothing_new_begins_with_somebody_who_was_erased(shop: Shop) -> None:
    customer = mira(shop)
    erase(shop, customer)
    plan, whose = shop.plan(), {"customer": customer["id"]}

    answers = [
        shop.ask("POST", "/v1/subscriptions", json={**whose, "plan": plan["id"]}),
        shop.ask(
            "POST",
            "/v1/payments",
            json={**whose, "currency": "EUR", "description": "Reeds", "amount": 1},
            headers={"Idempotency-Key": "late"},
        ),
        shop.ask("POST", "/v1/tickets", json={**whose, "subject": "X", "message": "Y"}),
        shop.ask("PATCH", f"/v1/customers/{customer['id']}", json={"email": MARKS[0]}),
    ]

    assert [(each.status_code, each.json["code"]) for each in answers] == [(409, "customer_erased")] * 4


def test_others_stay_as_they_are(shop: Shop, other: Shop) -> None:
    mine, theirs, stranger = mira(shop), shop.customer("ada@example.com", display_name="Ada"), mira(other)

    erase(shop, mine)

    assert shop.get(f"/v1/customers/{theirs['id']}")["display_name"] == "Ada"
    assert other.get(f"/v1/customers/{stranger['id']}")["display_name"] == MARKS[1]
    assert erase(other, mine).status_code == 404


def test_the_seals_of_the_action_log_hold_and_lines_lose_their_address_alone(shop: Shop) -> None:
    customer = mira(shop)
    shop.patch(f"/v1/customers/{customer['id']}", {"phone": None}, headers={"X-Real-IP": "203.0.113.9"})
    sealing.seal_all(shop.database.begin, vendor=shop.vendor)
    erase(shop, customer, headers={"X-Real-IP": "203.0.113.9"})
    sealing.seal_all(shop.database.begin, vendor=shop.vendor)

    with shop.inside() as session:
        addresses = session.connection().execute(
            text("SELECT count(*) FROM action_log WHERE customer = :who AND client_address IS NOT NULL"),
            {"who": customer["id"]},
        )
        assert addresses.scalar_one() == 0
    assert verified(shop).break_count == 0


@pytest.mark.parametrize("change", ["action = 'x'", "client_address = '198.51.100.7'", "request_id = ''"])
def test_nothing_else_of_a_line_can_be_taken_away(shop: Shop, change: str) -> None:
    customer = mira(shop)
    statement = text(f"UPDATE action_log SET {change} WHERE customer = :who")

    with pytest.raises(DBAPIError, match="append-only"), shop.inside() as session:
        session.connection().execute(statement, {"who": customer["id"]})


def test_every_column_of_every_table_has_its_rules() -> None:
    tables = {name: set(table.columns.keys()) for name, table in Base.metadata.tables.items()}
    ruled = {name: set(holding.columns) for name, holding in HOLDINGS.items()}

    assert ruled == tables
