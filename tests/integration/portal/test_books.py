"""`bursar ledger verify` beyond invoices: refunds, credits and periods agree, or the customer is named."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from services.portal.actions.payments import bills, voiding
from services.portal.actions.payments.bills import Bill
from services.portal.models import Credit, Payment, Refund
from services.portal.queries import books
from services.portal.queries.books import Imbalance, Wrong
from services.portal.rules.subscriptions.period import Period
from shared import clock, ids
from shared.database import scope, steady
from shared.totals import Line
from tests.integration.portal.shop import Shop
from tests.integration.portal.test_cli import bursar
from tests.integration.portal.test_tenancy import issued


def wrong(shop: Shop) -> list[Imbalance]:
    with shop.database.begin(read_only=True) as session, scope.platform():
        steady(session)
        return list(books.verify(session, vendor=shop.vendor))


def credit(shop: Shop, customer: str, amount: int) -> str:
    """The customer has so much to their credit."""
    with shop.inside() as session:
        row = Credit(
            id=ids.new("cr"),
            customer=customer,
            subscription=None,
            description="Unused time",
            currency="EUR",
            tax_rate=1900,
            tax_behavior="inclusive",
            amount=amount,
            remaining=amount,
            created_at=clock.now(),
        )
        session.add(row)
        return row.id


def billed(shop: Shop, customer: str, amount: int, **more: Any) -> str:
    """A bill of so much, less the credit; without a card it stays open unless nothing is left to pay. Its payment."""
    given: dict[str, Any] = {
        "customer": customer,
        "subscription": None,
        "product": None,
        "kind": "recorded",
        "period": None,
        "lines": (Line(description="Team", quantity=1, amount=amount, tax_rate=1900),),
        "currency": "EUR",
        "tax_behavior": "inclusive",
        "payment_method": None,
    }
    with shop.inside() as session:
        opened = bills.open_bill(session, Bill(**(given | more)), off_session=True, now=clock.now())
        return opened.payment.id


def change(shop: Shop, statement: str, **values: object) -> None:
    with shop.database.engine.begin() as connection:
        assert connection.execute(text(statement), values).rowcount > 0


def refunded(shop: Shop, payment: dict[str, Any], amount: int, status: str = "succeeded") -> None:
    """A refund, and the payment that counts it."""
    with shop.inside() as session:
        refund = ids.new("re")
        session.add(
            Refund(
                id=refund,
                customer=payment["customer"],
                payment=payment["id"],
                amount=amount,
                currency="EUR",
                cause="asked",
                status=status,
                key=refund,
                created_at=clock.now(),
                revision=1,
            )
        )
        if status in ("pending", "unknown", "succeeded"):
            session.query(Payment).filter(Payment.id == payment["id"]).one().refunded += amount


@pytest.mark.feature("L11")
def test_refunds_that_agree_are_no_trouble(shop: Shop) -> None:
    payment = shop.payment(shop.customer(), amount=5000)

    for amount, status in ((1000, "succeeded"), (500, "unknown"), (400, "pending"), (5000, "failed"), (9, "requested")):
        refunded(shop, payment, amount, status)

    assert wrong(shop) == []


@pytest.mark.feature("L11")
def test_a_payment_that_counts_other_refunds_than_it_has_is_named(shop: Shop) -> None:
    payment = shop.payment(shop.customer(), amount=5000)
    refunded(shop, payment, 1000)

    change(shop, "UPDATE payments SET refunded = 900 WHERE id = :id", id=payment["id"])

    (found,) = wrong(shop)
    assert (found.wrong, found.customer, found.object) == (Wrong.REFUNDED_DIFFERS, payment["customer"], payment["id"])
    assert (found.expected, found.found) == (900, 1000)


@pytest.mark.feature("L11")
def test_more_back_than_was_paid_is_named(shop: Shop) -> None:
    payment = shop.payment(shop.customer(), amount=5000)
    refunded(shop, payment, 5000)

    change(shop, "UPDATE refunds SET amount = 5001 WHERE payment = :id", id=payment["id"])

    assert {each.wrong for each in wrong(shop)} == {Wrong.REFUNDED_DIFFERS, Wrong.REFUNDED_TOO_MUCH}


@pytest.mark.feature("L11")
def test_credit_that_was_used_is_found_on_the_payment(shop: Shop) -> None:
    customer = shop.customer()["id"]
    first, second = credit(shop, customer, 3000), credit(shop, customer, 4000)
    payment = billed(shop, customer, 5000)
    assert wrong(shop) == []

    change(shop, "UPDATE credits SET remaining = remaining - 7 WHERE id = :id", id=second)

    (found,) = wrong(shop)
    assert (found.wrong, found.customer, found.object) == (Wrong.CREDIT_DIFFERS, customer, second)
    assert (found.expected, found.found) == (2007, 2000)
    with shop.inside() as session:
        (row,) = session.query(Payment).filter(Payment.id == payment)
        assert row.credited == [{"credit": first, "amount": 3000}, {"credit": second, "amount": 2000}]


@pytest.mark.feature("L11")
def test_a_withdrawn_payment_gives_its_credit_back(shop: Shop) -> None:
    customer = shop.customer()["id"]
    of = credit(shop, customer, 3000)
    payment = billed(shop, customer, 5000)

    with shop.inside() as session:
        voiding.void(session, session.query(Payment).filter(Payment.id == payment).one())

    assert wrong(shop) == []
    with shop.inside() as session:
        assert session.query(Credit).filter(Credit.id == of).one().remaining == 3000


@pytest.mark.feature("L11")
def test_credit_that_went_with_a_withdrawn_payment_is_named(shop: Shop) -> None:
    customer = shop.customer()["id"]
    credit(shop, customer, 3000)
    payment = billed(shop, customer, 5000)

    change(shop, "UPDATE payments SET status = 'voided' WHERE id = :id", id=payment)

    (found,) = wrong(shop)
    assert (found.wrong, found.object, found.found) == (Wrong.CREDIT_LOST, payment, 3000)


@pytest.mark.feature("L11")
def test_two_payments_for_one_period_are_named(shop: Shop) -> None:
    subscription = shop.subscription()
    start, end = (datetime.fromisoformat(subscription[name]) for name in ("current_period_start", "current_period_end"))
    of = {"subscription": subscription["id"], "period": Period(start=start, end=end)}
    billed(shop, subscription["customer"], 100, **of, kind="recorded")
    second = billed(shop, subscription["customer"], 100, **of, kind="start")
    assert wrong(shop) == []

    change(
        shop,
        "UPDATE payments SET kind = 'renewal' WHERE kind = 'recorded' AND subscription = :id",
        id=subscription["id"],
    )

    (found,) = wrong(shop)
    assert (found.wrong, found.object, found.found) == (Wrong.PERIOD_PAID_TWICE, subscription["id"], 2)
    change(shop, "UPDATE payments SET status = 'voided' WHERE id = :id", id=second)
    assert wrong(shop) == []


@pytest.mark.feature("L11")
def test_the_command_names_the_customer(shop: Shop) -> None:
    payment = shop.payment(shop.customer(), amount=5000)
    shop.hear(issued(payment))
    whole = bursar(shop, "ledger", "verify", "--vendor", shop.slug)

    change(shop, "UPDATE payments SET status = 'open', paid_at = NULL WHERE id = :id", id=payment["id"])
    unpaid = bursar(shop, "ledger", "verify", "--vendor", shop.slug)

    assert whole.exit_code == 0, whole.output
    assert unpaid.exit_code == 1
    assert f"{payment['customer']}: payment {payment['id']} has not arrived, and has 1 invoices" in unpaid.output
