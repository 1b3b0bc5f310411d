"""Auth's web application: `gunicorn services.auth.wsgi:app`. It does not start where sign-ins would be unsafe."""

from services.auth import adapters
from services.auth.api import internal, keys, vendors
from services.auth.pages import customer
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
    api=(vendors.blueprint, keys.blueprint),
    pages=(customer.sign_in, customer.link, customer.logo),
    internal=(internal.blueprint,),
)
