"""Paying what is open, and where a payment stands: from the overview, from a mail, and back from the bank."""

from flask import Blueprint, Response, request

from services.portal.actions.payments import collect, pay, settle_attempts
from services.portal.adapters import Adapters
from services.portal.pages.customer import flows, shell
from services.portal.pages.embed import windows
from services.portal.queries import payments, time
from services.portal.queries.portals import PortalView
from services.portal.rules.confirmation import ConfirmationInvalid, PreviewOutdated
from services.portal.rules.payments.outcome import Result
from services.portal.rules.payments.paying import AlreadyPaid, NoLongerOwed, NoPaymentMethod
from services.portal.settings import PortalSettings
from shared.web import adapters, begin, caller, customer, in_steps, public, redirect_to, session, settings
from shared.web.access import is_signed_in

blueprint = Blueprint("pay", __name__, url_prefix="/p/<slug>/payments/<payment_id>")


@blueprint.get("/pay")
@customer
def show(slug: str, payment_id: str) -> Response:
    """What is owed and why it was declined, with the button; or where the payment stands."""
    return _page(shell.open_portal(slug), payment_id)


@blueprint.post("/pay")
@customer
@in_steps
def pay_now(slug: str, payment_id: str) -> Response:
    """Try it, once. To the bank where it wants to be asked; else to the page that says what came of it."""
    portal = shell.open_portal(slug)
    try:
        collected = collect.run(
            begin(),
            processors=adapters(Adapters).processors,
            act=lambda step: pay.pay(
                step,
                payment_id=payment_id,
                payment_method=request.form.get("payment_method") or None,
                by=time.seen_by(step, caller()),
                key=settings(PortalSettings).secret_key,
                confirmation=request.form.get("confirmation"),
                now=time.now(step),
            ),
        )
    except (AlreadyPaid, NoLongerOwed):
        return redirect_to(f"{shell.home(slug)}/payments/{payment_id}/pay")
    except (ConfirmationInvalid, PreviewOutdated, NoPaymentMethod) as refused:
        return _page(portal, payment_id, trouble=refused.code, status=409)
    if collected.outcome is Result.ACTION_REQUIRED and collected.payment and collected.payment.action_url:
        return windows.to_bank(slug, collected.payment)
    said = f"{shell.home(slug)}/payments/{payment_id}/pay"
    return flows.done(slug, said) if collected.outcome is Result.SUCCEEDED else redirect_to(said)


@blueprint.get("/return")
@public
@in_steps
def come_back(slug: str, payment_id: str) -> Response:
    """From the bank. What counts is what the processor says, never this address.

    A window that a frame opened is signed in to nothing: it ends here, and the frame itself asks what came of it.
    """
    if not is_signed_in(slug):
        return windows.over(slug)
    settle_attempts.ask(begin(), processors=adapters(Adapters).processors, payment_id=payment_id)
    said = f"{shell.home(slug)}/payments/{payment_id}/pay"
    is_paid = payments.record(session(), payment_id=payment_id).status == "succeeded"
    return flows.paid(slug, said) if is_paid else redirect_to(said)


def _page(portal: PortalView, payment_id: str, *, trouble: str | None = None, status: int = 200) -> Response:
    payment = payments.record(session(), payment_id=payment_id)
    preview = None
    if payment.status == "open":
        preview = pay.prepare_pay(
            session(),
            payment_id=payment_id,
            by=time.seen_by(session(), caller()),
            key=settings(PortalSettings).secret_key,
            now=time.now(session()),
        )
    return shell.show(
        "portal/customer/payments/pay.html",
        portal=portal,
        status=status,
        payment=payment,
        preview=preview,
        trouble=trouble,
    )
