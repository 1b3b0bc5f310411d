"""A customer's own data: have all of it put together and fetch it, or have it erased, shown and agreed to first."""

from flask import Blueprint, Response, request

from services.portal.actions import erasing, exporting
from services.portal.pages.customer import shell
from services.portal.queries import erasures, exports, time
from services.portal.queries.portals import PortalView
from services.portal.rules.confirmation import ConfirmationInvalid, PreviewOutdated
from services.portal.rules.customers import privacy
from services.portal.rules.customers.erasing import SubscriptionsRunning
from services.portal.rules.customers.privacy import Right
from services.portal.rules.subscriptions.deletion import PaymentsOpen
from services.portal.settings import PortalSettings
from shared import clock
from shared.errors import NotFound
from shared.web import caller, customer, redirect_to, session, settings
from shared.web.downloads import zipped

blueprint = Blueprint("privacy", __name__, url_prefix="/p/<slug>/privacy")


@blueprint.get("", strict_slashes=False)
@customer
def show(slug: str) -> Response:
    """What can be done with one's data, and how far an export is."""
    return _overview(shell.open_portal(slug))


@blueprint.post("/exports")
@customer
def ask_for_export(slug: str) -> Response:
    """Have everything put together, for each customer that the session stands for."""
    shell.open_portal(slug)
    for each in erasures.living(session()):
        exporting.request(session(), customer_id=each, by=caller(), now=clock.now())
    return redirect_to(f"{shell.home(slug)}/privacy")


@blueprint.post("/exports/<export_id>")
@customer
def fetch_export(slug: str, export_id: str) -> Response:
    """The archive, this once. It is no GET, so that nothing that looks ahead uses it up."""
    portal = shell.open_portal(slug)
    try:
        content = exporting.fetch(session(), export_id=export_id[:40], by=caller(), now=clock.now())
    except (exporting.ExportGone, exporting.ExportNotReady) as gone:
        return _overview(portal, trouble=gone.code, status=409)
    return zipped(content, name=exports.record(session(), export_id=export_id[:40], now=clock.now()).id)


@blueprint.get("/erase")
@customer
def confirm_erase(slug: str) -> Response:
    """What would be erased, and what would be kept, why and until when; or what stands in the way."""
    return _confirm(shell.open_portal(slug))


@blueprint.post("/erase")
@customer
def erase(slug: str) -> Response:
    """Erase. The answer is the receipt itself: nobody is signed in any more to read another page."""
    portal = shell.open_portal(slug)
    if request.form.get("understood") != "yes":
        return _confirm(portal, trouble="not_understood", status=422)
    try:
        receipts = erasing.erase_own(
            session(),
            by=caller(),
            key=settings(PortalSettings).secret_key,
            confirmation=request.form.get("confirmation"),
            now=time.now(session()),
        )
    except (ConfirmationInvalid, PreviewOutdated) as outdated:
        return _confirm(portal, trouble=outdated.code, status=409)
    except (SubscriptionsRunning, PaymentsOpen):
        return _confirm(portal)
    return shell.show("portal/customer/privacy/erased.html", portal=portal, of=(), receipt=_fullest(receipts))


def _overview(portal: PortalView, *, trouble: str | None = None, status: int = 200) -> Response:
    by = caller()
    return shell.show(
        "portal/customer/privacy/index.html",
        portal=portal,
        status=status,
        rows=exports.latest(session(), now=clock.now()),
        may_export=by.is_looking_on or privacy.has_role(Right.EXPORT, by=by),
        may_erase=by.is_looking_on or privacy.has_role(Right.ERASE, by=by),
        trouble=trouble,
    )


def _confirm(portal: PortalView, *, trouble: str | None = None, status: int = 200) -> Response:
    try:
        prepared = erasing.prepare(
            session(), by=caller(), key=settings(PortalSettings).secret_key, now=time.now(session())
        )
    except (SubscriptionsRunning, PaymentsOpen) as blocked:
        return shell.show(
            "portal/customer/privacy/blocked.html",
            portal=portal,
            status=409,
            running=erasures.running(session()),
            reason=blocked.code,
        )
    return shell.show(
        "portal/customer/privacy/erase.html",
        portal=portal,
        status=status,
        plan=prepared.plan,
        confirmation=prepared.confirmation,
        trouble=trouble,
    )


def _fullest(receipts: tuple[erasures.ErasureView, ...]) -> erasures.ErasureView:
    """Of several customers with one address, the receipt of the one of whom most is kept."""
    if not receipts:
        raise NotFound
    return max(receipts, key=lambda each: len(each.kept))
