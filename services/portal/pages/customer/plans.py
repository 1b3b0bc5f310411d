"""Changing plan or quantity in two steps, taking a change back, and the coupon. Looking on saves nothing."""

from urllib.parse import urlencode

from flask import Blueprint, Response, request

from services.portal.actions.payments import calls, collect
from services.portal.actions.subscriptions import apply_coupon, remove_coupon, undo_change
from services.portal.actions.subscriptions import change as changing
from services.portal.actions.subscriptions.planned import PlanUnknown, Wanted
from services.portal.actions.subscriptions.prepare_change import prepare_change
from services.portal.actions.subscriptions.under_way import PaymentUnderWay, RenewalUnderWay
from services.portal.adapters import Adapters
from services.portal.pages.customer import flows, po_numbers, shell
from services.portal.pages.embed import windows
from services.portal.queries import changing as queries
from services.portal.queries import payments, plan_choices, time
from services.portal.queries.portals import PortalView
from services.portal.rules.confirmation import ConfirmationInvalid, PreviewOutdated
from services.portal.rules.customers.po_number import PoNumberRequired
from services.portal.rules.payments.outcome import Result
from services.portal.rules.portals.flows import own_discount
from services.portal.rules.products import switching
from services.portal.rules.products.coupon import TooManyCodes
from services.portal.rules.products.switching import When
from services.portal.rules.reasons import NotSupportedBySource, QuantityOutOfRange
from services.portal.rules.subscriptions.quantity import QuantityNotAdjustable
from services.portal.settings import PortalSettings
from shared.errors import Refusal
from shared.i18n import text
from shared.web import Caller, adapters, begin, caller, customer, in_steps, redirect_to, session, settings
from shared.web.htmx import language

blueprint = Blueprint("plans", __name__, url_prefix="/p/<slug>/subscriptions/<subscription_id>")

_SAID: tuple[type[Refusal], ...] = (
    *switching.REFUSALS.values(),
    PlanUnknown,
    PoNumberRequired,
    PaymentUnderWay,
    RenewalUnderWay,
    QuantityOutOfRange,
    QuantityNotAdjustable,
    NotSupportedBySource,
    *apply_coupon.REFUSED,
)


@blueprint.get("/change")
@customer
def choose_plan(slug: str, subscription_id: str) -> Response:
    """The plans to choose from; with a `plan` chosen, what moving to it would do."""
    portal = shell.open_portal(slug)
    if "plan" in request.args:
        return _confirm(portal, subscription_id, plan=request.args["plan"], quantity=request.args.get("quantity"))
    return _picker(portal, subscription_id)


@blueprint.get("/quantity")
@customer
def choose_quantity(slug: str, subscription_id: str) -> Response:
    """How many there are; with a `quantity` chosen, what changing to it would do."""
    portal = shell.open_portal(slug)
    if "quantity" in request.args:
        return _confirm(portal, subscription_id, plan=None, quantity=request.args["quantity"])
    return _picker(portal, subscription_id, only="quantity")


