"""A customer asks for money back: by itself or by a person, within the period, for exactly what was shown."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.portal.queries import portals, refunds
from services.portal.rules.confirmation import ConfirmationInvalid, PreviewOutdated
from services.portal.rules.payments.refund import RefundExceedsPayment
from services.portal.rules.policy import Decision
from services.portal.rules.reasons import AlreadyRefunded, FeatureDisabled, RefundWindowOver
from shared import clock
from shared.errors import Invalid, StepUpRequired
from shared.events import RefundRequested
from tests.integration.portal.refunding import (
    ask,
    asked,
    carry_out,
    charged,
    give_back,
    offers,
    prepare,
    sandbox_refunds,
)
from tests.integration.portal.shop import Shop, Who


@pytest.fixture
def customer(shop: Shop) -> str:
    return str(shop.customer()["id"])


@pytest.mark.feature("G01")
@pytest.mark.feature("G02")
def test_an_automated_refund_runs_at_once(shop: Shop, customer: str) -> None:
    offers(shop, refund_window_days=14, reasons=["broken", "other"])
    payment = charged(shop, customer)

    preview = prepare(shop, customer, payment)
    done = ask(shop, customer, payment, preview.confirmation, reason="broken", comment=" Sorry ")
    refund = carry_out(shop, done)

    assert (preview.amount.amount, preview.is_manual, preview.reasons) == (5000, False, ("broken", "other"))
    assert done.ticket is None
    assert (refund.status, refund.amount, refund.reason, refund.comment) == ("succeeded", 5000, "broken", "Sorry")
    with pytest.raises(AlreadyRefunded):
        prepare(shop, customer, payment)


@pytest.mark.feature("G02")
def test_a_manual_refund_is_a_ticket_and_calls_nobody(shop: Shop, customer: str) -> None:
    desk = shop.post("/v1/helpdesks", {"name": "Billing", "email": "help@larkfield.example"})
    offers(shop, execution="manual", helpdesk=desk["id"])
    payment = charged(shop, customer)
    before = sandbox_refunds(shop)

    first = asked(shop, customer, payment, comment="It broke.")
    again = ask(shop, customer, payment, None)

    assert first.intent is None
    assert first.ticket is not None
    assert again.ticket == first.ticket
    assert (first.ticket.kind, first.ticket.helpdesk, first.ticket.status) == ("refund", desk["id"], "open")
    assert first.refund is not None
    assert (first.refund.status, first.refund.ticket) == ("requested", first.ticket.id)
    assert shop.get(f"/v1/payments/{payment}")["refunded"] == 0
    assert sandbox_refunds(shop) == before
    (said,) = shop.said(RefundRequested)
    assert said.ticket == first.ticket.id


def test_a_customers_payment_that_was_taken_elsewhere_goes_to_a_person(shop: Shop, customer: str) -> None:
    offers(shop)
    payment = shop.payment({"id": customer})["id"]

    done = asked(shop, customer, payment)

    assert done.ticket is not None
    assert done.refund is not None
    assert done.refund.status == "requested"


@pytest.mark.feature("G03")
@pytest.mark.parametrize(
    ("plan", "product", "portal", "days"),
    [(7, 14, 30, 7), (None, 14, 30, 14), (None, None, 30, 30), (None, None, None, None), (0, 14, None, 0)],
)
def test_the_most_specific_refund_period_binds_to_the_second(
    shop: Shop, customer: str, plan: int | None, product: int | None, portal: int | None, days: int | None
) -> None:
    offers(shop, refund_window_days=portal)
    sold = shop.product(refund_window_days=product)
    subscription = shop.subscription(customer={"id": customer}, plan=shop.plan(product=sold, refund_window_days=plan))
    paid_at = clock.now() - timedelta(days=1)
    payment = shop.payment({"id": customer}, subscription=subscription["id"], paid_at=paid_at.isoformat())["id"]

    def eligible(after: timedelta) -> tuple[bool, str | None]:
        with shop.as_customer(customer) as session:
            found = refunds.eligibility(
                refunds.bought(session, payment_id=payment),
                portal=portals.default(session),
                by=shop.who(),
                now=paid_at + after,
            )
        return found.answer.decision is not Decision.DENIED, found.answer.reason

    if days is None:
        assert eligible(timedelta(days=3650)) == (True, None)
        return
    assert eligible(timedelta(days=days)) == ((True, None) if days else (False, "refund_window_over"))
    assert eligible(timedelta(days=days, seconds=1)) == (False, "refund_window_over")


@pytest.mark.feature("G03")
def test_after_the_period_it_is_denied_by_itself_and_a_vendor_may_still(shop: Shop, customer: str) -> None:
    offers(shop, refund_window_days=1)
    payment = shop.payment({"id": customer}, paid_at=(clock.now() - timedelta(days=2)).isoformat())["id"]

    with pytest.raises(RefundWindowOver):
        prepare(shop, customer, payment)
    with pytest.raises(RefundWindowOver):
        ask(shop, customer, payment, None)
    assert shop.get("/v1/refunds")["data"] == []
    assert give_back(shop, payment, amount=10).status_code == 201


def test_it_is_off_by_default(shop: Shop, customer: str) -> None:
    payment = charged(shop, customer)

    with pytest.raises(FeatureDisabled):
        prepare(shop, customer, payment)


def test_a_customer_confirms_exactly_what_was_shown_and_it_counts_once(shop: Shop, customer: str) -> None:
    offers(shop)
    payment, another = charged(shop, customer), charged(shop, customer)
    good = prepare(shop, customer, payment).confirmation

    for bad in (None, "nonsense", good + "x", prepare(shop, customer, another).confirmation):
        with pytest.raises(ConfirmationInvalid):
            ask(shop, customer, payment, bad)
    with pytest.raises(PreviewOutdated):
        ask(shop, customer, payment, good, amount=10)
    with pytest.raises(Invalid):
        ask(shop, customer, payment, good, comment="x" * 1001)
    give_back(shop, payment, amount=1000)
    with pytest.raises(PreviewOutdated):
        ask(shop, customer, payment, good)
    fresh = prepare(shop, customer, payment, amount=500)
    carry_out(shop, ask(shop, customer, payment, fresh.confirmation, amount=500))
    with pytest.raises(ConfirmationInvalid):
        ask(shop, customer, payment, fresh.confirmation, amount=500)
    with pytest.raises(RefundExceedsPayment):
        prepare(shop, customer, payment, amount=3501)
    assert shop.get(f"/v1/payments/{payment}")["refunded"] == 1500


@pytest.mark.parametrize(
    "who", [Who(assurance="viewer"), Who(proven_at=clock.now() - timedelta(minutes=31))], ids=["viewer", "long ago"]
)
def test_it_wants_fresh_proof(shop: Shop, customer: str, who: Who) -> None:
    offers(shop)
    payment = charged(shop, customer)
    good = prepare(shop, customer, payment).confirmation
    weak = replace(who, portal=shop.portal)

    with pytest.raises(StepUpRequired):
        prepare(shop, customer, payment, weak)
    with pytest.raises(StepUpRequired):
        ask(shop, customer, payment, good, weak)
