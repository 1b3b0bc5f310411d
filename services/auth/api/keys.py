"""/v1/api_keys: the keys of the caller's vendor and mode."""

from datetime import timedelta
from typing import Any

from flask.views import MethodView

from services.auth.actions import keys
from services.auth.actions.keys import NewKey
from services.auth.queries import keys as known
from services.auth.schemas.keys import KeyIn, KeyMade, KeyOut, KeyPage, KeyRoll
from shared import clock
from shared.database import scope
from shared.web import ApiBlueprint, caller, idempotent, session
from shared.web.access import api
from shared.web.once import show_once
from shared.web.paging import Page, PageArgs, page

blueprint = ApiBlueprint("api_keys", description="Keys that a vendor's backend calls with.")


@blueprint.route("")
class Keys(MethodView):
    """All keys."""

    @api("api_keys:read")
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, KeyPage)
    def get(self, args: dict[str, Any]) -> Page[Any]:
        """List the keys of this mode, newest first."""
        found = page(session(), *known.listing(), args)
        return Page(tuple(known.view(row) for row in found.data), found.has_more)

    @api("api_keys:write")
    @idempotent
    @blueprint.arguments(KeyIn)
    @blueprint.response(201, KeyMade)
    def post(self, given: dict[str, Any]) -> dict[str, Any]:
        """Make a key; its secret is in this answer and nowhere else."""
        here = scope.current()
        made = keys.create(
            session(),
            vendor_id=here.vendor,
            mode=here.mode,
            own=caller().scopes,
            created_by=caller().id,
            now=clock.now(),
            **given,
        )
        return _shown(made)


@blueprint.route("/<key_id>")
class Key(MethodView):
    """One key."""

    @api("api_keys:read")
    @blueprint.response(200, KeyOut)
    def get(self, key_id: str) -> known.KeyView:
        """Read a key, without its secret."""
        return known.one(session(), key_id)


@blueprint.route("/<key_id>/roll")
class Roll(MethodView):
    """Replacing a key."""

    @api("api_keys:write")
    @idempotent
    @blueprint.arguments(KeyRoll)
    @blueprint.response(201, KeyMade)
    def post(self, given: dict[str, Any], key_id: str) -> dict[str, Any]:
        """Make a successor; the old key goes on working for the overlap, then is refused."""
        made = keys.roll(
            session(),
            key_id=key_id,
            overlap=timedelta(seconds=given["overlap"]),
            own=caller().scopes,
            created_by=caller().id,
            now=clock.now(),
        )
        return _shown(made)


@blueprint.route("/<key_id>/revoke")
class Revoke(MethodView):
    """Ending a key."""

    @api("api_keys:write")
    @idempotent
    @blueprint.response(200, KeyOut)
    def post(self, key_id: str) -> known.KeyView:
        """Refuse the key from now on. Data it made stays."""
        return keys.revoke(session(), key_id=key_id, now=clock.now())


def _shown(made: NewKey) -> dict[str, Any]:
    show_once(secret=made.secret)
    return {**vars(made.view), "secret": None}
