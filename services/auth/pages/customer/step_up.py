"""Confirming that it is you, in place: the code goes off to here, and what was entered goes on to where it was going.

Any service's page can need it (`shared.web.step_up`), and the console's; what such a page shows comes from there. Works
without scripts, and inside a frame.
"""

import re
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Response, jsonify, request

from services.auth.actions.sign_in import CodesOff, SignedIn, Unusable, Visitor, WrongCode, step_up
from services.auth.adapters import Adapters
from services.auth.adapters.secrets import CODE_DIGITS
from services.auth.pages.customer import portal as shell
from services.auth.queries import sessions, staff
from services.auth.queries.portals import PortalView
from services.auth.queries.sessions import SessionView
from services.auth.rules import device, return_path, sign_in
from services.auth.rules.session import SessionEnded
from services.auth.rules.sign_in import MINUTE
from services.auth.settings import Settings
from shared import addresses, clock
from shared.database.session import Session
from shared.errors import NotFound
from shared.places import CONSOLE
from shared.web import adapters, begin, caller, caller_or_none, internal, public, redirect_to, session, settings
from shared.web import step_up as place
from shared.web.api import read_json
from shared.web.identity import Caller
from shared.web.step_up import Asked, Wanted

blueprint = Blueprint("step_up", __name__, url_prefix="/p/<slug>/sign-in/step-up")
siblings = Blueprint("step_ups", __name__, url_prefix="/internal/step_up")
"""Never routed from outside."""

_BETWEEN: Final = re.compile(r"[\s-]")
_CODE: Final = re.compile(rf"[0-9]{{{CODE_DIGITS}}}", re.ASCII)


@blueprint.get("")
@blueprint.get("/code")
@public
def show(slug: str) -> Response:
    """Opened anew there is nothing to go on with."""
    with shell.entered(slug):
        return redirect_to(f"/p/{slug}")


@blueprint.post("")
@public
def prove(slug: str) -> Response:
    """Take the code. The session is verified now and goes by a new token; what was entered goes on."""
    with shell.entered(slug) as portal:
        current, wish = shell.current(portal), _wish(slug)
        if current is None or current.staff is not None:
            return redirect_to(f"/p/{slug}/sign-in")
        shell.dress(portal)
        typed = _BETWEEN.sub("", request.form.get("code", "")[:100])
        if not _CODE.fullmatch(typed):
            return _page(portal, current, wish, wrong="malformed")
        outcome = step_up.use(
            session(),
            portal=portal,
            current=current,
            action=wish.action,
            code=typed,
            client=shell.visitor().client,
            secrets=adapters(Adapters).secrets,
            now=clock.now(),
        )
        if isinstance(outcome, SignedIn):
            answer = place.go_on(wish, place.brought()) if wish.sends else shell.go_to(wish.page)
            return shell.hold(answer, portal, outcome.token)
        return _page(portal, current, wish, **_trouble(outcome))


@blueprint.post("/code")
@public
def send(slug: str) -> Response:
    """Have a code mailed, or another one."""
    with shell.entered(slug) as portal:
        current, wish = shell.current(portal), _wish(slug)
        if current is None or current.staff is not None:
            return redirect_to(f"/p/{slug}/sign-in")
        shell.dress(portal)
        asked = _ask(session(), portal, current, wish, visitor=shell.visitor(), now=clock.now())
        return place.show(asked, wish, place.brought(), slug=slug, status=200)


def ask_here(wish: Wanted) -> Asked | None:
    """What auth's own pages do where others ask it: in a transaction of its own, for theirs was given up."""
    who = caller_or_none()
    slug = None if who is None else CONSOLE if _is_staff(who) else who.portal
    if slug is None:
        return None
    visitor = shell.visitor()
    with begin()() as writing, shell.entered(slug, within=writing) as portal:
        shell.dress(portal)
        return _asked(writing, portal, wish, visitor=visitor)


@siblings.post("")
@internal(open=True)
def ask() -> Response:
    """What a sibling asks: a code to the address on file of the caller's own session, by the caller's own passport.

    404 for a session that is none of the portal's own; 429 past a limit.
    """
    given = read_json(request.get_data(), content_type=request.mimetype)
    portal_of = caller().portal
    if portal_of is None:
        raise NotFound
    visitor = Visitor(
        client=sign_in.client_of(str(given["client"])),
        device=device.calculate(str(given["agent"])),
        locale=str(given["locale"]),
    )
    wish = Wanted(action=str(given["action"]), page=str(given["page"]), sends=given["sends"] is True)
    with shell.entered(portal_of) as portal:
        asked = _asked(session(), portal, wish, visitor=visitor)
    if asked is None:
        raise NotFound
    return jsonify(vars(asked))


def _asked(writing: Session, portal: PortalView, wish: Wanted, *, visitor: Visitor) -> Asked | None:
    """None where the caller's session is not this portal's own. Opening a page mails nothing (SE-08)."""
    who = caller_or_none()
    if who is None or who.session is None or not (who.kind == "customer" or _is_staff(who)):
        return None
    now = clock.now()
    try:
        if _is_staff(who):
            current = staff.as_proving_sees(writing, who.session, now)
        else:
            current = sessions.by_id(writing, who.session, portal=portal.slug, now=now, in_frame=who.framed)
    except SessionEnded:
        return None
    if not wish.sends:
        return Asked(email=addresses.mask(current.email), again_at=None)
    return _ask(writing, portal, current, wish, visitor=visitor, now=now)


def _ask(
    writing: Session, portal: PortalView, current: SessionView, wish: Wanted, *, visitor: Visitor, now: datetime
) -> Asked:
    step_up.ask(
        writing,
        portal=portal,
        current=current,
        action=return_path.decide(portal=portal.slug, asked=[wish.action]),
        page=return_path.decide(portal=portal.slug, asked=[wish.page]),
        visitor=visitor,
        public_url=settings(Settings).public_url,
        secrets=adapters(Adapters).secrets,
        now=now,
    )
    return Asked(email=addresses.mask(current.email), again_at=(now + MINUTE).isoformat())


def _is_staff(who: Caller) -> bool:
    """Somebody in the console, and not one who looks on as a customer: those prove nothing."""
    return who.kind == "staff" and not who.is_looking_on


def _wish(slug: str) -> Wanted:
    """What the page brought back; what is no page of this portal leads to its first one."""
    action = return_path.decide(portal=slug, asked=request.form.getlist("action"))
    page = return_path.decide(portal=slug, asked=request.form.getlist("page"))
    is_whole = action == request.form.get("action")
    return Wanted(action=action, page=page, sends=is_whole and request.form.get("sends") == "true")


def _trouble(outcome: WrongCode | CodesOff | Unusable) -> dict[str, Any]:
    if isinstance(outcome, WrongCode):
        return {"wrong": "wrong" if outcome.left else "burnt", "left": outcome.left}
    return {"wrong": "off" if isinstance(outcome, CodesOff) else "burnt"}


def _page(portal: PortalView, current: SessionView, wish: Wanted, *, wrong: str, left: int = 0) -> Response:
    asked = Asked(email=addresses.mask(current.email), again_at=clock.now().isoformat())
    return place.show(asked, wish, place.brought(), slug=portal.slug, status=422, wrong=wrong, left=left)
