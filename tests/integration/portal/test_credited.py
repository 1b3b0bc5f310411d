"""`bursar ledger verify`: every refund of what was invoiced has its credit note, and none is without a refund."""

import pytest
from sqlalchemy import text

from shared import clock, ids
from shared.events import CreditNoteIssued, PaymentSucceeded, RefundSucceeded
from tests.integration.portal.refunding import charged, give_back
from tests.integration.portal.shop import Shop
from tests.integration.portal.test_cli import bursar
from tests.integration.portal.test_tenancy import issued


def credit_note(refund: RefundSucceeded, **changes: object) -> CreditNoteIssued:
    given = {
        "credit_note": ids.new("cn"),
        "number": "CN-1",
        "invoice": ids.new("inv"),
        "invoice_number": "1",
        "order_number": refund.order_number,
        "customer": refund.customer,
        "subscription": None,
        "payment": refund.payment,
        "refund": refund.refund,
        "currency": refund.currency,
        "net": refund.amount,
        "tax": 0,
        "total": refund.amount,
        "issued_at": clock.now().isoformat(),
        "refunded_at": refund.refunded_at,
        "historical": False,
        "locale": None,
    }
    return CreditNoteIssued(**given | changes)  # type: ignore[arg-type]


@pytest.mark.feature("E07")
def test_a_refund_without_its_credit_note_is_named_until_it_has_one(shop: Shop) -> None:
    customer = shop.customer()["id"]
    payment = charged(shop, customer)
    (paid,) = shop.said(PaymentSucceeded)
    shop.hear(issued({**vars(paid), "id": payment, "description": "Reeds"}))
    give_back(shop, payment, amount=1500)
    (refund,) = shop.said(RefundSucceeded)

    before = bursar(shop, "ledger", "verify", "--vendor", shop.slug)
    said = credit_note(refund)
    shop.hear(said)
    shop.hear(said)  # told twice, known once
    after = bursar(shop, "ledger", "verify", "--vendor", shop.slug)

    assert before.exit_code == 1
    assert f"{customer}: refund {refund.refund} of 1500 has credit notes of 0" in before.output
    assert (after.exit_code, "The books balance." in after.output) == (0, True), after.output


@pytest.mark.feature("E07")
def test_a_credit_note_without_a_refund_is_named(shop: Shop) -> None:
    customer = shop.customer()["id"]
    payment = charged(shop, customer)
    give_back(shop, payment, amount=1500)
    (refund,) = shop.said(RefundSucceeded)
    said = credit_note(refund)
    shop.hear(said)
    with shop.inside() as session:
        session.execute(text("UPDATE credit_notes SET refund = 're_none' WHERE id = :id"), {"id": said.credit_note})

    verified = bursar(shop, "ledger", "verify", "--vendor", shop.slug)

    assert verified.exit_code == 1
    assert f"credit note {said.credit_note} of 1500 has no refund" in verified.output