@blueprint.post("/change")
@blueprint.post("/quantity")
@customer
@in_steps
def change(slug: str, subscription_id: str) -> Response:
    """Do what was shown; what is due is paid first. To the bank where it wants to be asked."""
    portal = shell.open_portal(slug)
    wanted = _wanted(subscription_id, request.form.get("plan"), request.form.get("quantity"))
    try:
        collected = collect.run(
            begin(),
            processors=adapters(Adapters).processors,
            act=lambda step: changing.change(
                step,
                subscription_id=subscription_id,
                wanted=wanted,
                by=time.seen_by(step, caller()),
                key=settings(PortalSettings).secret_key,
                confirmation=request.form.get("confirmation"),
                now=time.now(step),
            ),
        )
    except (ConfirmationInvalid, PreviewOutdated) as outdated:
        plan, quantity = request.form.get("plan"), request.form.get("quantity")
        return _confirm(portal, subscription_id, plan=plan, quantity=quantity, trouble=outdated.code, status=409)
    except _SAID as refusal:
        return _picker(portal, subscription_id, trouble=_sentence(refusal), status=409)
    made, outcome = collected.result, collected.outcome
    if made.ticket is not None:
        return flows.done(slug, f"{shell.home(slug)}/tickets/{made.ticket.id}")
    if outcome is Result.DECLINED and made.payment is not None:
        decline = payments.record(session(), payment_id=made.payment).decline_code
        return _confirm_again(portal, subscription_id, wanted, decline=decline)
    if outcome is Result.ACTION_REQUIRED and collected.payment and collected.payment.action_url:
        return windows.to_bank(slug, collected.payment)
    done = "unknown" if outcome is Result.UNKNOWN else "changed" if made.when is When.NOW else "scheduled"
    said = _picker_saying(slug, subscription_id, done=done)
    return redirect_to(said) if outcome is Result.UNKNOWN else flows.done(slug, said)


@blueprint.post("/unchange")
@customer
def undo(slug: str, subscription_id: str) -> Response:
    """Withdraw what has not happened yet."""
    portal = shell.open_portal(slug)
    try:
        withdrawn = undo_change.undo_change(
            session(), subscription_id=subscription_id, by=_by(), now=time.now(session())
        )
    except PaymentUnderWay as refusal:
        return _picker(portal, subscription_id, trouble=_sentence(refusal), status=409)
    return redirect_to(_picker_saying(slug, subscription_id, done="withdrawn" if withdrawn.target else "nothing"))


@blueprint.get("/coupon")
@customer
def enter_coupon(slug: str, subscription_id: str) -> Response:
    """The field for a code, which a link may have filled in (`?code=`)."""
    return _coupon_page(shell.open_portal(slug), subscription_id, typed=request.args.get("code", ""))


@blueprint.post("/coupon")
@customer
@in_steps
def apply(slug: str, subscription_id: str) -> Response:
    """Apply the code."""
    portal = shell.open_portal(slug)
    code = request.form.get("code", "")[:40]
    with begin()() as step:
        by, now = time.seen_by(step, caller()), time.now(step)
    try:
        applied = apply_coupon.try_coupon(begin(), subscription_id=subscription_id, code=code, by=by, now=now)
    except (*apply_coupon.REFUSED, TooManyCodes) as refusal:
        status = 429 if isinstance(refusal, TooManyCodes) else 409
        return _coupon_page(portal, subscription_id, typed=code, trouble=refusal.code, status=status)
    calls.carry_out(begin(), processors=adapters(Adapters).processors, calls=calls.Calls(sources=applied.sources))
    if applied.ticket is not None:
        return redirect_to(f"{shell.home(slug)}/tickets/{applied.ticket.id}")
    return redirect_to(f"{_address(slug, subscription_id)}/coupon?done=applied")


@blueprint.post("/coupon/removal")
@customer
@in_steps
def remove(slug: str, subscription_id: str) -> Response:
    """Take the coupon off."""
    shell.open_portal(slug)
    with begin()() as step:
        by, now = time.seen_by(step, caller()), time.now(step)
        removed = remove_coupon.remove_coupon(step, subscription_id=subscription_id, by=by, now=now)
    calls.carry_out(begin(), processors=adapters(Adapters).processors, calls=calls.Calls(sources=removed.sources))
    if removed.ticket is not None:
        return redirect_to(f"{shell.home(slug)}/tickets/{removed.ticket.id}")
    return redirect_to(f"{_address(slug, subscription_id)}/coupon?done=removed")


