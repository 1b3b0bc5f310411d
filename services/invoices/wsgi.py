"""The invoices service's web application: `gunicorn services.invoices.wsgi:app`."""

from services.invoices import adapters
from services.invoices.api import archives, credit_notes, internal
from services.invoices.api.invoices import blueprint
from services.invoices.pages.console import documents, ledger
from services.invoices.queries import holdings
from services.invoices.settings import Settings
from shared.database import Database
from shared.settings import load
from shared.web import create_app
from shared.web.holdings import holdings_blueprint

_settings = load(Settings, service="invoices")

app = create_app(
    "invoices",
    settings=_settings,
    database=Database(_settings.database_url),
    adapters=adapters.connect(_settings),
    api=(blueprint, credit_notes.blueprint, *archives.BLUEPRINTS),
    pages=(ledger.blueprint, documents.blueprint),
    internal=(
        internal.blueprint,
        holdings_blueprint(holdings.of_customer),
    ),
)
