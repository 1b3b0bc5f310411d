"""The same pages of signing in, where it is no vendor's portal: at `/billing` and at `/console`."""

from flask import Blueprint

from services.auth.pages.customer.link import blueprint as link
from services.auth.pages.customer.sign_in import blueprint as sign_in
from services.auth.pages.customer.step_up import blueprint as step_up
from shared.places import CONSOLE, GLOBAL, PLACES


def _at(slug: str, name: str) -> Blueprint:
    place = Blueprint(name, __name__, url_prefix=PLACES[slug])
    place.register_blueprint(sign_in, url_prefix="", url_defaults={"slug": slug})
    place.register_blueprint(link, url_prefix="sign-in/link", url_defaults={"slug": slug})
    place.register_blueprint(step_up, url_prefix="sign-in/step-up", url_defaults={"slug": slug})
    return place


billing = _at(GLOBAL, "billing")
console = _at(CONSOLE, "console_sign_in")
