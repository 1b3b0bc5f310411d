"""/v1/identity: is this hash right, who was not let in and why, whose hashes are taken."""

from typing import Any

from flask.views import MethodView

from services.auth.actions import identity
from services.auth.adapters import Adapters
from services.auth.queries import identity_check, portals, refusals, subjects
from services.auth.queries.portals import PortalView
from services.auth.queries.subjects import Named
from services.auth.rules.signed_identity import IdType, Subject
from services.auth.schemas.identity import CheckIn, CheckOut, CustomerOut, CustomerPatch, RefusalPage
from shared import clock
from shared.database import scope
from shared.errors import NotFound
from shared.web import ApiBlueprint, adapters, session
from shared.web.access import api
from shared.web.paging import Page, PageArgs, page

blueprint = ApiBlueprint("identity", description="Identities that a vendor's server signs for its customers.")


@blueprint.route("/check")
class Check(MethodView):
    """Trying a hash."""

    @api("identity_secrets:write")
    @blueprint.arguments(CheckIn)
    @blueprint.response(200, CheckOut)
    def post(self, given: dict[str, Any]) -> dict[str, Any]:
        """Say whether a hash or token matches, or what was likely done wrong. Nobody is signed in by it."""
        kinds = {"email": IdType.EMAIL, "customer_id": IdType.CUSTOMER_ID}
        whom = next((Subject(kind, given[name]) for name, kind in kinds.items() if name in given), None)
        checked = identity_check.check(
            session(),
            portal=_portal(given.get("configuration")),
            whom=whom,
            given=given["hash"],
            secrets=adapters(Adapters).secrets,
            now=clock.now(),
        )
        return {**vars(checked), "match": checked.match, "detail": " ".join(identity_check.sentences(checked, "en"))}


@blueprint.route("/refusals")
class Refusals(MethodView):
    """Who was not let in."""

    @api("identity_secrets:read")
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, RefusalPage)
    def get(self, args: dict[str, Any]) -> Page[Any]:
        """List whom the widgets of this mode did not let in during the last week, and why, newest first."""
        found = page(session(), *refusals.listing(), args)
        return Page(tuple(refusals.view(row) for row in found.data), found.has_more)


@blueprint.route("/customers/<customer_id>")
class Customer(MethodView):
    """One customer."""

    @api("identity_secrets:read")
    @blueprint.response(200, CustomerOut)
    def get(self, customer_id: str) -> Named:
        """Read whether hashes without expiry let this customer in."""
        return subjects.one(session(), customer_id)

    @api("identity_secrets:write")
    @blueprint.arguments(CustomerPatch)
    @blueprint.response(200, CustomerOut)
    def patch(self, given: dict[str, Any], customer_id: str) -> Named:
        """Take hashes without expiry for this customer, or none any more, which ends the sessions they began."""
        return identity.set_takes_v1(session(), customer=customer_id, takes_v1=given["takes_v1"], now=clock.now())


def _portal(configuration: str | None) -> PortalView:
    """One of the caller's vendor and mode. Raises NotFound."""
    here = scope.current()
    if configuration is None:
        found = portals.of_vendor(session(), here.vendor, here.mode)
    else:
        found = portals.by_id(session(), configuration)
    if found is None or (found.vendor, found.mode) != (here.vendor, here.mode):
        raise NotFound
    return found
