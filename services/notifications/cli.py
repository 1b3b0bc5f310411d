"""Notifications' commands: the newest messages, webhooks sent again, and its part of `migrate` and `demo`."""

from datetime import UTC, datetime

import click

from services.notifications.actions.webhooks import queueing
from services.notifications.handlers import HANDLERS
from services.notifications.queries import messages as queries
from services.notifications.queries import webhooks as known
from services.notifications.settings import Settings
from shared import addresses, clock, settings
from shared import bus as buses
from shared.database import Database, scope
from shared.database.migrations import upgrade
from shared.errors import Refusal
from shared.events import NAMES


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


@group.group()
def webhooks() -> None:
    """Events on their way to vendors' own programs."""


@webhooks.command("resend")
@click.argument("endpoint")
@click.option("--type", "types", multiple=True, type=click.Choice(NAMES), help="Events of this type; may be repeated.")
@click.option("--from", "created_from", type=click.DateTime(), help="Events of this moment and after it, UTC.")
@click.option("--to", "created_to", type=click.DateTime(), help="Events before this moment, UTC.")
@click.option("--arrived-too", is_flag=True, help="Also those that arrived already.")
def resend(
    *,
    endpoint: str,
    types: tuple[str, ...],
    created_from: datetime | None,
    created_to: datetime | None,
    arrived_too: bool,
) -> None:
    """Send ENDPOINT (we_…) the events of the last 30 days that it missed, each under its own id."""
    database = Database(settings.load(Settings, service="notifications").database_url)
    try:
        with scope.platform(), database.begin(read_only=True) as session:
            owner = known.owner_of(session, endpoint_id=endpoint)
        with scope.system(vendor=owner.vendor, mode=owner.mode, job="bursar"), database.begin() as session:
            count = queueing.resend_many(
                session,
                endpoint_id=endpoint,
                types=types,
                created_from=created_from and created_from.replace(tzinfo=UTC),
                created_to=created_to and created_to.replace(tzinfo=UTC),
                arrived_too=arrived_too,
                now=clock.now(),
            )
    except Refusal as refusal:
        raise click.ClickException(f"{endpoint}: {refusal.code}") from None
    finally:
        database.close()
    click.echo(f"events on their way to {endpoint}: {count}")
