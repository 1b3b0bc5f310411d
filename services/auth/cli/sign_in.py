"""`bursar link`: a way in for a customer who is helped by hand."""

import click

from services.auth.actions import sign_in
from services.auth.cli.base import in_vendor, machine, of_vendor
from services.auth.queries import portals
from shared import clock
from shared.errors import NotFound
from shared.events import Mode


class NoSuchCustomer(NotFound):
    """No customer of this portal has this address."""

    code = "no_such_customer"


class NoSuchPortal(NotFound):
    """The vendor has no portal in this mode, or its events have not arrived yet."""

    code = "no_such_portal"


@click.command("link")
@click.argument("email")
@of_vendor
def link(*, email: str, slug: str, mode: Mode) -> None:
    """Print a sign-in link for a customer: it works once, for ten minutes. No mail is sent."""
    with machine() as here, here.database.begin() as session, in_vendor(session, slug, mode) as of:
        portal = portals.of_vendor(session, of.id, mode)
        if portal is None:
            raise NoSuchPortal
        url = sign_in.make_link(
            session,
            portal=portal,
            email=email,
            public_url=here.settings.public_url,
            secrets=here.adapters.secrets,
            now=clock.now(),
        )
        if url is None:
            raise NoSuchCustomer
    click.echo(url)