def _confirm(
    portal: PortalView,
    subscription_id: str,
    *,
    plan: str | None,
    quantity: str | None,
    trouble: str | None = None,
    decline: str | None = None,
    status: int = 200,
) -> Response:
    """What will happen, with a fresh confirmation; or the choice again, with what is against it."""
    try:
        prepared = prepare_change(
            session(),
            subscription_id=subscription_id,
            wanted=_wanted(subscription_id, plan, quantity),
            by=_by(),
            key=settings(PortalSettings).secret_key,
            sources=adapters(Adapters).processors.sources,
            now=time.now(session()),
        )
    except _SAID as refusal:
        return _picker(portal, subscription_id, trouble=_sentence(refusal), status=409)
    return shell.show(
        "portal/customer/plans/confirm.html",
        portal=portal,
        status=status,
        address=_address(portal.slug, subscription_id),
        is_part=request.headers.get("HX-Request") == "true" and status == 200,
        prepared=prepared,
        preview=prepared.preview,
        plan=plan,
        quantity=quantity,
        trouble=trouble,
        decline=decline,
    )


def _confirm_again(portal: PortalView, subscription_id: str, wanted: Wanted, *, decline: str | None) -> Response:
    """After a decline: nothing has changed, another card may."""
    quantity = None if wanted.quantity is None else str(wanted.quantity)
    code = decline or "declined"
    return _confirm(portal, subscription_id, plan=wanted.plan, quantity=quantity, decline=code, status=402)


def _picker(
    portal: PortalView, subscription_id: str, *, only: str | None = None, trouble: str | None = None, status: int = 200
) -> Response:
    shown = queries.changing(
        session(), subscription_id=subscription_id, portal=portal, by=_by(), now=time.now(session())
    )
    asks_po_number = po_numbers.missing(portal, subscription_id)
    return shell.show(
        "portal/customer/plans/index.html",
        portal=portal,
        status=status,
        address=_address(portal.slug, subscription_id),
        shown=shown,
        asks_po_number=asks_po_number,
        chosen={name: request.values.get(name, "") for name in ("plan", "quantity")},
        rhythms=plan_choices.rhythms(shown.choices),
        rhythm=request.args.get("interval"),
        only=only,
        trouble=None if asks_po_number else trouble,
        done=_done(shown),
    )


def _coupon_page(
    portal: PortalView, subscription_id: str, *, typed: str = "", trouble: str | None = None, status: int = 200
) -> Response:
    shown = queries.changing(
        session(), subscription_id=subscription_id, portal=portal, by=_by(), now=time.now(session())
    )
    return shell.show(
        "portal/customer/plans/coupon.html",
        portal=portal,
        status=status,
        address=_address(portal.slug, subscription_id),
        shown=shown,
        typed=typed[:40],
        trouble=trouble,
        done=request.args.get("done") if status == 200 else None,
    )


def _done(shown: queries.Changing) -> str | None:
    """Said only of what is so: an address alone claims nothing."""
    said = request.args.get("done")
    is_so = {
        "changed": shown.scheduled is None,
        "scheduled": shown.scheduled is not None,
        "withdrawn": shown.scheduled is None,
        "unknown": True,
    }
    return said if said and is_so.get(said) and request.method == "GET" else None


def _wanted(subscription_id: str, plan: str | None, quantity: str | None) -> Wanted:
    """What the form says, with the coupon of the visit's own flow; a number that is none is refused by the rule."""
    coupon = own_discount(shell.flow(), subscription=subscription_id, plan=plan, quantity=quantity)
    if not quantity:
        return Wanted(plan=plan or None, coupon=coupon)
    units = int(quantity) if quantity.isascii() and quantity.isdigit() else quantity
    return Wanted(plan=plan or None, quantity=units, coupon=coupon)


def _sentence(refusal: Refusal) -> str:
    return text(f"errors.{refusal.code}", language(), **refusal.params)


def _by() -> Caller:
    return time.seen_by(session(), caller())


def _picker_saying(slug: str, subscription_id: str, *, done: str) -> str:
    return f"{_address(slug, subscription_id)}/change?{urlencode({'done': done})}"


def _address(slug: str, subscription_id: str) -> str:
    return f"{shell.home(slug)}/subscriptions/{subscription_id}"
