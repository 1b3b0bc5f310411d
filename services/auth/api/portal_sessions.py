"""/v1/portal_sessions: a vendor's backend lets a customer in; who is in; ending it."""

from typing import Any

from flask.views import MethodView

from services.auth.actions import portal_sessions
from services.auth.actions.portal_sessions import Wanted
from services.auth.adapters import Adapters
from services.auth.queries import entries
from services.auth.queries import sessions as known
from services.auth.schemas.portal_sessions import (
    PortalSessionArgs,
    PortalSessionIn,
    PortalSessionMade,
    PortalSessionOut,
    PortalSessionPage,
    PortalSessionsEnd,
    PortalSessionsEnded,
)
from shared import clock
from shared.database import scope
from shared.web import ApiBlueprint, adapters, caller, idempotent, session
from shared.web.access import api
from shared.web.once import show_once
from shared.web.paging import Page, page

blueprint = ApiBlueprint("portal_sessions", description="One-time ways into the portal, and who is in it.")


@blueprint.route("")
class PortalSessions(MethodView):
    """All of them."""

    @api("portal_sessions:read")
    @blueprint.arguments(PortalSessionArgs, location="query")
    @blueprint.response(200, PortalSessionPage)
    def get(self, args: dict[str, Any]) -> Page[Any]:
        """List who is or was in a portal of this mode, newest first."""
        found = page(session(), *known.listing(customer=args.pop("customer")), args)
        return Page(tuple(known.record(row, now=clock.now()) for row in found.data), found.has_more)

    @api("portal_sessions:write")
    @idempotent
    @blueprint.arguments(PortalSessionIn)
    @blueprint.response(201, PortalSessionMade)
    def post(self, given: dict[str, Any]) -> dict[str, Any]:
        """Let a customer in whom you have signed in yourself: redirect their browser to `url` at once."""
        wanted = Wanted(
            customer=given.get("customer"),
            email=given.get("email"),
            reference=given.get("customer_reference"),
            configuration=given.get("configuration"),
            locale=given.get("locale"),
            return_url=given.get("return_url"),
            flow=given.get("flow_data"),
            theme=given.get("theme"),
        )
        known_adapters = adapters(Adapters)
        opened = portal_sessions.create(
            session(),
            wanted=wanted,
            created_by=caller().id,
            public_url=known_adapters.public_url,
            adapters=known_adapters,
            now=clock.now(),
        )
        secret = opened.made.secret
        show_once(url=opened.url, **({} if secret is None else {"client_secret": secret}))
        view = opened.made.view
        return {
            **vars(view),
            **{name: view.details.get(name) for name in ("return_url", "locale", "flow", "theme")},
            "mode": scope.current().mode,
            "customer": opened.customer,
            "url": None,
            "client_secret": None,
        }


@blueprint.route("/<session_id>")
class PortalSession(MethodView):
    """One of them."""

    @api("portal_sessions:read")
    @blueprint.response(200, PortalSessionOut)
    def get(self, session_id: str) -> known.SessionRecord | dict[str, Any]:
        """Read a session, opened or not."""
        return _shown(session_id)


@blueprint.route("/<session_id>/revoke")
class Revocation(MethodView):
    """Ending one."""

    @api("portal_sessions:write")
    @idempotent
    @blueprint.response(200, PortalSessionOut)
    def post(self, session_id: str) -> known.SessionRecord | dict[str, Any]:
        """End a session, or take back one that was not opened: within a second it is refused everywhere."""
        portal_sessions.revoke(session(), session_id=session_id, now=clock.now())
        return _shown(session_id)


@blueprint.route("/revoke")
class Revocations(MethodView):
    """Ending a customer's."""

    @api("portal_sessions:write")
    @idempotent
    @blueprint.arguments(PortalSessionsEnd)
    @blueprint.response(200, PortalSessionsEnded)
    def post(self, given: dict[str, Any]) -> dict[str, int]:
        """End every session that sees a customer, whoever's it is, and take back what waits to be opened."""
        ended = portal_sessions.revoke_of_customer(session(), customer=given["customer"], now=clock.now())
        return {"ended": ended}


def _shown(session_id: str) -> known.SessionRecord | dict[str, Any]:
    now = clock.now()
    found = known.one(session(), session_id, now=now)
    if found is not None:
        return found
    waiting = entries.by_id(session(), session_id)
    is_open = waiting.used_at is None and now < waiting.expires_at
    return {
        **vars(waiting),
        "state": "unopened" if is_open else "expired",
        "assurance": None,
        "framed": False,
        "delegate": None,
        "browser": None,
        "system": None,
        "last_seen_at": None,
        "ended_at": waiting.used_at,
    }
