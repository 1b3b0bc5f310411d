"""Asking for a link and a code, typing the code, signing out. Every page works without scripts."""

import re
from typing import Final

from flask import Blueprint, Response, request

from services.auth.actions import sessions, sign_in
from services.auth.actions.places import DOINGS
from services.auth.actions.sign_in import CodesOff, SignedIn, Unusable, Wish
from services.auth.adapters import Adapters
from services.auth.adapters.secrets import CODE_DIGITS, digest, new_token
from services.auth.pages.customer import portal as shell
from services.auth.queries import sign_in as known
from services.auth.queries.places import PLACES
from services.auth.queries.portals import PortalView
from services.auth.queries.sessions import SessionView
from services.auth.queries.sign_in import RequestView
from services.auth.rules import return_path
from services.auth.rules.session import Ending
from services.auth.rules.sign_in import MINUTE, EmailSignInOff
from services.auth.settings import Settings
from shared import addresses, clock
from shared.places import GLOBAL
from shared.portal_address import portal_address
from shared.ui import brand_css, look_of, signature_css
from shared.ui import digest as digest_of
from shared.web import adapters, frames, places, public, redirect_to, render, session, settings

blueprint = Blueprint("sign_in", __name__, url_prefix="/p/<slug>")

LONGEST_TYPED: Final = 1000
_STEP_UP: Final = "step_up"
_SECTION: Final = "global"
_BETWEEN: Final = re.compile(r"[\s-]")
_CODE: Final = re.compile(rf"[0-9]{{{CODE_DIGITS}}}", re.ASCII)


@blueprint.get("/sign-in")
@public
def show(slug: str) -> Response:
    """The e-mail form; for somebody who is signed in and must prove it anew, the address on file instead."""
    with shell.entered(slug) as portal:
        back = return_path.decide(portal=slug, asked=request.args.getlist("next"))
        current = shell.current(portal)
        if current is None and portal.host is not None and not places.is_own_host():
            return redirect_to(_at_own_host(portal, back))
        return _form(portal, current, back=back, step_up=request.args.get("reason") == _STEP_UP)


@blueprint.post("/sign-in")
@public
def ask(slug: str) -> Response:
    """Ask for a link and a code. Everybody gets the same answer, and a cookie that the code belongs to."""
    with shell.entered(slug) as portal:
        back = return_path.decide(portal=slug, asked=request.form.getlist("next"))
        current = shell.current(portal)
        if current is not None and request.form.get("reason") == _STEP_UP:
            return _asked(portal, Wish.to_step_up(current, return_path=back), window=new_token())
        if not portal.sign_in.login_page:
            raise EmailSignInOff
        typed = request.form.get("email", "")[:LONGEST_TYPED]
        if not typed.strip():
            return _form(portal, current, back=back, step_up=False, is_blank=True)
        return _asked(portal, Wish.to_sign_in(typed, return_path=back), window=new_token())


@blueprint.get("/sign-in/code")
@public
def code(slug: str) -> Response:
    """What was done, in the same words for everybody, and the field for the code."""
    with shell.entered(slug) as portal:
        asked = _of_window(portal)
        return redirect_to(f"/p/{slug}/sign-in") if asked is None else _code_page(portal, asked)


@blueprint.post("/sign-in/code")
@public
def enter_code(slug: str) -> Response:
    """Sign in this window with the code from the mail."""
    with shell.entered(slug) as portal:
        asked, window = _of_window(portal), shell.window(portal)
        if asked is None or window is None:
            return expired(portal)
        typed = _BETWEEN.sub("", request.form.get("code", "")[:LONGEST_TYPED])
        if not _CODE.fullmatch(typed):
            return _code_page(portal, asked, wrong="malformed")
        outcome = sign_in.use_code(
            session(),
            portal=portal,
            code=typed,
            window=window,
            current=shell.current(portal),
            client=shell.visitor().client,
            secrets=adapters(Adapters).secrets,
            now=clock.now(),
            device=shell.visitor().device,
            framed=frames.is_framed(),
        )
        if isinstance(outcome, SignedIn):
            return shell.enter(portal, outcome)
        if isinstance(outcome, Unusable):
            return expired(portal)
        if isinstance(outcome, CodesOff):
            return _code_page(portal, asked, wrong="off")
        return _code_page(portal, asked, wrong="wrong" if outcome.left else "burnt", left=outcome.left)


