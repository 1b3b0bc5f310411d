"""/v1/subscriber_links and /v1/sign_in_links: ways in that a vendor hands to its customers."""

from io import BytesIO
from typing import Any

import segno
from flask import Response
from flask.views import MethodView

from services.auth.actions import sign_in, subscriber_links
from services.auth.adapters import Adapters
from services.auth.queries import portals
from services.auth.queries import subscriber_links as known
from services.auth.queries.subscriber_links import LinkView
from services.auth.rules import link as rule
from services.auth.schemas.subscriber_links import LinkIn, LinkOut, NoBody, SignInLinkIn, SignInLinkOut
from shared import clock
from shared.database import scope
from shared.errors import NotFound
from shared.web import ApiBlueprint, adapters, idempotent, session
from shared.web.access import api
from shared.web.once import show_once

blueprint = ApiBlueprint("subscriber_links", description="A customer's permanent link into the portal, to look on.")
sign_in_links = ApiBlueprint("sign_in_links", description="Links that sign a customer in once.")


@blueprint.route("")
class Links(MethodView):
    """A customer's link, wanted."""

    @api("subscriber_links:write")
    @idempotent
    @blueprint.arguments(LinkIn)
    @blueprint.response(200, LinkOut)
    def post(self, given: dict[str, Any]) -> dict[str, Any]:
        """The customer's link; made if there is none yet."""
        subscriber_links.ensure(
            session(), customer=given["customer"], secrets=adapters(Adapters).secrets, now=clock.now()
        )
        return _shown(given["customer"])


@blueprint.route("/<customer_id>")
class Link(MethodView):
    """A customer's link."""

    @api("subscriber_links:read")
    @blueprint.response(200, LinkOut)
    def get(self, customer_id: str) -> LinkView:
        """Read the link to copy it."""
        return _link(customer_id)


@blueprint.route("/<customer_id>/qr")
class Picture(MethodView):
    """The link as a picture."""

    @api("subscriber_links:read")
    @blueprint.response(200, {"type": "string"}, content_type="image/svg+xml", description="A QR code, as SVG")
    def get(self, customer_id: str) -> Response:
        """Draw the link as a QR code, to print it or to show it."""
        drawn = BytesIO()
        segno.make(_link(customer_id).url, error="m").save(drawn, kind="svg", scale=4)
        return Response(drawn.getvalue(), content_type="image/svg+xml")


@blueprint.route("/<customer_id>/regenerate")
class Regeneration(MethodView):
    """Replacing a link."""

    @api("subscriber_links:write")
    @idempotent
    @blueprint.arguments(NoBody)
    @blueprint.response(200, LinkOut)
    def post(self, _given: dict[str, Any], customer_id: str) -> dict[str, Any]:
        """Replace the link; the old one, and whoever is in by it, is out within a second."""
        subscriber_links.regenerate(
            session(), customer=customer_id, secrets=adapters(Adapters).secrets, now=clock.now()
        )
        return _shown(customer_id)


@blueprint.route("/<customer_id>/revoke")
class Revocation(MethodView):
    """Taking a link back."""

    @api("subscriber_links:write")
    @idempotent
    @blueprint.arguments(NoBody)
    @blueprint.response(204)
    def post(self, _given: dict[str, Any], customer_id: str) -> None:
        """Take the link back; whoever is in by it is out within a second."""
        subscriber_links.revoke(session(), customer=customer_id, now=clock.now())


@blueprint.route("/<customer_id>/mail")
class Mailing(MethodView):
    """Sending a link."""

    @api("subscriber_links:write")
    @idempotent
    @blueprint.arguments(NoBody)
    @blueprint.response(202)
    def post(self, _given: dict[str, Any], customer_id: str) -> None:
        """Mail the link to the customer's address on file."""
        secrets = adapters(Adapters).secrets
        link = _link(customer_id)
        subscriber_links.mail(
            session(), link=link, portal=known.portal_for(session()), secrets=secrets, now=clock.now()
        )


@sign_in_links.route("")
class SignInLinks(MethodView):
    """A link for somebody who asked on the phone, say."""

    @api("sign_in_links:write")
    @idempotent
    @sign_in_links.arguments(SignInLinkIn)
    @sign_in_links.response(201, SignInLinkOut)
    def post(self, given: dict[str, Any]) -> dict[str, Any]:
        """Make a link that signs the customer in once, within ten minutes. It is mailed to nobody."""
        here, now, known_adapters = scope.current(), clock.now(), adapters(Adapters)
        wanted = given.get("configuration")
        portal = portals.by_id(session(), wanted) if wanted else portals.of_vendor(session(), here.vendor, here.mode)
        if portal is None or (portal.vendor, portal.mode) != (here.vendor, here.mode) or not portal.active:
            raise NotFound
        url = sign_in.make_link(
            session(),
            portal=portal,
            email=given["email"],
            public_url=known_adapters.public_url,
            secrets=known_adapters.secrets,
            now=now,
        )
        if url is None:
            raise NotFound
        show_once(url=url)
        return {"url": None, "expires_at": now + rule.LIFETIME}


def _link(customer_id: str) -> LinkView:
    it = adapters(Adapters)
    return known.of_customer(session(), customer=customer_id, public_url=it.public_url, secrets=it.secrets)


def _shown(customer_id: str) -> dict[str, Any]:
    view = _link(customer_id)
    show_once(url=view.url)
    return {**vars(view), "url": None}
