"""`bursar billing` and `bursar clock`: what the clock does, now or at another time."""

from datetime import datetime

import click

from services.portal.actions.operations import billing_run, test_clock
from services.portal.adapters import connect
from services.portal.cli.base import OPERATOR, given, opened, vendor_of
from services.portal.queries import test_clocks
from services.portal.queries.test_clocks import Present
from shared import clock
from shared.database import Database, scope


class Moment(click.ParamType[datetime]):
    """A moment with its offset."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Fails for what is no moment, or has no offset."""
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail("write it as 2026-01-31T10:15:00+01:00", param, ctx)
        if found.tzinfo is None:
            self.fail("it needs its offset, as in 2026-01-31T10:15:00+01:00", param, ctx)
        return found


@click.group()
def billing() -> None:
    """Renewals, retries and notices."""


@billing.command("run")
@click.option("--at", type=Moment(), help="As if it were then. A time to come concerns test mode alone.")
@click.option("--vendor", help="The vendor's id or slug; all of them if left out.")
def run_billing(at: datetime | None, vendor: str | None) -> None:
    """Do what is due, once; workers do the same all the time."""
    with opened() as database:
        only = None if vendor is None else vendor_of(database, vendor).id
        processors = connect(given()).processors
        for present in _presents(database, at, only):
            done = billing_run.run(database.begin, processors, present=present)
            who = f"{present.vendor or 'all vendors'} {present.mode or ''}".strip()
            click.echo(f"{who}: {done.turns:,} due, {done.retries:,} tried again, {done.notices:,} notices")


def _presents(database: Database, at: datetime | None, vendor: str | None) -> list[Present]:
    """Whose present it is: each vendor's own, or the given moment for all."""
    now = clock.now()
    if at is not None:
        return [Present(at=at, vendor=vendor, mode="test" if at > now else None)]
    with database.begin(read_only=True) as session:
        found = test_clocks.presents(session, now=now)
    if vendor is None:
        return list(found)
    own = [each for each in found if each.vendor == vendor]
    rest = Present(at=now, vendor=vendor, mode="live" if own or vendor in found[0].besides else None)
    return [rest, *own]


@click.group("clock")
def clock_commands() -> None:
    """The test clock of a vendor."""


@clock_commands.command("advance")
@click.option("--vendor", required=True, help="The vendor's id or slug.")
@click.option("--to", type=Moment(), help="The moment to move to.")
@click.option("--by", help="How far: a number and h, d, w, mo or y, such as 3mo.")
def advance_clock(vendor: str, to: datetime | None, by: str | None) -> None:
    """Move a test-mode vendor's time ahead; what is due on the way happens in order."""
    if (to is None) == (by is None):
        raise click.UsageError("Say either --to or --by.")
    with opened() as database:
        found = vendor_of(database, vendor)
        processors = connect(given()).processors
        with scope.system(vendor=found.id, mode="test", job=OPERATOR):
            view = test_clock.advance(
                database.begin,
                processors,
                to=to,
                by=by,
                patience=test_clock.FOREVER,
                step=lambda moment: click.echo(f"  {moment:%Y-%m-%d %H:%M}"),
            )
    click.echo(f"{found.slug}: it is now {view.now:%Y-%m-%d %H:%M} UTC in test mode")
