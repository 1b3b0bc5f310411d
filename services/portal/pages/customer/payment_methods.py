"""A customer's cards: what they are, what each pays for, and changing that, each in two steps."""

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, request

from services.portal.actions.payments import adding, collect, methods
from services.portal.actions.payments.adding import Wanted
from services.portal.actions.payments.methods import ASSIGN, MAKE_DEFAULT, REMOVE, Changed
from services.portal.adapters import Adapters
from services.portal.pages.customer import flows, shell
from services.portal.pages.embed import windows
from services.portal.queries import customers, payment_methods, payments, time
from services.portal.queries.portals import PortalView
from services.portal.rules.confirmation import ConfirmationInvalid, PreviewOutdated
from services.portal.rules.payments.outcome import Result
from services.portal.rules.reasons import LastPaymentMethod
from services.portal.settings import PortalSettings
from shared.database import scope
from shared.errors import NotFound
from shared.web import adapters, begin, caller, customer, in_steps, redirect_to, session, settings

blueprint = Blueprint("payment_methods", __name__, url_prefix="/p/<slug>/payment-methods")

_CHARGED_INSTEAD: Final[dict[str, tuple[Callable[..., Changed], str]]] = {
    MAKE_DEFAULT: (methods.make_default, "default"),
    ASSIGN: (methods.assign, "assigned"),
}


@blueprint.get("", strict_slashes=False)
@customer
def show(slug: str) -> Response:
    """The cards, the default first, and what was just done."""
    portal = shell.open_portal(slug)
    rows = payment_methods.cards(session(), now=time.now(session()))
    done, of = request.args.get("done", ""), request.args.get("of", "")
    return shell.show(
        "portal/customer/payment_methods/index.html",
        portal=portal,
        rows=rows,
        may_change=portal.features.payment_methods_enabled,
        done=done if any(each.card.id == of for each in rows) or done == "removed" else None,
        failed=request.args.get("failed") is not None,
        unpaid=payments.unpaid(session()),
    )


@blueprint.get("/new")
@customer
def confirm_adding(slug: str) -> Response:
    """What adding a card does. Saves nothing."""
    portal = shell.open_portal(slug)
    return _adding_page(portal)


@blueprint.post("/new")
@customer
@in_steps
def add(slug: str) -> Response:
    """To the processor's own page, which leads back to `return`."""
    portal = shell.open_portal(slug)
    processors = adapters(Adapters).processors
    processor = processors.for_mode(scope.current().mode)
    wanted = _wanted()
    try:
        with begin()() as step:
            reference = adding.begin_adding(
                step,
                wanted=wanted,
                by=time.seen_by(step, caller()),
                key=settings(PortalSettings).secret_key,
                confirmation=request.form.get("confirmation"),
                now=time.now(step),
            )
    except (ConfirmationInvalid, PreviewOutdated) as outdated:
        return _adding_page(portal, trouble=outdated.code, status=409)
    back = processors.url(windows.after_setup(slug))
    return windows.to_card_page(slug, processor.start_setup(reference=reference, return_url=back))


@blueprint.get("/return")
@customer
@in_steps
def come_back(slug: str) -> Response:
    """From the processor's page: keep the card that came of it, once, and try what is open with it."""
    processor = adapters(Adapters).processors.for_mode(scope.current().mode)
    setup = processor.finish_setup(request.args.get("setup", "")[:40])
    if setup is None:
        raise NotFound
    with begin()() as step:
        kept = adding.finish_adding(
            step, setup=setup, processor=processor.name, by=time.seen_by(step, caller()), now=time.now(step)
        )
    if kept is None:
        return redirect_to(f"{shell.home(slug)}/payment-methods?failed")
    return _after(slug, kept, "added")


@blueprint.get("/<payment_method_id>/default")
@customer
def confirm_default(slug: str, payment_method_id: str) -> Response:
    """What making it the default does."""
    return _confirm_page(shell.open_portal(slug), MAKE_DEFAULT, payment_method_id)


@blueprint.post("/<payment_method_id>/default")
@customer
@in_steps
def make_default(slug: str, payment_method_id: str) -> Response:
    """Charge this one from now on, and try what is open with it."""
    return _confirmed(slug, MAKE_DEFAULT, payment_method_id)


@blueprint.get("/<payment_method_id>/subscriptions/<subscription_id>")
@customer
def confirm_assignment(slug: str, payment_method_id: str, subscription_id: str) -> Response:
    """What giving it to one subscription does."""
    return _confirm_page(shell.open_portal(slug), ASSIGN, payment_method_id, subscription_id=subscription_id)


@blueprint.post("/<payment_method_id>/subscriptions/<subscription_id>")
@customer
@in_steps
def assign(slug: str, payment_method_id: str, subscription_id: str) -> Response:
    """Charge one subscription to this one, and try what is open of it."""
    return _confirmed(slug, ASSIGN, payment_method_id, subscription_id=subscription_id)


