"""The service's web application."""

from dataclasses import replace

from flask import Flask

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
from shared.database import Database
from shared.web import create_app
from shared.web.holdings import holdings_blueprint
from tests.integration.notifications.office import settings_for
from tests.support.console_staff import standing
from tests.support.passports import PassportOffice


def application(database: Database, office: PassportOffice, *, is_open: bool) -> Flask:
    """Notifications' web application; `is_open`: with the mailbox of the embedded mode."""
    settings = replace(settings_for(1), auth_url=office.url, mail_url="log:", mailbox=is_open)
    return create_app(
        "notifications",
        settings=settings,
        database=database,
        adapters=mailing(settings),
        console=standing,
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
