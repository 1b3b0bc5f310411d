"""Charged payments, portals that give money back, and a customer's two steps of asking for it."""

import itertools
from typing import Any, Final

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from services.portal.actions.payments import bills, prepare_refund, refund
from services.portal.actions.payments.bills import Bill
from services.portal.actions.payments.prepare_refund import RefundPreview
from services.portal.actions.payments.refund import Requested
from services.portal.models.sandbox import SandboxRefund
from services.portal.queries import time
from services.portal.queries.refunds import RefundView
from shared import ids
from shared.database import scope
from shared.totals import Line
from tests.integration.portal import cards
from tests.integration.portal.shop import KEY, Shop, Who

_KEYS: Final = itertools.count(1)


def charged(shop: Shop, customer: str, *, amount: int = 5000, **more: Any) -> str:
    """The id of a payment that the sandbox took from the customer's card."""
    if not shop.get(f"/v1/payment_methods?customer={customer}")["data"]:
        cards.card(shop, customer)
    bill: dict[str, Any] = {
        "customer": customer,
        "subscription": None,
        "product": None,
        "kind": "recorded",
        "period": None,
        "lines": (Line(description="Reeds", quantity=1, amount=amount, tax_rate=1900),),
        "currency": "EUR",
        "tax_behavior": "inclusive",
        "payment_method": None,
        **more,
    }
    with shop.inside() as session:
        opened = bills.open_bill(session, Bill(**bill), off_session=True, now=time.now(session))
    assert opened.intent is not None
    cards.carry_out(shop, opened.intent)
    return str(opened.payment.id)


def give_back(shop: Shop, payment: str, *, key: str | None = None, **more: Any) -> TestResponse:
    """The vendor's key asks for a refund."""
    headers = {"Idempotency-Key": key or f"back-{next(_KEYS)}"}
    return shop.ask("POST", "/v1/refunds", json={"payment": payment, **more}, headers=headers)


def offers(shop: Shop, **refund_request: Any) -> None:
    """The portal gives money back."""
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    features = {"refund_request": {"enabled": True, **refund_request}}
    shop.patch(f"/v1/portal_configurations/{portal['id']}", {"features": features})


def prepare(shop: Shop, customer: str, payment: str, who: Who | None = None, **more: Any) -> RefundPreview:
    with shop.as_customer(customer) as session:
        return prepare_refund.prepare(
            session,
            payment_id=payment,
            amount=more.pop("amount", None),
            by=time.seen_by(session, who or shop.who()),
            key=KEY,
            now=time.now(session),
        )


def ask(
    shop: Shop, customer: str, payment: str, confirmation: str | None, who: Who | None = None, **more: Any
) -> Requested:
    """Step one of a customer's request."""
    given: dict[str, Any] = {"amount": None, "reason": None, "comment": None, **more}
    with shop.as_customer(customer) as session:
        return refund.request(
            session,
            payment_id=payment,
            by=time.seen_by(session, who or shop.who()),
            key=KEY,
            confirmation=confirmation,
            now=time.now(session),
            **given,
        )


def asked(shop: Shop, customer: str, payment: str, **more: Any) -> Requested:
    """Both steps, and the processor called."""
    done = ask(shop, customer, payment, prepare(shop, customer, payment).confirmation, **more)
    if done.intent is not None:
        carry_out(shop, done)
    return done


def carry_out(shop: Shop, done: Requested) -> RefundView:
    assert done.intent is not None
    with scope.system(vendor=shop.vendor, mode=shop.mode, job="test"):
        return refund.carry_out(shop.database.begin, processors=cards.adapters(shop).processors, intent=done.intent)


def sandbox_refunds(shop: Shop) -> int:
    """How many refunds the processor has made."""
    with shop.database.begin() as session:
        return int(session.scalar(select(func.count()).select_from(SandboxRefund)) or 0)


def decide(shop: Shop, ticket: str, verb: str, *, key: str | None = None, **body: Any) -> TestResponse:
    headers = {"Idempotency-Key": key or ids.new("try")}
    return shop.ask("POST", f"/v1/tickets/{ticket}/{verb}", json=body, headers=headers)


def question(shop: Shop, customer: str, **more: Any) -> dict[str, Any]:
    body = {"customer": customer, "subject": "Where is my invoice?", "message": "I can't find it.", **more}
    made: dict[str, Any] = shop.post("/v1/tickets", body)
    return made


def portal_sends(shop: Shop, **features: Any) -> dict[str, Any]:
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    changed: dict[str, Any] = shop.patch(f"/v1/portal_configurations/{portal['id']}", {"features": features})
    return changed
