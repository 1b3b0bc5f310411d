"""Auth's commands: vendors, API keys, sign-in links, signed identities, and its part of `migrate` and `demo`."""

import click

from services.auth.cli.demo import demo, demo_people
from services.auth.cli.identity import identity_commands
from services.auth.cli.installation import migrate
from services.auth.cli.keys import key_commands
from services.auth.cli.sign_in import link
from services.auth.cli.staff import staff_commands
from services.auth.cli.vendors import vendor

__all__ = ["group"]


@click.group(name="auth")
def group() -> None:
    """Vendors, keys and sign-in."""


for command in (migrate, demo, demo_people, vendor, key_commands, link, identity_commands, staff_commands):
    group.add_command(command)
