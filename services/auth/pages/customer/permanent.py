"""A customer's permanent link. Reading its page changes nothing; a person's click sends the token."""

from flask import Blueprint, Response

from services.auth.actions import subscriber_links
from services.auth.actions.sign_in.use import Unusable
from services.auth.pages.customer import portal as shell
from services.auth.pages.customer.sign_in import expired
from shared import addresses, clock
from shared.web import public, render, session

blueprint = Blueprint("permanent", __name__, url_prefix="/p/<slug>/sign-in/permanent")


@blueprint.get("")
@public
def show(slug: str) -> Response:
    """A page without any secret: whose link it is stands in the fragment."""
    with shell.entered(slug) as portal:
        return shell.arrival(portal, "permanent")


@blueprint.post("/describe")
@public
def describe(slug: str) -> Response:
    """Whose link this is, masked. Changes nothing; unknown, revoked and foreign links are answered alike, with 410."""
    with shell.entered(slug) as portal:
        email = subscriber_links.is_good(session(), portal=portal, token=shell.given_token())
        if email is None:
            return expired(portal)
        current = shell.current(portal)
        other = current is not None and current.email != email
        return render(
            "auth/permanent.html",
            brand=shell.brand(portal),
            portal=portal,
            email=addresses.mask(email),
            other_account=addresses.mask(current.email) if current is not None and other else None,
        )


@blueprint.post("")
@public
def use(slug: str) -> Response:
    """Let this browser in, to look on."""
    with shell.entered(slug) as portal:
        visitor = shell.visitor()
        outcome = subscriber_links.use(
            session(),
            portal=portal,
            token=shell.given_token(),
            current=shell.current(portal),
            client=visitor.client,
            device=visitor.device,
            now=clock.now(),
        )
        return expired(portal) if isinstance(outcome, Unusable) else shell.enter(portal, outcome)
