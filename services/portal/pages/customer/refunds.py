"""Payments with what went back and may go back, and asking for a refund in two steps: shown, then confirmed."""

from typing import Final

from flask import Blueprint, Response, request

from services.portal.actions.payments import prepare_refund, refund
from services.portal.actions.support import requests
from services.portal.adapters import Adapters
from services.portal.pages.customer import flows, shell
from services.portal.queries import refunds, time
from services.portal.queries.portals import PortalView
from services.portal.rules.confirmation import ConfirmationInvalid, PreviewOutdated
from services.portal.settings import PortalSettings
from shared.errors import Conflict, Forbidden, Invalid, StepUpRequired
from shared.web import adapters, begin, caller, customer, in_steps, redirect_to, session, settings

blueprint = Blueprint("refunds", __name__, url_prefix="/p/<slug>/payments")

A_PAGE: Final = 25
LONGEST_CURSOR: Final = 40


@blueprint.get("", strict_slashes=False)
@customer
def show(slug: str) -> Response:
    """A page of payments, newest first, each with its refunds and whether it may be asked back."""
    portal = shell.open_portal(slug)
    cursor = request.args.get("after", "")[:LONGEST_CURSOR] or None
    page = refunds.history(
        session(),
        portal=portal,
        by=time.seen_by(session(), caller()),
        cursor=cursor,
        limit=A_PAGE,
        now=time.now(session()),
    )
    of = request.args.get("of")
    return shell.show(
        "portal/customer/refunds/index.html",
        portal=portal,
        page=page,
        is_first=cursor is None,
        done=next((each.refunds[-1] for each in page.rows if each.id == of and each.refunds), None),
    )


@blueprint.get("/<payment_id>/refund")
@customer
def confirm(slug: str, payment_id: str) -> Response:
    """What would go back, of which payment, and how. Saves nothing."""
    return _confirm_page(shell.open_portal(slug), payment_id)


@blueprint.post("/<payment_id>/refund")
@customer
@in_steps
def ask(slug: str, payment_id: str) -> Response:
    """Ask for what was shown. If that is no longer what would happen, the new facts are shown first."""
    portal = shell.open_portal(slug)
    try:
        with begin()() as step:
            done = refund.request(
                step,
                payment_id=payment_id,
                amount=None,
                reason=request.form.get("reason") or None,
                comment=request.form.get("comment", ""),
                by=time.seen_by(step, caller()),
                key=settings(PortalSettings).secret_key,
                confirmation=request.form.get("confirmation"),
                now=time.now(step),
            )
    except (ConfirmationInvalid, PreviewOutdated) as outdated:
        return _confirm_page(portal, payment_id, trouble=outdated.code, status=409)
    except Invalid as invalid:
        wrong = next((each.code for each in invalid.fields), invalid.code)
        return _confirm_page(portal, payment_id, trouble=wrong, status=422)
    except StepUpRequired:
        raise
    except (Conflict, Forbidden):
        return redirect_to(_payments(portal, payment_id))
    if done.intent is not None:
        refund.carry_out(begin(), processors=adapters(Adapters).processors, intent=done.intent)
    return flows.done(portal.slug, _payments(portal, payment_id))


def _confirm_page(portal: PortalView, payment_id: str, *, trouble: str | None = None, status: int = 200) -> Response:
    """What would happen, a fresh confirmation, and what was typed. Where nothing can be asked, the list says why."""
    waiting = requests.waiting(session(), requests.subject_key(refund.KIND, payment_id))
    if waiting is not None:
        return redirect_to(f"{shell.home(portal.slug)}/tickets/{waiting.id}")
    try:
        preview = prepare_refund.prepare(
            session(),
            payment_id=payment_id,
            amount=None,
            by=time.seen_by(session(), caller()),
            key=settings(PortalSettings).secret_key,
            now=time.now(session()),
        )
    except StepUpRequired:
        raise
    except (Conflict, Forbidden):
        return redirect_to(_payments(portal, payment_id))
    return shell.show(
        "portal/customer/refunds/ask.html",
        portal=portal,
        status=status,
        preview=preview,
        chosen=request.form.get("reason"),
        typed=request.form.get("comment", ""),
        trouble=trouble,
    )


def _payments(portal: PortalView, payment_id: str) -> str:
    return f"{shell.home(portal.slug)}/payments?of={payment_id}#{payment_id}"
