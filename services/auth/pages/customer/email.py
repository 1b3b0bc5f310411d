"""Changing one's own address: typed, proven by a code from its mailbox, changed by portal. Works without scripts."""

import re
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Response, request

from services.auth.actions import new_email
from services.auth.actions.new_email import Pending, Proven
from services.auth.actions.sign_in import CodesOff, Unusable, WrongCode
from services.auth.adapters import Adapters
from services.auth.adapters.portal import PortalRefused
from services.auth.adapters.secrets import CODE_DIGITS
from services.auth.pages.customer import portal as shell
from services.auth.pages.customer.people import current, proven
from services.auth.queries.portals import PortalView
from services.auth.queries.sessions import SessionView
from services.auth.rules import new_email as rule
from shared import addresses, clock
from shared.errors import Invalid, Unavailable
from shared.web import adapters, begin, client_address, customer, in_steps, redirect_to, render, request_id, session

blueprint = Blueprint("email", __name__, url_prefix="/p/<slug>/email")

LONGEST_TYPED: Final = 1000
_BETWEEN: Final = re.compile(r"[\s-]")
_CODE: Final = re.compile(rf"[0-9]{{{CODE_DIGITS}}}", re.ASCII)


@blueprint.get("")
@customer
def show(slug: str) -> Response:
    """The form for the new address or, while a code is on its way to one, the field for the code."""
    with shell.entered(slug) as portal:
        mine = _allowed(portal)
        waiting = new_email.pending(session(), current=mine, now=clock.now())
        is_other = request.args.get("other") is not None
        return _form(portal, mine) if waiting is None or is_other else _code(portal, waiting)


@blueprint.post("")
@customer
def ask(slug: str) -> Response:
    """Mail a code to the new address. Nothing changes yet."""
    with shell.entered(slug) as portal:
        _allowed(portal)
        mine, typed = proven(portal), request.form.get("email", "")[:LONGEST_TYPED]
        try:
            new_email.ask(
                session(),
                portal=portal,
                current=mine,
                typed=typed,
                visitor=shell.visitor(),
                secrets=adapters(Adapters).secrets,
                now=clock.now(),
            )
        except Invalid as invalid:
            return _form(portal, mine, wrong=invalid.code, typed=typed)
        return redirect_to(f"/p/{slug}/email")


@blueprint.post("/code")
@customer
@in_steps
def change(slug: str) -> Response:
    """Take the code, have the address changed. Stopped in between, the same code finishes it."""
    with shell.entered(slug) as portal:
        _allowed(portal)
        mine, now = proven(portal), clock.now()
        waiting = new_email.pending(session(), current=mine, now=now)
        if waiting is None:
            return _form(portal, mine)
        typed = _BETWEEN.sub("", request.form.get("code", "")[:LONGEST_TYPED])
        if not _CODE.fullmatch(typed):
            return _code(portal, waiting, wrong="malformed")
        with begin()() as step:
            found = new_email.check(
                step,
                portal=portal,
                current=mine,
                code=typed,
                client=shell.visitor().client,
                secrets=adapters(Adapters).secrets,
                now=now,
            )
        if not isinstance(found, Proven):
            return _code(portal, waiting, **_trouble(found))
        try:
            _change(portal, mine, found, now=now)
        except Unavailable:
            return _code(portal, waiting, wrong="away")
        with begin()() as step:
            new_email.finish(step, proven=found, now=now)
        return _page(portal, done=addresses.mask(found.email))


def _change(portal: PortalView, mine: SessionView, found: Proven, *, now: datetime) -> None:
    """Raises EmailChangeRefused, Unavailable."""
    known = adapters(Adapters)
    try:
        known.portal.change_email(
            vendor=portal.vendor,
            mode=portal.mode,
            portal=portal.slug,
            customer=mine.customers[0],
            email=found.email,
            session=mine.id,
            delegate=mine.delegate,
            role=mine.role,
            proven_at=int(mine.proven_at.timestamp()),
            client=client_address(),
            request_id=request_id(),
            passport=known.passports.issue_own(now=now),
        )
    except PortalRefused as refusal:
        raise rule.EmailChangeRefused from refusal


def _allowed(portal: PortalView) -> SessionView:
    """Raises EmailChangeOff, RoleNotAllowed."""
    mine = current(portal)
    rule.decide(is_offered=portal.sign_in.email_change, role=mine.role)
    return mine


def _trouble(found: WrongCode | CodesOff | Unusable) -> dict[str, Any]:
    if isinstance(found, WrongCode):
        return {"wrong": "wrong" if found.left else "burnt", "left": found.left}
    return {"wrong": "off" if isinstance(found, CodesOff) else "burnt"}


def _form(portal: PortalView, mine: SessionView, *, wrong: str | None = None, typed: str = "") -> Response:
    return _page(portal, status=422 if wrong else 200, email=addresses.mask(mine.email), wrong=wrong, typed=typed)


def _code(portal: PortalView, waiting: Pending, *, wrong: str | None = None, left: int = 0) -> Response:
    status = 503 if wrong == "away" else 422 if wrong else 200
    return _page(portal, status=status, waiting=addresses.mask(waiting.email), wrong=wrong, left=left)


def _page(portal: PortalView, *, status: int = 200, **views: Any) -> Response:
    nothing: dict[str, Any] = {"email": None, "waiting": None, "done": None, "wrong": None, "typed": "", "left": 0}
    return render("auth/email.html", status=status, brand=shell.brand(portal), portal=portal, **{**nothing, **views})
