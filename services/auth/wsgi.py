"""Auth's web application: `gunicorn services.auth.wsgi:app`. It does not start where sign-ins would be unsafe."""

from services.auth import adapters
from services.auth.api import (
    api_requests,
    delegates,
    embed,
    embed_code,
    gate,
    identity,
    identity_secrets,
    internal,
    keys,
    logos,
    portal_sessions,
    subscriber_links,
    vendor_users,
    vendors,
    widgets,
)
from services.auth.pages import console, customer, places
from services.auth.rules.standing import VendorClosed
from services.auth.settings import Settings
from shared.database.session import Database
from shared.settings import load
from shared.web import cookies, create_app

_settings = load(Settings, service="auth")
cookies.is_local(_settings.public_url)  # raises BadSettings for plain HTTP on any host but one's own

app = create_app(
    "auth",
    settings=_settings,
    database=Database(_settings.database_url),
    adapters=adapters.connect(_settings),
    api=(
        vendors.blueprint,
        vendor_users.blueprint,
        keys.blueprint,
        api_requests.blueprint,
        identity.blueprint,
        identity_secrets.blueprint,
        portal_sessions.blueprint,
        subscriber_links.blueprint,
        subscriber_links.sign_in_links,
        delegates.blueprint,
        widgets.blueprint,
    ),
    pages=(
        customer.sign_in,
        customer.link,
        customer.entry,
        customer.choose,
        customer.sessions,
        customer.logo,
        customer.order,
        customer.people,
        customer.email,
        customer.permanent,
        customer.step_up,
        places.billing,
        places.console,
        *console.BLUEPRINTS,
    ),
    internal=(
        internal.blueprint,
        embed.blueprint,
        embed_code.blueprint,
        logos.blueprint,
        customer.step_up_siblings,
        console.siblings,
    ),
    step_up=customer.ask_here,
    console=console.ask_here,
    error_looks=customer.dress_error,
)
app.register_error_handler(VendorClosed, customer.show_closed)
gate.install(app)
