"""/v1/delegates: customers' own people, in the caller's mode."""

from typing import Any

from flask.views import MethodView

from services.auth.actions import delegates
from services.auth.actions.delegates import Invitation
from services.auth.adapters import Adapters
from services.auth.queries import delegates as known
from services.auth.queries import portals
from services.auth.schemas.delegates import DelegateArgs, DelegateIn, DelegateOut, DelegatePage, DelegatePatch
from shared import clock
from shared.database import scope
from shared.errors import NotFound
from shared.web import ApiBlueprint, adapters, caller, idempotent, session
from shared.web.access import api
from shared.web.paging import Page, page

blueprint = ApiBlueprint("delegates", description="Customers' own people, who sign in with addresses of their own.")


@blueprint.route("")
class Delegates(MethodView):
    """All of them."""

    @api("delegates:read")
    @blueprint.arguments(DelegateArgs, location="query")
    @blueprint.response(200, DelegatePage)
    def get(self, args: dict[str, Any]) -> Page[Any]:
        """List who has or had access for a customer, newest first."""
        found = page(session(), *known.listing(customer=args.pop("customer")), args)
        return Page(tuple(known.view(row) for row in found.data), found.has_more)

    @api("delegates:write")
    @idempotent
    @blueprint.arguments(DelegateIn)
    @blueprint.response(201, DelegateOut)
    def post(self, given: dict[str, Any]) -> known.DelegateView:
        """Let somebody in for a customer; a mail tells them where they sign in."""
        here = scope.current()
        portal = portals.of_vendor(session(), here.vendor, here.mode)
        if portal is None:
            raise NotFound
        return delegates.invite(
            session(),
            Invitation(**given),
            portal=portal,
            by=caller().actor,
            public_url=adapters(Adapters).public_url,
            now=clock.now(),
        )


@blueprint.route("/<delegate_id>")
class Delegate(MethodView):
    """One of them."""

    @api("delegates:read")
    @blueprint.response(200, DelegateOut)
    def get(self, delegate_id: str) -> known.DelegateView:
        """Read who somebody is for a customer."""
        return known.one(session(), delegate_id)

    @api("delegates:write")
    @blueprint.arguments(DelegatePatch)
    @blueprint.response(200, DelegateOut)
    def patch(self, given: dict[str, Any], delegate_id: str) -> known.DelegateView:
        """Give them another role, within a second wherever they are signed in."""
        return delegates.change(
            session(), delegate_id=delegate_id, customer=None, role=given["role"], by=caller().actor
        )


@blueprint.route("/<delegate_id>/revoke")
class Revocation(MethodView):
    """Sending one away."""

    @api("delegates:write")
    @idempotent
    @blueprint.response(200, DelegateOut)
    def post(self, delegate_id: str) -> known.DelegateView:
        """Take their access back: within a second they are refused everywhere."""
        return delegates.revoke(session(), delegate_id=delegate_id, customer=None, by=caller().actor, now=clock.now())
