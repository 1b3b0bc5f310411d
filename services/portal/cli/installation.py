"""`bursar migrate`, portal's part."""

import click

from services.portal.actions.operations import completing
from services.portal.cli.base import given, opened
from services.portal.handlers import HANDLERS
from shared import bus as buses
from shared import clock
from shared.database.migrations import upgrade


@click.command()
def migrate() -> None:
    """Bring portal's tables up to date."""
    found = given()
    upgrade("portal", found.database_url)
    buses.declare(found.bus_url, service="portal", handlers=HANDLERS)  # before siblings publish
    with opened() as database:
        completing.complete(database.begin, now=clock.now())
    click.echo("portal: tables are up to date")
