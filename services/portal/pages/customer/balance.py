"""What the customer has to their credit, how it came about, and topping it up by card."""

from typing import Final

from flask import Blueprint, Response, request

from services.portal.actions.payments import collect, top_up
from services.portal.actions.payments.top_up import TopUpPreview
from services.portal.adapters import Adapters
from services.portal.pages.customer import shell
from services.portal.pages.embed import windows
from services.portal.queries import agreements, balance, customers, showing, time
from services.portal.queries.portals import PortalView
from services.portal.rules.confirmation import ConfirmationInvalid, PreviewOutdated
from services.portal.rules.operations import cells
from services.portal.rules.operations.cells import CellRefused
from services.portal.rules.payments import decline
from services.portal.rules.payments.outcome import Result
from services.portal.rules.payments.paying import NoPaymentMethod
from services.portal.rules.policy import Action
from services.portal.settings import PortalSettings
from shared.errors import FieldError, Invalid, NotFound
from shared.money import Money
from shared.web import adapters, begin, caller, customer, in_steps, redirect_to, session, settings

blueprint = Blueprint("balance", __name__, url_prefix="/p/<slug>/balance")

LONGEST_CURSOR: Final = 60


@blueprint.get("", strict_slashes=False)
@customer
def show(slug: str) -> Response:
    """What is left, by currency; then what came and went, newest first."""
    portal = shell.open_portal(slug)
    cursor = request.args.get("after", "")[:LONGEST_CURSOR] or None
    hidden = showing.hidden_products(session(), portal=portal)
    return shell.show(
        "portal/customer/balance/index.html",
        portal=portal,
        balance=balance.of(session(), hidden=hidden, cursor=cursor),
        is_first=cursor is None,
        may_top_up=agreements.answer(Action.TOP_UP, by=caller(), portal=portal, now=time.now(session())).is_allowed,
    )


@blueprint.get("/top-up")
@customer
def choose(slug: str) -> Response:
    """How much; then what would happen, with the button. The amounts are the portal's."""
    portal = shell.open_portal(slug)
    try:
        amount = _amount(portal)
        preview = None if amount is None else _prepared(amount)
    except Invalid as refused:
        return _page(portal, wrong=refused.fields[0] if refused.fields else None, status=422)
    if not agreements.answer(Action.TOP_UP, by=caller(), portal=portal, now=time.now(session())).is_allowed:
        return redirect_to(f"{shell.home(slug)}/balance")
    return _page(portal, preview=preview)


@blueprint.post("/top-up")
@customer
@in_steps
def pay_now(slug: str) -> Response:
    """Charge it, once however often the form is sent. To the bank where it wants to be asked."""
    portal = shell.open_portal(slug)
    amount = _amount(portal)
    if amount is None:
        return _page(portal, wrong=FieldError.of("amount", "required"), status=422)
    try:
        collected = collect.run(
            begin(),
            processors=adapters(Adapters).processors,
            act=lambda step: top_up.top_up(
                step,
                customer=_customer(),
                amount=amount,
                payment_method=request.form.get("payment_method", "")[:LONGEST_CURSOR] or None,
                by=time.seen_by(step, caller()),
                key=settings(PortalSettings).secret_key,
                confirmation=request.form.get("confirmation"),
                now=time.now(step),
            ),
        )
    except (ConfirmationInvalid, PreviewOutdated, NoPaymentMethod) as refused:
        return _page(portal, preview=_prepared(amount), trouble=refused.code, status=409)
    if collected.outcome is Result.ACTION_REQUIRED and collected.payment and collected.payment.action_url:
        return windows.to_bank(slug, collected.payment)
    if collected.outcome is Result.DECLINED and collected.payment is not None:
        why = decline.decide(collected.payment.decline_code).sentence
        return _page(portal, preview=_prepared(amount), declined=why, status=409)
    return redirect_to(f"{shell.home(slug)}/payments/{collected.result.payment}/pay")


def _customer() -> str:
    """Whose credit: that of the one who is signed in, or of the one that is named. Raises NotFound for another."""
    people = customers.in_scope(session())
    asked = request.values.get("customer", "")[:LONGEST_CURSOR]
    found = next((each.id for each in people if each.id == asked), people[0].id if people and not asked else None)
    if found is None:
        raise NotFound
    return found


def _amount(portal: PortalView) -> Money | None:
    """What is chosen, in major units; None: nothing so far. Raises Invalid."""
    typed = (request.values.get("other", "").strip() or request.values.get("amount", "").strip())[:LONGEST_CURSOR]
    currency = portal.features.wallet.currency
    if not typed or currency is None:
        return None
    try:
        return cells.amount(typed, currency)
    except CellRefused as refused:
        raise Invalid(FieldError.of("amount", refused.code, **refused.params)) from None


def _prepared(amount: Money) -> TopUpPreview:
    return top_up.prepare(
        session(),
        customer=_customer(),
        amount=amount,
        by=time.seen_by(session(), caller()),
        key=settings(PortalSettings).secret_key,
        now=time.now(session()),
    )


def _page(
    portal: PortalView,
    *,
    preview: TopUpPreview | None = None,
    wrong: FieldError | None = None,
    trouble: str | None = None,
    declined: str | None = None,
    status: int = 200,
) -> Response:
    return shell.show(
        "portal/customer/balance/top_up.html",
        portal=portal,
        status=status,
        preview=preview,
        wallet=portal.features.wallet,
        wrong=wrong,
        typed=request.values.get("other", "")[:LONGEST_CURSOR],
        asked=request.values.get("customer", "")[:LONGEST_CURSOR],
        trouble=trouble,
        declined=declined,
    )
