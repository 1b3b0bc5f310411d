"""Where somebody is signed in, and ending it: one of the others, all of them, or every one."""

from flask import Blueprint, Response

from services.auth.actions import global_sessions, sessions
from services.auth.actions.sign_in import device_text, void
from services.auth.pages.customer import portal as shell
from services.auth.queries import sessions as known
from services.auth.queries.portals import PortalView
from services.auth.queries.sessions import SessionRecord, SessionView
from services.auth.rules.device import Device
from services.auth.rules.session import Ending
from services.auth.rules.ways_in import Assurance
from shared import clock
from shared.errors import NotFound, StepUpRequired
from shared.web import customer, redirect_to, render, session
from shared.web.access import SignInRequired
from shared.web.htmx import language

blueprint = Blueprint("sessions", __name__, url_prefix="/p/<slug>/sessions")


@blueprint.get("")
@customer
def show(slug: str) -> Response:
    """Every session of this person's in this vendor's portals: where, since when, how they came in."""
    with shell.entered(slug) as portal:
        current = _current(portal)
        return render(
            "auth/sessions.html",
            brand=shell.brand(portal),
            portal=portal,
            current=current.id,
            may_choose=bool(current.choices),
            sessions=[(each, _device(each)) for each in _own(current)],
        )


@blueprint.post("/<session_id>/end")
@customer
def end(slug: str, session_id: str) -> Response:
    """End one of the others. Raises NotFound for one that is not this person's."""
    with shell.entered(slug) as portal:
        current = _proven(portal)
        if session_id not in {each.id for each in _own(current)}:
            raise NotFound
        sessions.revoke(session(), session_id=session_id, now=clock.now(), reason=Ending.ENDED_BY_CUSTOMER)
        return shell.leave(portal) if session_id == current.id else redirect_to(f"/p/{slug}/sessions")


@blueprint.post("/end-others")
@customer
def end_others(slug: str) -> Response:
    """End all but this one."""
    with shell.entered(slug) as portal:
        current = _proven(portal)
        _end(current, keep=current.id)
        return redirect_to(f"/p/{slug}/sessions")


@blueprint.post("/end-all")
@customer
def end_all(slug: str) -> Response:
    """Sign out everywhere, here too; links and codes on their way open nothing any more (ML-22)."""
    with shell.entered(slug) as portal:
        current = _proven(portal)
        _end(current, keep=None)
        global_sessions.revoke_of_address(session(), email_key=current.email_key, now=clock.now())
        void(session(), email_key=current.email_key, now=clock.now())
        return shell.leave(portal)


def _end(current: SessionView, *, keep: str | None) -> None:
    for each in _own(current):
        if each.id != keep:
            sessions.revoke(session(), session_id=each.id, now=clock.now(), reason=Ending.ENDED_BY_CUSTOMER)


def _own(current: SessionView) -> list[SessionRecord]:
    return known.of_same_person(session(), current, now=clock.now())


def _current(portal: PortalView) -> SessionView:
    current = shell.current(portal)
    if current is None:  # it ended between the gateway's question and ours
        raise SignInRequired(slug=portal.slug)
    return current


def _proven(portal: PortalView) -> SessionView:
    """Whoever only looks on does not throw the owner out. Raises StepUpRequired."""
    current = _current(portal)
    if current.assurance != Assurance.VERIFIED:
        raise StepUpRequired(slug=portal.slug)
    return current


def _device(each: SessionRecord) -> str:
    return device_text(Device(browser=each.browser, system=each.system), language())