@blueprint.get("/<payment_method_id>/removal")
@customer
def confirm_removal(slug: str, payment_method_id: str) -> Response:
    """What removing it concerns, or why it has to stay."""
    return _confirm_page(shell.open_portal(slug), REMOVE, payment_method_id)


@blueprint.post("/<payment_method_id>/removal")
@customer
def remove(slug: str, payment_method_id: str) -> Response:
    """Take it away."""
    portal = shell.open_portal(slug)
    try:
        methods.remove(
            session(),
            payment_method_id=payment_method_id,
            by=time.seen_by(session(), caller()),
            key=settings(PortalSettings).secret_key,
            confirmation=request.form.get("confirmation"),
            now=time.now(session()),
        )
    except (ConfirmationInvalid, PreviewOutdated) as outdated:
        return _confirm_page(portal, REMOVE, payment_method_id, trouble=outdated.code, status=409)
    return redirect_to(f"{shell.home(slug)}/payment-methods?done=removed")


@blueprint.post("/<payment_method_id>/earlier")
@customer
def move_up(slug: str, payment_method_id: str) -> Response:
    """One place earlier in the order in which cards are tried."""
    by = time.seen_by(session(), caller())
    methods.move_up(session(), payment_method_id=payment_method_id, by=by, now=time.now(session()))
    return redirect_to(f"{shell.home(slug)}/payment-methods?done=moved&of={payment_method_id}")


def _adding_page(portal: PortalView, *, trouble: str | None = None, status: int = 200) -> Response:
    wanted = _wanted()
    confirmation = adding.prepare_adding(
        session(),
        wanted=wanted,
        by=time.seen_by(session(), caller()),
        key=settings(PortalSettings).secret_key,
        now=time.now(session()),
    )
    return shell.show(
        "portal/customer/payment_methods/new.html",
        portal=portal,
        status=status,
        wanted=wanted,
        confirmation=confirmation,
        unpaid=[each for each in payments.unpaid(session()) if each.status == "open"],
        trouble=trouble,
    )


def _confirmed(slug: str, what: str, payment_method_id: str, **of: str) -> Response:
    """Do what was shown and agreed to; what is outdated is shown anew."""
    portal = shell.open_portal(slug)
    act, done = _CHARGED_INSTEAD[what]
    try:
        with begin()() as step:
            changed = act(
                step,
                payment_method_id=payment_method_id,
                **of,
                by=time.seen_by(step, caller()),
                key=settings(PortalSettings).secret_key,
                confirmation=request.form.get("confirmation"),
                now=time.now(step),
            )
    except (ConfirmationInvalid, PreviewOutdated) as outdated:
        return _confirm_page(portal, what, payment_method_id, **of, trouble=outdated.code, status=409)
    return _after(slug, changed, done)


def _confirm_page(
    portal: PortalView,
    what: str,
    payment_method_id: str,
    *,
    subscription_id: str | None = None,
    trouble: str | None = None,
    status: int = 200,
) -> Response:
    """What will happen, and a fresh confirmation; for a card that has to stay, why."""
    try:
        prepared = methods.prepare(
            session(),
            what=what,
            payment_method_id=payment_method_id,
            subscription_id=subscription_id,
            by=time.seen_by(session(), caller()),
            key=settings(PortalSettings).secret_key,
            now=time.now(session()),
        )
    except LastPaymentMethod:
        card = payment_methods.record(session(), payment_method_id=payment_method_id)
        return shell.show("portal/customer/payment_methods/last.html", portal=portal, status=409, card=card)
    return shell.show(
        "portal/customer/payment_methods/confirm.html",
        portal=portal,
        status=status,
        what=what,
        prepared=prepared,
        unpaid=[each for each in payments.unpaid(session()) if each.status == "open"],
        trouble=trouble,
    )


def _wanted() -> Wanted:
    """For whom a card is wanted, and for which subscription; whoever is signed in as one customer need not say."""
    people = customers.in_scope(session())
    asked = request.values.get("customer", "")[:40]
    found = next((each.id for each in people if each.id == asked), people[0].id if people and not asked else None)
    if found is None:
        raise NotFound
    return Wanted(customer=found, subscription=request.values.get("subscription", "")[:40] or None)


def _after(slug: str, changed: Changed, done: str) -> Response:
    """Try what is open; to the bank where it wants to be asked, to what was declined, else back to the cards."""
    home = shell.home(slug)
    after = f"{home}/payment-methods?done={done}&of={changed.card.id}"
    asked = declined = None
    for intent in changed.intents:
        outcome = collect.carry_out(begin(), processors=adapters(Adapters).processors, intent=intent)
        if outcome.result is Result.ACTION_REQUIRED and outcome.payment.action_url:
            asked = outcome.payment
        elif outcome.result is Result.DECLINED:
            declined = intent.payment
    if asked is not None:
        return windows.to_bank(slug, asked)
    return flows.done(slug, after) if declined is None else redirect_to(f"{home}/payments/{declined}/pay")
