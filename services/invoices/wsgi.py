"""The invoices service's web application: `gunicorn services.invoices.wsgi:app`."""

from services.invoices import adapters
from services.invoices.api.invoices import blueprint
from services.invoices.settings import Settings
from shared.database import Database
from shared.settings import load
from shared.web import create_app

_settings = load(Settings, service="invoices")

app = create_app(
    "invoices",
    settings=_settings,
    database=Database(_settings.database_url),
    adapters=adapters.connect(),
    api=(blueprint,),
)
