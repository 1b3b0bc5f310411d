"""/v1/identity_secrets: what the vendor's server signs its customers' identity with, in the caller's mode."""

from datetime import timedelta
from typing import Any

from flask.views import MethodView

from services.auth.actions import identity_secrets
from services.auth.actions.identity_secrets import NewSecret
from services.auth.adapters import Adapters
from services.auth.queries import identity_secrets as known
from services.auth.schemas.identity import SecretIn, SecretMade, SecretOut, SecretPage, SecretPatch, SecretRoll
from shared import clock
from shared.web import ApiBlueprint, adapters, caller, idempotent, session
from shared.web.access import api
from shared.web.once import show_once
from shared.web.paging import Page, PageArgs, page

blueprint = ApiBlueprint("identity_secrets", description="What a vendor's server signs its customers' identity with.")


@blueprint.route("")
class Secrets(MethodView):
    """All identity secrets."""

    @api("identity_secrets:read")
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, SecretPage)
    def get(self, args: dict[str, Any]) -> Page[Any]:
        """List the identity secrets of this mode, newest first."""
        found = page(session(), *known.listing(), args)
        return Page(tuple(known.view(row) for row in found.data), found.has_more)

    @api("identity_secrets:write")
    @idempotent
    @blueprint.arguments(SecretIn)
    @blueprint.response(201, SecretMade)
    def post(self, given: dict[str, Any]) -> dict[str, Any]:
        """Make an identity secret; what it signs with is in this answer and nowhere else."""
        return _shown(
            identity_secrets.create(
                session(), created_by=caller().id, secrets=adapters(Adapters).secrets, now=clock.now(), **given
            )
        )


@blueprint.route("/<secret_id>")
class Secret(MethodView):
    """One identity secret."""

    @api("identity_secrets:read")
    @blueprint.response(200, SecretOut)
    def get(self, secret_id: str) -> known.SecretView:
        """Read an identity secret, without what it signs with."""
        return known.one(session(), secret_id)

    @api("identity_secrets:write")
    @blueprint.arguments(SecretPatch)
    @blueprint.response(200, SecretOut)
    def patch(self, given: dict[str, Any], secret_id: str) -> known.SecretView:
        """Rename it, or take no v1 hashes of it any more, which ends their sessions."""
        return identity_secrets.change(session(), secret_id=secret_id, now=clock.now(), **given)


@blueprint.route("/<secret_id>/roll")
class Roll(MethodView):
    """Replacing an identity secret."""

    @api("identity_secrets:write")
    @idempotent
    @blueprint.arguments(SecretRoll)
    @blueprint.response(201, SecretMade)
    def post(self, given: dict[str, Any], secret_id: str) -> dict[str, Any]:
        """Make a successor; the old secret goes on verifying for the overlap, then is refused."""
        return _shown(
            identity_secrets.roll(
                session(),
                secret_id=secret_id,
                overlap=timedelta(seconds=given["overlap"]),
                created_by=caller().id,
                secrets=adapters(Adapters).secrets,
                now=clock.now(),
            )
        )


@blueprint.route("/<secret_id>/revoke")
class Revoke(MethodView):
    """Ending an identity secret."""

    @api("identity_secrets:write")
    @idempotent
    @blueprint.response(200, SecretOut)
    def post(self, secret_id: str) -> known.SecretView:
        """Refuse whatever it signed from now on, and end every session made with it."""
        return identity_secrets.revoke(session(), secret_id=secret_id, now=clock.now())


def _shown(made: NewSecret) -> dict[str, Any]:
    show_once(secret=made.secret)
    return {**vars(made.view), "secret": None}
