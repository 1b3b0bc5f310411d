"""The invoices service's commands: verification, and its part of `migrate` and `demo`."""

import click

from services.invoices.handlers import HANDLERS
from services.invoices.queries import verification
from services.invoices.queries.findings import SeriesReport
from services.invoices.rules.numbering import CREDIT_NOTES
from services.invoices.settings import Settings
from shared import bus as buses
from shared import settings
from shared.database import Database, scope
from shared.database.migrations import upgrade
from shared.errors import NotFound


@click.group(name="invoices")
def group() -> None:
    """Invoices and their documents."""


@group.command()
def migrate() -> None:
    """Bring invoices' tables up to date."""
    given = settings.load(Settings, service="invoices")
    upgrade("invoices", given.database_url)
    buses.declare(given.bus_url, service="invoices", handlers=HANDLERS)  # before siblings publish
    click.echo("invoices: up to date")


@group.command()
def demo() -> None:
    """Nothing to make: invoices follow from the demo vendor's payments."""


@group.group()
def invoices() -> None:
    """Issued invoices."""


@invoices.command()
@click.option("--vendor", help="Slug or id of one vendor; all of them without it.")
@click.option("--mode", type=click.Choice(["test", "live"]), help="One mode; both without it.")
def verify(*, vendor: str | None, mode: str | None) -> None:
    """Prove that numbers have no gap, sums add up and documents are intact. Exit code 1 names each fault."""
    database = Database(settings.load(Settings, service="invoices").database_url)
    faults = 0
    try:
        with database.begin(read_only=True) as session, scope.platform():
            for report in verification.verify(session, vendor=vendor, mode=mode):
                faults += len(report.faults)
                _show(report)
    except NotFound:
        raise click.ClickException(f"there is no vendor {vendor} here") from None
    finally:
        database.close()
    if faults:
        raise click.ClickException(_counted(faults, "fault"))


def _show(report: SeriesReport) -> None:
    where = f"{report.vendor} {report.mode}"
    parts = [_counted(report.count, "credit note" if report.name == CREDIT_NOTES else "invoice")]
    if report.count:
        parts.append(f"1–{report.last}")
    parts += report.amounts
    if report.documents:
        parts.append(_counted(report.documents, "document"))
    click.echo(f"{where}: {', '.join(parts)}")
    for fault in report.faults:
        click.echo(f"  FAULT {fault.number or report.name}: {fault.about}", err=True)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
