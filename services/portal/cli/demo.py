"""`bursar demo`, portal's part: who is there to look at, and where."""

from typing import Final

import click

from services.portal.actions.operations import demo as actions
from services.portal.adapters import connect
from services.portal.cli.base import OPERATOR, given, opened, vendor_of
from shared import clock
from shared.database import Database, scope

SMALL: Final = "larkfield"


@click.command()
@click.option("--small", is_flag=True, help="Larkfield alone.")
def demo(*, small: bool) -> None:
    """Fill the demo vendors' test portals, once; prints who can sign in where, and in which state they are."""
    with opened() as database:
        _plain(database)
        if small:
            click.echo("more         `bursar demo` adds two vendors with 32 customers, in every state there is")
            return
        for slug in actions.SHOPS:
            _lived(database, slug)
    click.echo("\nNo mail needed: `bursar link EMAIL --vendor SLUG` prints a sign-in link.")


def _plain(database: Database) -> None:
    vendor = vendor_of(database, SMALL)
    with scope.system(vendor=vendor.id, mode="test", job=OPERATOR), database.begin() as session:
        actions.seed(session, now=clock.now())
    click.echo(f"sign in      {given().public_url}/p/{vendor.slug}-test as mira@tessaly.example")
    click.echo(f"embed        {vendor.slug}-widget-test on {', '.join(actions.WIDGET_ORIGINS)}")


def _lived(database: Database, slug: str) -> None:
    """One that has a history, and its customers by state."""
    vendor = vendor_of(database, slug)
    with scope.system(vendor=vendor.id, mode="test", job=OPERATOR):
        told = actions.live(database.begin, connect(given()), slug=slug)
    click.echo(f"\nsign in      {given().public_url}/p/{slug}-test as")
    for state, email in told.states:
        click.echo(f"  {email:<26} {state}")
