"""The notifications service's web application: `gunicorn services.notifications.wsgi:app`."""

from services.notifications.adapters.mailing import mailing
from services.notifications.api import internal, messages
from services.notifications.pages import mailbox
from services.notifications.settings import Settings
from shared.database import Database
from shared.settings import load
from shared.web import create_app

_settings = load(Settings, service="notifications")

app = create_app(
    "notifications",
    settings=_settings,
    database=Database(_settings.database_url),
    adapters=mailing(_settings),
    api=(messages.blueprint,),
    pages=(mailbox.blueprint,),
    internal=(internal.blueprint,),
)
