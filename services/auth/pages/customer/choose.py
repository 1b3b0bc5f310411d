"""Choosing among the customers that share an address: nothing is seen of any before one is chosen."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, Response, request

from services.auth.actions import sessions
from services.auth.adapters import Adapters
from services.auth.pages.customer import portal as shell
from services.auth.queries import delegates
from services.auth.queries.portals import PortalView
from services.auth.queries.sessions import SessionView
from services.auth.rules import return_path
from shared import addresses, clock
from shared.errors import Refusal
from shared.logs import log
from shared.web import adapters, public, redirect_to, render, session

blueprint = Blueprint("choose", __name__, url_prefix="/p/<slug>/sign-in/choose")


@blueprint.get("")
@public
def show(slug: str) -> Response:
    """The customers to choose among: the name of each, and when it last bought something."""
    with shell.entered(slug) as portal:
        current = shell.current(portal)
        back = return_path.decide(portal=slug, asked=request.args.getlist("next"))
        if current is None or not current.choices:
            return redirect_to(back if current is not None else f"/p/{slug}/sign-in")
        return _page(portal, current, back=back)


@blueprint.post("")
@public
def choose(slug: str) -> Response:
    """See this one's purchases from now on; another can be chosen later."""
    with shell.entered(slug) as portal:
        current = shell.current(portal)
        if current is None:
            return redirect_to(f"/p/{slug}/sign-in")
        back = return_path.decide(portal=slug, asked=request.form.getlist("next"))
        chosen = request.form.get("customer", "")[:40]
        token = sessions.choose(session(), current=current, customer=chosen, now=clock.now())
        if token is None:
            return _page(portal, current, back=back, is_blank=True)
        return shell.hold(shell.go_to(back), portal, token)


def _page(portal: PortalView, current: SessionView, *, back: str, is_blank: bool = False) -> Response:
    people = delegates.people(session(), current.choices)
    return render(
        "auth/choose.html",
        status=422 if is_blank else 200,
        brand=shell.brand(portal),
        portal=portal,
        back=back,
        email=addresses.mask(current.email),
        people=people,
        last_orders=_last_orders(portal, [each.customer for each in people]),
        chosen=current.delegate or (current.customers[0] if current.customers else None),
        is_blank=is_blank,
    )


def _last_orders(portal: PortalView, customers: Sequence[str]) -> dict[str, datetime | None]:
    """Empty while portal is away: names are enough to choose by."""
    known = adapters(Adapters)
    try:
        return known.portal.last_orders(
            vendor=portal.vendor,
            mode=portal.mode,
            customers=customers,
            passport=known.passports.issue_own(now=clock.now()),
        )
    except Refusal as refusal:
        log.info("choose.without_orders", code=refusal.code)
        return {}
