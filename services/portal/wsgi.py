"""Portal's web application."""

from services.portal.adapters import connect
from services.portal.api import BLUEPRINTS as API
from services.portal.api import acceptances, email_change, entrances, integrations, internal
from services.portal.pages import BLUEPRINTS as PAGES
from services.portal.pages.customer import error_looks
from services.portal.settings import PortalSettings
from shared.database import Database
from shared.settings import load
from shared.web import create_app

settings = load(PortalSettings, service="portal")
app = create_app(
    "portal",
    settings=settings,
    database=Database(settings.database_url),
    adapters=connect(settings),
    api=API,
    pages=PAGES,
    error_looks=error_looks.wear,
    internal=(
        integrations.blueprint,
        acceptances.blueprint,
        internal.blueprint,
        entrances.blueprint,
        email_change.blueprint,
    ),
)
