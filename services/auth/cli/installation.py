"""`bursar migrate`: auth's part of it."""

import click

from services.auth.handlers import HANDLERS
from services.auth.settings import Settings
from shared import bus as buses
from shared import settings
from shared.database.migrations import upgrade


@click.command()
def migrate() -> None:
    """Bring auth's tables up to date."""
    given = settings.load(Settings, service="auth")
    upgrade("auth", given.database_url)
    buses.declare(given.bus_url, service="auth", handlers=HANDLERS)  # before siblings publish
    click.echo("auth: tables are up to date")
