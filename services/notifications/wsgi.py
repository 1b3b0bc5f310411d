"""The notifications service's web application: `gunicorn services.notifications.wsgi:app`."""

from services.notifications.adapters.mailing import mailing
from services.notifications.api import (
    customer_mails,
    events,
    internal,
    messages,
    suppressions,
    texts,
    webhook_standing,
    webhooks,
)
from services.notifications.pages import mailbox
from services.notifications.pages.console import deliveries as console_deliveries
from services.notifications.pages.console import events as console_events
from services.notifications.pages.console import messages as console_messages
from services.notifications.pages.console import suppressions as console_suppressions
from services.notifications.pages.console import texts as console_texts
from services.notifications.pages.console import webhooks as console_webhooks
from services.notifications.queries import holdings
from services.notifications.settings import Settings
from shared.database import Database
from shared.settings import load
from shared.web import create_app
from shared.web.holdings import holdings_blueprint

_settings = load(Settings, service="notifications")

app = create_app(
    "notifications",
    settings=_settings,
    database=Database(_settings.database_url),
    adapters=mailing(_settings),
    api=(
        events.blueprint,
        messages.blueprint,
        suppressions.blueprint,
        texts.blueprint,
        webhooks.blueprint,
        webhooks.deliveries,
    ),
    pages=(
        mailbox.blueprint,
        console_texts.blueprint,
        console_suppressions.blueprint,
        console_messages.blueprint,
        console_events.blueprint,
        console_deliveries.blueprint,
        console_webhooks.blueprint,
    ),
    internal=(
        internal.blueprint,
        customer_mails.blueprint,
        webhook_standing.blueprint,
        holdings_blueprint(holdings.of_customer),
    ),
)
