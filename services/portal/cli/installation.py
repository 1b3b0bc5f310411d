"""`bursar migrate` and `bursar demo`, portal's part."""

from typing import Final

import click

from services.portal.actions.operations import demo as demo_actions
from services.portal.cli.base import OPERATOR, given, opened, vendor_of
from services.portal.handlers import HANDLERS
from shared import bus as buses
from shared import clock
from shared.database import scope
from shared.database.migrations import upgrade

DEMO_VENDOR: Final = "larkfield"


@click.command()
def migrate() -> None:
    """Bring portal's tables up to date."""
    found = given()
    upgrade("portal", found.database_url)
    buses.declare(found.bus_url, service="portal", handlers=HANDLERS)  # before siblings publish
    click.echo("portal: tables are up to date")


@click.command()
def demo() -> None:
    """Fill the demo vendor's test portal, once; prints who can sign in."""
    with opened() as database:
        vendor = vendor_of(database, DEMO_VENDOR)
        with scope.system(vendor=vendor.id, mode="test", job=OPERATOR), database.begin() as session:
            demo_actions.seed(session, now=clock.now())
    click.echo(f"sign in      {given().public_url}/p/{vendor.slug}-test as mira@tessaly.example")
