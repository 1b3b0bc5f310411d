"""A customer's credit: what is left of each, one granted, or what is left of a grant taken back."""

import re
from typing import Final

from flask import Blueprint, Response, request

from services.portal.actions import credits as actions
from services.portal.pages.console.catalog.reading import Form, Reading, Shown, by_field
from services.portal.queries import credits as queries
from services.portal.queries import customers, time
from shared import ids
from shared.errors import Invalid, NotFound, Refusal
from shared.web import console, redirect_to, session, staff

blueprint = Blueprint("console_credit", __name__, url_prefix="/console/customers/<customer_id>/credit")

KIND: Final = "credit"
_NAME: Final = re.compile(r"cr_[0-7][0-9a-hjkmnp-tv-z]{25}", re.ASCII)
"""Of a credit to be: the form brings it along."""


@blueprint.get("")
@staff("support")
def show(customer_id: str) -> Response:
    """What is left of each, and the form."""
    return _page(customer_id)


@blueprint.post("")
@staff("support")
def grant(customer_id: str) -> Response:
    """Grant it, once however often the form is sent. Raises StepUpRequired where the sign-in is too old."""
    console.check_fresh()
    reading = Reading(form=request.form, kind=KIND)
    description = reading.needed("description", longest=actions.DESCRIPTION_LENGTH)
    amount = reading.price("amount", currency="currency")
    if amount is not None and amount.amount == 0:
        reading.refuse("amount", "not_positive")
    if reading.wrong or amount is None:
        return _page(customer_id, typed=request.form, wrong=reading.wrong, status=422)
    try:
        actions.grant(
            session(),
            customer=customer_id,
            amount=amount,
            description=description,
            credit_id=_named(request.form.get("effect", "")),
            now=time.now(session()),
        )
    except Invalid as refused:
        return _page(customer_id, typed=request.form, wrong=by_field(refused, KIND), status=422)
    return redirect_to(f"/console/customers/{customer_id}?done=credit")


@blueprint.post("/<credit_id>/withdrawal")
@staff("support")
def withdraw(customer_id: str, credit_id: str) -> Response:
    """Take back what is left of it. Raises StepUpRequired where the sign-in is too old."""
    console.check_fresh()
    if queries.credit(session(), credit_id=credit_id).customer != customer_id:
        raise NotFound

    def do() -> Response:
        actions.withdraw(session(), credit_id=credit_id, now=time.now(session()))
        return redirect_to(f"/console/customers/{customer_id}?done=withdraw")

    return console.answered(do, refused=lambda refusal: _page(customer_id, refusal=refusal))


def _named(effect: str) -> str | None:
    """The id that the form has named the credit by; None for what no form of ours says."""
    return effect if _NAME.fullmatch(effect) else None


def _known(customer_id: str) -> dict[str, str]:
    """What the form holds at first."""
    return {f"{KIND}.currency": queries.usual_currency(session(), customer=customer_id) or ""}


def _page(
    customer_id: str,
    *,
    typed: Form | None = None,
    wrong: dict[str, str] | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> Response:
    who = customers.profile(session(), customer_id=customer_id)
    return console.show(
        "portal/console/customers/credit.html",
        refusal=refusal,
        status=status,
        customer=who,
        credits=queries.left(session(), customer=customer_id),
        shown=Shown(kept=_known(customer_id), typed=typed, wrong=wrong or {}),
        effect=typed.get("effect") if typed else ids.new("cr"),
    )
