"""/v1/vendor_users: the people who work for the caller's vendor, in both modes."""

from typing import Any

from flask.views import MethodView

from services.auth.actions import staff
from services.auth.actions.staff import Inviter
from services.auth.adapters import Adapters
from services.auth.queries import staff as known
from services.auth.schemas.vendor_users import VendorUserIn, VendorUserOut, VendorUserPage, VendorUserPatch
from shared import clock
from shared.database import scope
from shared.web import ApiBlueprint, adapters, caller, idempotent, session
from shared.web.access import api
from shared.web.paging import Page, PageArgs, page

blueprint = ApiBlueprint("vendor_users", description="The people who work for a vendor, in the console.")


@blueprint.route("")
class VendorUsers(MethodView):
    """All of them."""

    @api("vendor_users:read")
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, VendorUserPage)
    def get(self, args: dict[str, Any]) -> Page[Any]:
        """List the vendor's people, newest first."""
        found = page(session(), *known.listing(vendor=scope.current().vendor), args)
        return Page(tuple(known.view(row) for row in found.data), found.has_more)

    @api("vendor_users:write")
    @idempotent
    @blueprint.arguments(VendorUserIn)
    @blueprint.response(201, VendorUserOut)
    def post(self, given: dict[str, Any]) -> known.UserView:
        """Invite somebody by mail. A key names no role that is worth more than its own scopes."""
        it, here = adapters(Adapters), scope.current()
        return staff.invite(
            session(),
            vendor_id=here.vendor,
            mode=here.mode,
            by=Inviter(id=caller().id, name=None, own=caller().scopes),
            public_url=it.public_url,
            secrets=it.secrets,
            now=clock.now(),
            **given,
        )


@blueprint.route("/<user_id>")
class VendorUser(MethodView):
    """One of them."""

    @api("vendor_users:read")
    @blueprint.response(200, VendorUserOut)
    def get(self, user_id: str) -> known.UserView:
        """Read one of the vendor's people."""
        return known.one(session(), user_id, vendor=scope.current().vendor)

    @api("vendor_users:write")
    @blueprint.arguments(VendorUserPatch)
    @blueprint.response(200, VendorUserOut)
    def patch(self, given: dict[str, Any], user_id: str) -> known.UserView:
        """Give somebody another role, from their next request on. The last owner stays one."""
        return staff.change_role(
            session(),
            vendor_id=scope.current().vendor,
            user_id=user_id,
            role=given["role"],
            by=caller().id,
            own=caller().scopes,
            now=clock.now(),
        )

    @api("vendor_users:write")
    @blueprint.response(204)
    def delete(self, user_id: str) -> None:
        """Remove somebody: within a second they are out of the console and of every portal. The last owner stays."""
        staff.remove(
            session(),
            vendor_id=scope.current().vendor,
            user_id=user_id,
            by=caller().id,
            own=caller().scopes,
            now=clock.now(),
        )
