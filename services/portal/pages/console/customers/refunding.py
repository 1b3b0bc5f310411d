"""Giving money back for a customer: what would go back is shown first; the same form sent twice gives it once."""

from typing import Final
from uuid import uuid4

from flask import Blueprint, Response, request

from services.portal.actions.payments import prepare_refund
from services.portal.actions.payments import refund as actions
from services.portal.adapters import Adapters
from services.portal.pages.console.customers import profile
from services.portal.queries import customers, payments, refunds, time
from services.portal.queries.payments import PaymentView
from shared.errors import NotFound
from shared.money import Money
from shared.web import adapters, begin, caller, console, in_steps, redirect_to, session, staff

blueprint = Blueprint(
    "console_refunding", __name__, url_prefix="/console/customers/<customer_id>/payments/<payment_id>/refund"
)

_LONGEST_EFFECT: Final = 40  # characters: what of the form's own name goes into the refund's


@blueprint.get("")
@staff("support")
def ask(customer_id: str, payment_id: str) -> Response:
    """What would go back. Saves nothing."""
    paid = _payment(customer_id, payment_id)
    return console.answered(
        lambda: _page(customer_id, paid), refused=lambda refusal: profile.page(customer_id, refusal=refusal)
    )


@blueprint.post("")
@staff("support")
@in_steps
def give_back(customer_id: str, payment_id: str) -> Response:
    """Give back all that is left of the payment. Raises StepUpRequired where the sign-in is older than half an hour."""
    _payment(customer_id, payment_id)
    console.check_fresh()

    def do() -> Response:
        effect = f"{payment_id}-{request.form.get('effect', '')[:_LONGEST_EFFECT]}"
        with begin()() as step:
            done = actions.request(
                step,
                payment_id=payment_id,
                amount=None,
                reason=None,
                comment=request.form.get("comment", "")[: console.LONGEST].strip() or None,
                by=time.seen_by(step, caller()),
                effect=effect,
                now=time.now(step),
            )
        if done.intent is not None:
            actions.carry_out(begin(), processors=adapters(Adapters).processors, intent=done.intent)
        return redirect_to(f"/console/customers/{customer_id}?done=refund")

    return console.answered(do, refused=lambda refusal: profile.page(customer_id, refusal=refusal))


def _payment(customer_id: str, payment_id: str) -> PaymentView:
    """Raises NotFound for another's."""
    found = payments.record(session(), payment_id=payment_id)
    if found.customer != customer_id:
        raise NotFound
    return found


def _page(customer_id: str, paid: PaymentView) -> Response:
    asked = prepare_refund.look(
        session(),
        payment_id=paid.id,
        amount=None,
        by=time.seen_by(session(), caller()),
        lock=False,
        now=time.now(session()),
    )
    return console.show(
        "portal/console/customers/refund.html",
        customer=customers.profile(session(), customer_id=customer_id),
        payment=paid,
        total=Money(paid.total, paid.currency),
        amount=asked.amount,
        is_here=asked.charge is not None,
        earlier=refunds.of_payment(session(), payment_id=paid.id),
        effect=uuid4().hex,
    )
