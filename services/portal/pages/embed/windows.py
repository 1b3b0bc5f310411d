"""Steps at the processor and at the bank, which never happen inside a frame: they open a window, and the frame asks.

On an ordinary page such a step is a redirect there and back. For a framed caller the answer names the window's address
and where to ask; the window itself ends on a page that knows nobody and leads nowhere.
"""

from typing import Final

from flask import Blueprint, Response, jsonify

from services.portal.actions.payments import settle_attempts
from services.portal.adapters import Adapters
from services.portal.adapters.processors import CardPage
from services.portal.pages.embed import shell
from services.portal.queries import payments, widgets
from services.portal.queries.payments import PaymentView
from shared.database import scope
from shared.errors import NotFound
from shared.web import adapters, begin, customer, frames, in_steps, places, prefer_language, public, redirect_to, render
from shared.web import session as reading

blueprint = Blueprint("windows", __name__, url_prefix="/p/<slug>/windows")

LONGEST_ID: Final = 40
OPEN: Final = "open"


def to_bank(slug: str, payment: PaymentView) -> Response:
    """Where the bank asks about `payment`. On an ordinary page a redirect."""
    address = payment.action_url or f"/p/{slug}/payments/{payment.id}/pay"
    if not frames.is_framed():
        return redirect_to(address)
    return frames.window(address, follow=places.outside(f"/p/{slug}/windows/payments/{payment.id}"))


def to_card_page(slug: str, page: CardPage) -> Response:
    """Where a card is entered. On an ordinary page a redirect."""
    if not frames.is_framed():
        return redirect_to(page.url)
    return frames.window(page.url, follow=places.outside(f"/p/{slug}/windows/setups/{page.id}"))


def after_setup(slug: str) -> str:
    """Where the processor's card page leads when it is over, as a path of the installation's own host."""
    return f"/p/{slug}/windows/over" if frames.is_framed() else f"/p/{slug}/payment-methods/return"


@blueprint.get("/payments/<payment_id>")
@customer
@in_steps
def payment_state(slug: str, payment_id: str) -> Response:
    """`open` while the bank was not answered; then what became of it, and the page that says so."""
    settle_attempts.ask(begin(), processors=adapters(Adapters).processors, payment_id=payment_id)
    found = payments.record(reading(), payment_id=payment_id)
    if found.status == "action_required":
        return jsonify(state=OPEN)
    state = {"succeeded": "done", "open": "declined"}.get(found.status, "unknown")
    return jsonify(state=state, next=places.outside(f"/p/{slug}/payments/{payment_id}/pay"))


@blueprint.get("/setups/<setup_id>")
@customer
def setup_state(slug: str, setup_id: str) -> Response:
    """`open` while the card page was not left; then the page that keeps the card and says so."""
    processor = adapters(Adapters).processors.for_mode(scope.current().mode)
    setup = processor.finish_setup(setup_id[:LONGEST_ID])
    if setup is None:
        raise NotFound
    if setup.is_open:
        return jsonify(state=OPEN)
    return jsonify(state="done", next=places.outside(f"/p/{slug}/payment-methods/return?setup={setup_id}"))


@blueprint.get("/over")
@public
def over(slug: str) -> Response:
    """The end of a window that a frame opened: the page it was opened from goes on by itself."""
    portal = widgets.widget(reading(), address=slug)
    prefer_language(portal.default_locale, detect=portal.auto_detect, texts=portal.texts)
    return render("portal/embed/over.html", brand=shell.brand(portal), portal=portal)
