"""The address of a portal session, or of staff who look on. Reading its page changes nothing; a person's click sends
the token, once.
"""

from flask import Blueprint, Response

from services.auth.actions import entries
from services.auth.actions.sign_in import Unusable
from services.auth.pages.customer import portal as shell
from services.auth.pages.customer.sign_in import expired
from services.auth.queries import identities
from services.auth.rules.entry import EntryInvalid
from shared import addresses, clock
from shared.web import public, render, session

blueprint = Blueprint("entry", __name__, url_prefix="/p/<slug>/sign-in/entry")


@blueprint.get("")
@public
def show(slug: str) -> Response:
    """A page without any secret: what it is for is in the fragment."""
    with shell.entered(slug) as portal:
        return shell.arrival(portal, "entry")


@blueprint.post("/describe")
@public
def describe(slug: str) -> Response:
    """Who would come in, and whether somebody else is in already. Changes nothing."""
    with shell.entered(slug) as portal:
        try:
            found = entries.described(session(), portal=portal, token=shell.given_token(), now=clock.now())
        except EntryInvalid:
            return expired(portal)
        people = identities.of_customers(session(), found.customers)
        if not people:
            return expired(portal)
        current = shell.current(portal)
        is_other = current is not None and (
            bool(current.staff or found.staff) or current.customers != tuple(each.customer for each in people)
        )
        return render(
            "auth/entry.html",
            brand=shell.brand(portal),
            portal=portal,
            email=addresses.mask(people[0].email),
            other_account=addresses.mask(current.email) if current is not None and is_other else None,
            looks_on=found.staff is not None,
            reason=found.reason,
        )


@blueprint.post("")
@public
def use(slug: str) -> Response:
    """Sign in this browser, once, and show what the session was made for."""
    with shell.entered(slug) as portal:
        outcome = entries.use(
            session(),
            portal=portal,
            token=shell.given_token(),
            current=shell.current(portal),
            client=shell.visitor().client,
            device=shell.visitor().device,
            now=clock.now(),
        )
        return expired(portal) if isinstance(outcome, Unusable) else shell.enter(portal, outcome)
