"""A customer's own data, at the vendor's hand: all of it exported, or erased, shown first and confirmed by typing."""

from typing import Final

from flask import Blueprint, Response, request

from services.portal.actions import erasing, exporting
from services.portal.queries import billing, customers, erasures, exports, time
from services.portal.queries.customers import CustomerView
from services.portal.rules.customers.erasing import Erasing, SubscriptionsRunning
from services.portal.rules.subscriptions.deletion import PaymentsOpen
from shared import clock
from shared.errors import Conflict, Refusal
from shared.web import caller, console, redirect_to, session, staff
from shared.web.downloads import zipped

blueprint = Blueprint("console_privacy", __name__, url_prefix="/console/customers/<customer_id>/privacy")

_LONGEST_ID: Final = 40


class EraseNotTyped(Conflict):
    """What was typed to confirm is not the address of the customer."""

    code = "erase_not_typed"


@blueprint.get("")
@staff("admin")
def show(customer_id: str) -> Response:
    """How far an export is; what erasing would clear and keep, or what stands in its way; the receipt of it."""
    return _page(customer_id)


@blueprint.post("/exports")
@staff("admin")
def ask_for_export(customer_id: str) -> Response:
    """Have everything put together. Raises StepUpRequired where the sign-in is older than half an hour."""
    customers.profile(session(), customer_id=customer_id)
    console.check_fresh()

    def do() -> Response:
        exporting.request(session(), customer_id=customer_id, by=caller(), now=clock.now())
        return redirect_to(_home(customer_id))

    return console.answered(do, refused=lambda refusal: _page(customer_id, refusal=refusal))


@blueprint.post("/exports/<export_id>")
@staff("admin")
def fetch_export(customer_id: str, export_id: str) -> Response:
    """The archive, this once: no GET, so that nothing that looks ahead uses it up. Raises StepUpRequired."""
    customers.profile(session(), customer_id=customer_id)
    console.check_fresh()
    wanted = export_id[:_LONGEST_ID]

    def do() -> Response:
        content = exporting.fetch(session(), export_id=wanted, customer_id=customer_id, by=caller(), now=clock.now())
        return zipped(content, name=wanted)

    return console.answered(do, refused=lambda refusal: _page(customer_id, refusal=refusal))


@blueprint.post("/erase")
@staff("admin")
def erase(customer_id: str) -> Response:
    """Erase, once the customer's address was typed. Raises StepUpRequired where the sign-in is too old."""
    found = customers.profile(session(), customer_id=customer_id)
    console.check_fresh()

    def do() -> Response:
        if found.erased_at is None and not _is_typed(found):
            raise EraseNotTyped
        erasing.erase(session(), customer_id=customer_id, by=time.seen_by(session(), caller()), now=time.now(session()))
        return redirect_to(f"{_home(customer_id)}?done=erased")

    return console.answered(do, refused=lambda refusal: _page(customer_id, refusal=refusal))


def _is_typed(found: CustomerView) -> bool:
    typed = request.form.get("email", "")[: console.LONGEST].strip()
    return typed.casefold() == found.email.casefold()


def _home(customer_id: str) -> str:
    return f"/console/customers/{customer_id}/privacy"


def _page(customer_id: str, *, refusal: Refusal | None = None) -> Response:
    found = customers.profile(session(), customer_id=customer_id)
    plan, blocked = _plan(found)
    return console.show(
        "portal/console/customers/privacy.html",
        refusal=refusal,
        customer=found,
        newest=exports.newest(session(), customer_id=customer_id, now=clock.now()),
        plan=plan,
        blocked=blocked,
        receipt=erasures.of_customer(session(), customer_id=customer_id) if found.erased_at else None,
        zone=billing.settings(session()).zone,
        done=request.args.get("done"),
    )


def _plan(found: CustomerView) -> tuple[Erasing | None, str | None]:
    """What erasing comes to, or the code of what stands in its way; neither for who is erased already."""
    if found.erased_at is not None:
        return None, None
    try:
        return erasures.plan_of(session(), found.id, today=time.now(session()).date()), None
    except (SubscriptionsRunning, PaymentsOpen) as refused:
        return None, refused.code
