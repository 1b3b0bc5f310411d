"""The sandbox's own pages: the card form, and the bank that asks. No vendor's looks, no script, a policy of their own.

Like another company's pages they know nobody who is signed in: the id in the address is the right to see them.
"""

from typing import Any, Final

from flask import Blueprint, Response, request

from services.portal.adapters import Adapters
from services.portal.adapters.sandbox import visits
from services.portal.rules.payments import decline
from shared.web import adapters, in_steps, public, redirect_to, render

blueprint = Blueprint("sandbox", __name__, url_prefix="/sandbox")

# Without `form-action`: browsers hold it against what a form's answer redirects to, and the way back may end at the
# vendor's own host.
POLICY: Final = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@blueprint.get("/card/<setup_id>")
@public
def card(setup_id: str) -> Response:
    """The card form; a visit that is over leads back."""
    visit = visits.visit(adapters(Adapters).sandbox, setup_id=setup_id)
    return _page("portal/sandbox/card.html", visit=visit, trouble=None) if visit.is_open else redirect_to(visit.back)


@blueprint.post("/card/<setup_id>")
@public
@in_steps
def enter_card(setup_id: str) -> Response:
    """A card is entered, or the customer goes back without one. What was typed is not shown again."""
    sandbox = adapters(Adapters).sandbox
    if request.form.get("leave"):
        return redirect_to(visits.leave(sandbox, setup_id=setup_id))
    entered = visits.enter(
        sandbox,
        setup_id=setup_id,
        number=request.form.get("cardnumber", "")[:40],
        expiry=request.form.get("expiry", "")[:20],
        cvc=request.form.get("cvc", "")[:10],
    )
    if entered.next_url is not None:
        return redirect_to(entered.next_url)
    visit = visits.visit(sandbox, setup_id=setup_id)
    trouble = decline.decide(entered.decline_code).group.value
    return _page("portal/sandbox/card.html", status=422, visit=visit, trouble=trouble)


@blueprint.get("/challenge/<challenge_id>")
@public
def challenge(challenge_id: str) -> Response:
    """The bank asks; a question that was answered leads back."""
    asked = visits.challenge(adapters(Adapters).sandbox, challenge_id=challenge_id)
    return _page("portal/sandbox/challenge.html", asked=asked) if asked.is_open else redirect_to(asked.back)


@blueprint.post("/challenge/<challenge_id>")
@public
@in_steps
def answer_challenge(challenge_id: str) -> Response:
    """The customer confirms, or does not, and goes back to where they were."""
    confirms = request.form.get("answer") == "confirm"
    return redirect_to(visits.answer(adapters(Adapters).sandbox, challenge_id=challenge_id, confirms=confirms))


def _page(template: str, *, status: int = 200, **views: Any) -> Response:
    answer = render(template, status=status, **views)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Referrer-Policy"] = "same-origin"  # with no-referrer, browsers send forms with `Origin: null`
    return answer
