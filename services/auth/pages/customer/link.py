"""The mailed link. Reading its page changes nothing; a person's click sends the token, once.

The token rides in the fragment, which no server, log or `Referer` sees. A script takes it out of the address bar,
asks whose it is, and sends it when a real click says so. Without scripts the page says to type the code.
"""

from flask import Blueprint, Response

from services.auth.actions import sign_in
from services.auth.actions.sign_in import SentBack, Unusable, device_text
from services.auth.adapters.secrets import digest
from services.auth.pages.customer import portal as shell
from services.auth.pages.customer.sign_in import expired
from services.auth.queries import sign_in as known
from services.auth.rules.link import LinkInvalid
from services.auth.rules.sign_in import MINUTE
from shared import addresses, clock
from shared.web import public, render, session
from shared.web.htmx import language

blueprint = Blueprint("link", __name__, url_prefix="/p/<slug>/sign-in/link")


@blueprint.get("")
@public
def show(slug: str) -> Response:
    """A page without any secret: what it is for is in the fragment."""
    with shell.entered(slug) as portal:
        return shell.arrival(portal, "link")


@blueprint.post("/describe")
@public
def describe(slug: str) -> Response:
    """Whose link this is, who asked for it and where, before anybody decides. Changes nothing."""
    with shell.entered(slug) as portal:
        try:
            asked = known.by_token(session(), portal=slug, token_hash=digest(_token()), now=clock.now())
        except LinkInvalid:
            return expired(portal)
        window, current = shell.window(portal), shell.current(portal)
        if not sign_in.works_in_browser(portal, asked, window=window):
            return render("auth/elsewhere.html", brand=shell.brand(portal), portal=portal)
        is_other_account = current is not None and current.email_key != asked.email_key
        return render(
            "auth/described.html",
            brand=shell.brand(portal),
            portal=portal,
            email=asked.masked,
            device=device_text(asked.device, language()),
            minutes=(clock.now() - asked.requested_at) // MINUTE,
            is_own_browser=sign_in.is_own_browser(asked, window=window),
            other_account=addresses.mask(current.email) if current is not None and is_other_account else None,
        )


@blueprint.post("")
@public
def use(slug: str) -> Response:
    """Sign in this browser, if the link works in it. It does once; with its code it dies here."""
    with shell.entered(slug) as portal:
        outcome = sign_in.use_link(
            session(),
            portal=portal,
            token=_token(),
            window=shell.window(portal),
            current=shell.current(portal),
            client=shell.visitor().client,
            now=clock.now(),
            device=shell.visitor().device,
        )
        if isinstance(outcome, SentBack):
            return shell.go_to(outcome.url)
        return expired(portal) if isinstance(outcome, Unusable) else shell.enter(portal, outcome)


def _token() -> str:
    return shell.given_token()
