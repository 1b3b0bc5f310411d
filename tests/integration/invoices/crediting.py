"""Refunds of what the builders sell."""

from typing import Any

from services.invoices.actions import credit_notes, documents
from services.invoices.adapters.typst import Typesetter
from services.invoices.queries.documents import Form, Paper
from shared import clock, ids
from shared.database import Database, scope
from shared.events import PaymentSucceeded, RefundSucceeded
from tests.integration.invoices.builders import NOW, selling


def a_refund(payment: PaymentSucceeded, **changes: Any) -> RefundSucceeded:
    """The whole payment, given back today."""
    given: dict[str, Any] = {
        "refund": ids.new("re"),
        "payment": payment.payment,
        "customer": payment.customer,
        "amount": payment.total,
        "currency": payment.currency,
        "order_number": payment.order_number,
        "refunded_at": "2026-11-22T14:00:00+00:00",
        "locale": None,
    }
    return RefundSucceeded(**given | changes)


def credited(database: Database, vendor: str, *refunds: RefundSucceeded) -> list[str]:
    """Credit notes for these refunds, a transaction each; their ids."""
    found = []
    for refund in refunds:
        with selling(database, vendor) as session:
            found.append(credit_notes.issue(session, refund=refund, now=clock.now()))
    return found


def document_of(database: Database, vendor: str, paper: Paper, form: Form, typesetter: Typesetter) -> bytes:
    """The paper in this form, in the vendor's scope."""
    with scope.system(vendor=vendor, mode="test", job="test"):
        return documents.document(database.begin, paper=paper, form=form, typesetter=typesetter, now=NOW).content
