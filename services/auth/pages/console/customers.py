"""A customer, found by address, id or the vendor's own id: the permanent link, who is in, and seeing what they see."""

from collections.abc import Callable
from io import BytesIO
from typing import Any, Final

import segno
from flask import Blueprint, Response, request

from services.auth.actions import looking_on, portal_sessions, sessions, subscriber_links
from services.auth.adapters import Adapters
from services.auth.pages.console import shell
from services.auth.queries import identities, portals
from services.auth.queries import sessions as known_sessions
from services.auth.queries import subscriber_links as links
from services.auth.queries.identities import IdentityView
from services.auth.queries.portals import PortalView
from services.auth.queries.subscriber_links import LinkView
from services.auth.rules import address
from services.auth.rules.roles import Ability, may
from services.auth.rules.session import Ending
from services.auth.rules.subscriber_link import LinksOff
from shared import clock
from shared.database import scope
from shared.errors import NotFound, Refusal
from shared.web import adapters, redirect_to, session

blueprint = Blueprint("console_customers", __name__, url_prefix="/console/access/customers")


@blueprint.get("")
@shell.may(Ability.SEE_CUSTOMERS)
def show() -> Response:
    """The search, and what it found; one customer alone is shown at once."""
    asked = request.args.get("q", "").strip()[: shell.LONGEST]
    found = _find(asked) if asked else []
    if len(found) == 1:
        return redirect_to(_address(found[0].customer))
    return shell.show("auth/console/customers.html", asked=asked, found=found)


@blueprint.get("/<customer_id>")
@shell.may(Ability.SEE_CUSTOMERS)
def show_one(customer_id: str) -> Response:
    """One customer: who is in as them, and, for whoever helps customers, the link and the way to look on."""
    return _page(_customer(customer_id))


@blueprint.post("/<customer_id>/view")
@shell.may(Ability.VIEW_AS)
def view_as(customer_id: str) -> Response:
    """An address that shows the customer's pages as they see them, for a reason, once, for half an hour."""
    who, here = _customer(customer_id), scope.current()
    portal = portals.by_id(session(), request.form.get("portal", ""))
    if portal is None or (portal.vendor, portal.mode, portal.active) != (here.vendor, here.mode, True):
        raise NotFound
    return shell.answered(lambda: _view_as(who, portal), refused=lambda refusal: _page(who, refusal=refusal))


@blueprint.post("/<customer_id>/link")
@shell.may(Ability.USE_LINKS)
def change_link(customer_id: str) -> Response:
    """Make the permanent link, mail it, replace it or take it back."""
    who = _customer(customer_id)
    named = request.form.get("do", "")
    if named not in LINK_DOINGS:
        raise NotFound
    LINK_DOINGS[named](who)
    return redirect_to(f"{_address(who.customer)}?done={named}")


@blueprint.get("/<customer_id>/link.svg")
@shell.may(Ability.USE_LINKS)
def draw_link(customer_id: str) -> Response:
    """The permanent link as a QR code."""
    link = _link(_customer(customer_id))
    if link is None:
        raise NotFound
    drawn = BytesIO()
    segno.make(link.url, error="m").save(drawn, kind="svg", scale=4)
    return Response(drawn.getvalue(), content_type="image/svg+xml")


@blueprint.post("/<customer_id>/sessions")
@shell.may(Ability.END_SESSIONS)
def end_sessions(customer_id: str) -> Response:
    """End one session that sees the customer, or all of them. Raises NotFound for a session of somebody else's."""
    who, named = _customer(customer_id), request.form.get("session", "")
    if named == "all":
        portal_sessions.revoke_of_customer(session(), customer=who.customer, now=clock.now())
    elif named in {each.id for each in _sessions(who)}:
        sessions.revoke(session(), session_id=named, now=clock.now(), reason=Ending.ENDED_BY_VENDOR)
    else:
        raise NotFound
    return redirect_to(_address(who.customer))


def _view_as(who: IdentityView, portal: PortalView) -> Response:
    url = looking_on.begin(
        session(),
        portal=portal,
        customer=who.customer,
        staff=shell.who().user,
        reason=request.form.get("reason", "")[: shell.LONGEST],
        public_url=adapters(Adapters).public_url,
        now=clock.now(),
    )
    return _page(who, view_url=url)


def _page(who: IdentityView, *, view_url: str | None = None, refusal: Refusal | None = None) -> Response:
    here = scope.current()
    is_helper = may(shell.who().role, Ability.USE_LINKS)
    return shell.show(
        "auth/console/customer.html",
        refusal=refusal,
        customer=who,
        address=_address(who.customer),
        sessions=_sessions(who),
        portals=portals.listed(session(), here.vendor, here.mode),
        link=_link(who) if is_helper else None,
        takes_links=_takes_links(),
        view_url=view_url,
        done=request.args.get("done"),
        typed=request.form,
    )


def _find(asked: str) -> list[IdentityView]:
    if "@" in asked:
        by_address = identities.named(session(), email_key=address.key_of(asked) or "")
        return by_address or identities.named(session(), reference=asked)
    return identities.named(session(), customer=asked) or identities.named(session(), reference=asked)


def _customer(customer_id: str) -> IdentityView:
    """A customer of the vendor and mode. Raises NotFound."""
    found = identities.of_customers(session(), [customer_id])
    if not found:
        raise NotFound
    return found[0]


def _sessions(who: IdentityView) -> list[known_sessions.SessionRecord]:
    return known_sessions.active_of(session(), customer=who.customer, now=clock.now())


def _make(who: IdentityView) -> None:
    subscriber_links.ensure(session(), customer=who.customer, **_sealing())


def _regenerate(who: IdentityView) -> None:
    subscriber_links.regenerate(session(), customer=who.customer, **_sealing())


def _revoke(who: IdentityView) -> None:
    subscriber_links.revoke(session(), customer=who.customer, now=clock.now())


def _mail(who: IdentityView) -> None:
    link = _link(who)
    if link is None:
        raise NotFound
    subscriber_links.mail(session(), link=link, portal=links.portal_for(session()), **_sealing())


def _link(who: IdentityView) -> LinkView | None:
    row = links.live(session(), customer=who.customer)
    if row is None or not _takes_links():
        return None
    it = adapters(Adapters)
    return links.view(row, portal=links.portal_for(session()), public_url=it.public_url, secrets=it.secrets)


def _takes_links() -> bool:
    """Whether any portal of this mode lists permanent links."""
    try:
        links.portal_for(session())
    except LinksOff:
        return False
    return True


def _sealing() -> dict[str, Any]:
    return {"secrets": adapters(Adapters).secrets, "now": clock.now()}


def _address(customer_id: str) -> str:
    return f"{shell.HOME}/customers/{customer_id}"


LINK_DOINGS: Final[dict[str, Callable[[IdentityView], None]]] = {
    "make": _make,
    "mail": _mail,
    "regenerate": _regenerate,
    "revoke": _revoke,
}
"""What the buttons beside a permanent link do."""