@blueprint.post("/sign-in/again")
@public
def again(slug: str) -> Response:
    """Ask once more for the same address, which nobody has to type again."""
    with shell.entered(slug) as portal:
        asked, window = _of_window(portal), shell.window(portal)
        if asked is None or window is None:
            return redirect_to(f"/p/{slug}/sign-in")
        wish = Wish(
            key=asked.email_key,
            masked=asked.masked,
            purpose=asked.purpose,
            session=asked.session,
            return_path=asked.return_path,
        )
        return _asked(portal, wish, window=window)


@blueprint.post("/sign-out")
@public
def sign_out(slug: str) -> Response:
    """End the session of this browser, at once and everywhere."""
    with shell.entered(slug) as portal:
        current = shell.current(portal)
        if current is not None:
            _end(current, portal)
        everywhere = PLACES[GLOBAL]
        there = shell.current(everywhere) if portal.kind == _SECTION else None
        if there is None:
            return shell.leave(portal)
        _end(there, everywhere)  # a section is seen by the session of the whole global portal
        return shell.leave(everywhere, portal)


@blueprint.get("/sign-in/brand.css")
@public
def stylesheet(slug: str) -> Response:
    """The portal's looks; `v` changes when they do, and a page that knows newer ones than auth has them not kept.

    Without `v` they come with what the portal is called and its logo, for the gateway's own pages.
    """
    with shell.entered(slug) as portal:
        look, version = look_of(portal.appearance), request.args.get("v")
        signature = signature_css(shell.brand(portal)) if version is None else ""
        answer = Response(brand_css(look) + signature, content_type="text/css; charset=utf-8")
        is_asked_for = version in (None, digest_of(look))
        answer.headers["Cache-Control"] = "public, max-age=86400" if is_asked_for else "no-store"
        return answer


def expired(portal: PortalView) -> Response:
    """Used, expired, unknown, of another portal: one page for all, which leads to a new link."""
    return render("auth/expired.html", fragment="card", status=410, brand=shell.brand(portal), portal=portal)


def _form(
    portal: PortalView, current: SessionView | None, *, back: str, step_up: bool, is_blank: bool = False
) -> Response:
    template = "auth/step_up.html" if step_up and current is not None else "auth/sign_in.html"
    return render(
        template,
        status=422 if is_blank else 200,
        brand=shell.brand(portal),
        portal=portal,
        back=back,
        signed_in_as=addresses.mask(current.email) if current else None,
        is_blank=is_blank,
    )


def _asked(portal: PortalView, wish: Wish, *, window: str) -> Response:
    window = shell.frame_window() or window
    sign_in.ask(
        session(),
        portal=portal,
        wish=wish,
        window=window,
        visitor=shell.visitor(),
        public_url=settings(Settings).public_url,
        secrets=adapters(Adapters).secrets,
        now=clock.now(),
    )
    return shell.keep_window(redirect_to(f"/p/{portal.slug}/sign-in/code"), portal, window)


def _at_own_host(portal: PortalView, back: str) -> str:
    """Where this portal's customers are signed in, once it has a host of its own, and where its mails lead."""
    home = portal_address(settings(Settings).public_url, slug=portal.slug, host=portal.host, path=portal.path)
    return home + back.removeprefix(f"/p/{portal.slug}")


def _end(current: SessionView, portal: PortalView) -> None:
    doings = DOINGS.get(portal.slug)
    if doings is not None:
        doings.revoke(session(), current.id, clock.now())
    else:
        sessions.revoke(session(), session_id=current.id, now=clock.now(), reason=Ending.SIGNED_OUT)


def _of_window(portal: PortalView) -> RequestView | None:
    window = shell.window(portal)
    if window is None:
        return None
    return known.of_window(session(), portal=portal.slug, window_hash=digest(window), now=clock.now())


def _code_page(portal: PortalView, asked: RequestView, *, wrong: str | None = None, left: int = 0) -> Response:
    return render(
        "auth/code.html",
        status=422 if wrong else 200,
        brand=shell.brand(portal),
        portal=portal,
        asked=asked,
        wrong=wrong,
        left=left,
        minutes=(asked.expires_at - asked.requested_at) // MINUTE,
        again_at=(asked.requested_at + MINUTE).isoformat(),
    )
