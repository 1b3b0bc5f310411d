"""Coming back after the end: what it costs, perhaps on another plan or with a coupon; and doing it."""

from collections.abc import Mapping

from flask import Blueprint, Response, request

from services.portal.actions import subscriptions
from services.portal.actions.payments import collect
from services.portal.actions.subscriptions import agreeing, apply_coupon
from services.portal.actions.subscriptions.resubscribe import choices
from services.portal.adapters import Adapters
from services.portal.pages.customer import flows, shell
from services.portal.pages.embed import windows
from services.portal.queries import payments, time
from services.portal.queries.portals import PortalView
from services.portal.queries.subscriptions import card
from services.portal.rules.confirmation import ConfirmationInvalid, PreviewOutdated
from services.portal.rules.customers.po_number import PoNumberRequired
from services.portal.rules.payments import decline as declines
from services.portal.rules.payments.outcome import Result
from services.portal.rules.policy import Action
from services.portal.rules.reasons import AlreadySubscribed, PlanArchived
from services.portal.rules.subscriptions.pause import NoPaymentMethod
from services.portal.rules.subscriptions.resubscription import CouponNotOffered, PlanNotOffered
from services.portal.settings import PortalSettings
from shared.errors import Refusal
from shared.web import adapters, begin, caller, customer, in_steps, session, settings

blueprint = Blueprint("resubscription", __name__, url_prefix="/p/<slug>/subscriptions/<subscription_id>")

_SAID: tuple[type[Refusal], ...] = (
    ConfirmationInvalid,
    PreviewOutdated,
    NoPaymentMethod,
    AlreadySubscribed,
    PlanArchived,
    PoNumberRequired,
    PlanNotOffered,
    CouponNotOffered,
    *apply_coupon.REFUSED,
)


@blueprint.get("/resubscription")
@customer
def confirm_resubscription(slug: str, subscription_id: str) -> Response:
    """What coming back costs now and later; another plan or a coupon changes it. Saves nothing."""
    return _page(shell.open_portal(slug), subscription_id, _given(request.args))


@blueprint.post("/resubscription")
@customer
@in_steps
def resubscribe(slug: str, subscription_id: str) -> Response:
    """Come back and pay. Declined: nothing runs."""
    portal, given = shell.open_portal(slug), _given(request.form)
    try:
        collected = collect.run(
            begin(),
            processors=adapters(Adapters).processors,
            act=lambda step: subscriptions.resubscribe(
                step,
                subscription_id=subscription_id,
                by=time.seen_by(step, caller()),
                **given,
                key=settings(PortalSettings).secret_key,
                confirmation=request.form.get("confirmation"),
                now=time.now(step),
            ),
        )
    except _SAID as refused:
        return _page(portal, subscription_id, given, trouble=refused.code, status=409)
    if collected.result.ticket is not None:
        return flows.done(slug, f"{shell.home(slug)}/tickets/{collected.result.ticket.id}")
    if collected.outcome is Result.DECLINED and collected.result.payment is not None:
        owed = payments.record(session(), payment_id=collected.result.payment)
        return _page(portal, subscription_id, given, decline=declines.decide(owed.decline_code).sentence, status=402)
    if collected.outcome is Result.ACTION_REQUIRED and collected.payment and collected.payment.action_url:
        return windows.to_bank(slug, collected.payment)
    return flows.done(slug, shell.overview(slug, "resubscribed", collected.result.subscription))


def _page(
    portal: PortalView,
    subscription_id: str,
    given: dict[str, str | None],
    *,
    trouble: str | None = None,
    decline: str | None = None,
    status: int = 200,
) -> Response:
    by, now = time.seen_by(session(), caller()), time.now(session())
    prepared = None
    try:
        prepared = agreeing.prepare(
            session(),
            subscription_id=subscription_id,
            action=Action.RESUBSCRIBE,
            previewer=subscriptions.preview_resubscription,
            given=given,
            by=by,
            key=settings(PortalSettings).secret_key,
            now=now,
        )
    except _SAID as refused:
        trouble = trouble or refused.code
        status = 409 if status == 200 and any(given.values()) else status
    return shell.show(
        "portal/customer/subscriptions/resubscribe.html",
        portal=portal,
        status=status,
        card=card(session(), subscription_id=subscription_id, portal=portal, by=by, now=now),
        offer=choices(session(), subscription_id=subscription_id, by=by),
        prepared=prepared,
        given=given,
        trouble=trouble,
        decline=decline,
    )


def _given(sent: Mapping[str, str]) -> dict[str, str | None]:
    return {name: sent.get(name, "").strip()[:40] or None for name in ("plan", "coupon")}
