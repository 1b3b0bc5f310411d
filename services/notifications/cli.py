"""Notifications' commands: the newest messages, and its part of `migrate` and `demo`."""

import click

from services.notifications.handlers import HANDLERS
from services.notifications.queries import messages as queries
from services.notifications.settings import Settings
from shared import addresses, settings
from shared import bus as buses
from shared.database import Database
from shared.database.migrations import upgrade


@click.group(name="notifications")
def group() -> None:
    """Mails."""


@group.command()
def migrate() -> None:
    """Bring notifications' tables up to date."""
    given = settings.load(Settings, service="notifications")
    upgrade("notifications", given.database_url)
    buses.declare(given.bus_url, service="notifications", handlers=HANDLERS)  # before siblings publish
    click.echo("notifications: up to date")


@group.command()
def demo() -> None:
    """Say where mails are. None is made here: they follow from what the other services say of the demo's vendors."""
    given = settings.load(Settings, service="notifications")
    where = f"{given.public_url}/mailbox" if given.mailbox else "delivered as MAIL_URL says; with `make up` to MailDev"
    click.echo(f"mails        {where}")


@group.group()
def messages() -> None:
    """Mails, each from the moment it is owed."""


@messages.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=25, show_default=True, help="How many, newest first.")
def list_messages(*, limit: int) -> None:
    """The newest messages of every vendor: what, to whom, in which state."""
    database = Database(settings.load(Settings, service="notifications").database_url)
    try:
        with database.begin(read_only=True) as session:
            for message in queries.recent(session, limit=limit):
                line = f"{message.id}  {message.created_at:%Y-%m-%d %H:%M:%S}  {message.kind:<15} {message.state:<8}"
                click.echo(f"{line} {addresses.mask(message.to):<40} {message.last_error or ''}".rstrip())
    finally:
        database.close()
