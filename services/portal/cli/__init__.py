"""Portal's commands: imports, the ledger, billing, the test clock, and its part of `migrate` and `demo`."""

import click

from services.portal.cli.billing import billing, clock_commands
from services.portal.cli.demo import demo
from services.portal.cli.importing import import_commands
from services.portal.cli.installation import migrate
from services.portal.cli.ledger import ledger

__all__ = ["group"]


@click.group(name="portal")
def group() -> None:
    """Customers, subscriptions and payments."""


for command in (migrate, demo, import_commands, ledger, billing, clock_commands):
    group.add_command(command)
