"""The service's web application."""

from dataclasses import replace

from flask import Flask

from services.notifications.adapters.mailing import mailing
from services.notifications.api import internal, messages
from services.notifications.pages import mailbox
from shared.database import Database
from shared.web import create_app
from tests.integration.notifications.office import settings_for
from tests.support.passports import PassportOffice


def application(database: Database, office: PassportOffice, *, is_open: bool) -> Flask:
    """Notifications' web application; `is_open`: with the mailbox of the embedded mode."""
    settings = replace(settings_for(1), auth_url=office.url, mail_url="log:", mailbox=is_open)
    return create_app(
        "notifications",
        settings=settings,
        database=database,
        adapters=mailing(settings),
        api=(messages.blueprint,),
        pages=(mailbox.blueprint,),
        internal=(internal.blueprint,),
    )
