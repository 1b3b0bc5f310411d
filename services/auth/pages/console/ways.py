"""The ways into each portal, what each risks, and who lets the weak ones act: that a person accepts, by name."""

from typing import Final

from flask import Blueprint, Response, request

from services.auth.adapters import Adapters
from services.auth.pages.console import shell
from services.auth.queries import portals
from services.auth.rules.roles import Ability
from services.auth.rules.ways_in import Method, is_weak
from shared import clock
from shared.database import scope
from shared.errors import FieldError, Invalid, NotFound, Refusal
from shared.web import adapters, redirect_to, session

blueprint = Blueprint("console_ways", __name__, url_prefix="/console/access/ways")

WEAK: Final = tuple(method for method in Method if is_weak(method))
"""Those whose sessions only look on, unless somebody accepts that they act."""


@blueprint.get("")
@shell.may(Ability.SEE_WAYS_IN)
def show() -> Response:
    """Every open portal of this mode: the ways in that it lists, with what each is worth and risks."""
    return _page()


@blueprint.post("")
@shell.may(Ability.ACCEPT_DIRECT_ACTIONS)
def accept() -> Response:
    """Let weak ways in act without a code, or no longer. More of them need the risk to be accepted."""
    here = scope.current()
    portal = portals.by_id(session(), request.form.get("portal", ""))
    if portal is None or (portal.vendor, portal.mode) != (here.vendor, here.mode):
        raise NotFound
    wanted = [method for method in WEAK if method in request.form.getlist("direct")]
    is_more = bool(set(wanted) - set(portal.sign_in.direct_actions))
    if is_more and request.form.get("accepted") != "yes":
        return _page(Invalid(FieldError.of("accepted", "risk_not_accepted")))
    it, who = adapters(Adapters), shell.who()
    it.portal.accept_direct_actions(
        configuration=portal.id,
        vendor=here.vendor,
        mode=here.mode,
        direct_actions=wanted,
        staff=who.user,
        proven_at=who.proven_at,
        passport=it.passports.issue_own(now=clock.now()),
    )
    return redirect_to(f"{shell.HOME}/ways?done={portal.slug}")


def _page(refusal: Refusal | None = None) -> Response:
    here = scope.current()
    return shell.show(
        "auth/console/ways.html",
        refusal=refusal,
        portals=portals.listed(session(), here.vendor, here.mode),
        weak=WEAK,
        done=request.args.get("done"),
    )
