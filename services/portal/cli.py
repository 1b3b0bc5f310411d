"""Portal's commands: imports, the ledger, and its part of `migrate` and `demo`."""

import csv
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from services.portal.actions.operations import demo as demo_actions
from services.portal.actions.operations import imports
from services.portal.handlers import HANDLERS
from services.portal.queries import ledger as ledger_queries
from services.portal.queries import vendors
from services.portal.queries.imports import ImportView
from services.portal.queries.ledger import Ledger
from services.portal.queries.vendors import VendorNotHere, VendorView
from services.portal.rules.operations.import_row import COLUMNS, Kind
from services.portal.settings import PortalSettings
from shared import bus as buses
from shared import clock, settings
from shared.database import Database, scope
from shared.database.migrations import upgrade
from shared.errors import Refusal
from shared.events import Mode
from shared.i18n import text

OPERATOR: Final = "operator"
DEMO_VENDOR: Final = "larkfield"
VENDOR_WITHIN: Final = 15.0  # seconds for the event about a new vendor to arrive
_MODE: Final = click.Choice(["test", "live"])
_SHOWN: Final = 100  # problems


@click.group(name="portal")
def group() -> None:
    """Customers, subscriptions and payments."""


@contextmanager
def _database() -> Iterator[Database]:
    """Portal's database, as the environment says. A refusal becomes a sentence and exit code 1."""
    database = Database(_settings().database_url)
    try:
        yield database
    except Refusal as refusal:
        raise click.ClickException(text(f"errors.{refusal.code}", "en", **refusal.params)) from None
    finally:
        database.close()


def _settings() -> PortalSettings:
    return settings.load(PortalSettings, service="portal")


@group.command()
def migrate() -> None:
    """Bring portal's tables up to date."""
    given = _settings()
    upgrade("portal", given.database_url)
    buses.declare(given.bus_url, service="portal", handlers=HANDLERS)  # before siblings publish
    click.echo("portal: tables are up to date")


@group.command()
def demo() -> None:
    """Fill the demo vendor's test portal, once; prints who can sign in."""
    with _database() as database:
        vendor = _vendor(database, DEMO_VENDOR)
        with scope.system(vendor=vendor.id, mode="test", job=OPERATOR), database.begin() as session:
            demo_actions.seed(session, now=clock.now())
    click.echo(f"sign in      {_settings().public_url}/p/{vendor.slug}-test as mira@tessaly.example")


@group.group(name="import")
def import_commands() -> None:
    """Bring in customers, payments or subscriptions from a CSV file."""


@dataclass(frozen=True, kw_only=True)
class _Request:
    """What an import command was asked for."""

    vendor: str | None
    mode: Mode
    file: Path | None
    all_or_nothing: bool
    template: bool


def _importing(command: Callable[..., None]) -> Any:
    """The options that the three import commands share."""
    for option in (
        click.option("--template", is_flag=True, help="Print the columns with an example row, and do nothing else."),
        click.option("--all-or-nothing", is_flag=True, help="If one row is wrong, nothing goes in."),
        click.option("--mode", type=_MODE, default="test", show_default=True),
        click.option("--vendor", help="The vendor's id or slug."),
        click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    ):
        command = option(command)
    return command


def _columns(kind: Kind) -> str:
    """The end of a command's help."""
    columns = COLUMNS[kind]
    return f"Columns: {', '.join(columns.required)}; and if you have them {', '.join(columns.optional)}."


@import_commands.command("payments", epilog=_columns(Kind.PAYMENTS))
@_importing
def import_payments(**given: Any) -> None:
    """Payments of the past: each gets an invoice, and no mail is sent."""
    _import(Kind.PAYMENTS, _Request(**given))


@import_commands.command("customers", epilog=_columns(Kind.CUSTOMERS))
@_importing
def import_customers(**given: Any) -> None:
    """Customers; those that are here already stay as they are."""
    _import(Kind.CUSTOMERS, _Request(**given))


@import_commands.command("subscriptions", epilog=_columns(Kind.SUBSCRIPTIONS))
@_importing
def import_subscriptions(**given: Any) -> None:
    """Subscriptions that run already, to plans that are here."""
    _import(Kind.SUBSCRIPTIONS, _Request(**given))


def _import(kind: Kind, asked: _Request) -> None:
    if asked.template:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([COLUMNS[kind].all, COLUMNS[kind].example])
        return
    if asked.file is None or asked.vendor is None:
        raise click.UsageError("Name a FILE and a --vendor, or ask for the --template.")
    with _database() as database:
        vendor = _vendor(database, asked.vendor)
        with scope.system(vendor=vendor.id, mode=asked.mode, job=OPERATOR):
            found = _run(database, kind, asked.file, all_or_nothing=asked.all_or_nothing)
    _tell(found, kind)
    if found.refused:
        sys.exit(1)


def _run(database: Database, kind: Kind, path: Path, *, all_or_nothing: bool) -> ImportView:
    passes = 2 if all_or_nothing else 1
    with (
        path.open("rb") as file,
        click.progressbar(length=path.stat().st_size * passes, label=path.name, file=sys.stderr) as bar,
    ):
        done = 0

        def advance(position: int) -> None:
            nonlocal done
            bar.update(position - done if position >= done else position)
            done = position

        return imports.run(
            database.begin,
            kind=kind,
            file=file,
            file_name=path.name,
            all_or_nothing=all_or_nothing,
            progress=advance,
            now=clock.now(),
        )


def _tell(found: ImportView, kind: Kind) -> None:
    """Each problem with its line, then one line that sums up."""
    for error in found.errors[:_SHOWN]:
        where = f"line {error.line}, {error.field}" if error.field else f"line {error.line}"
        click.echo(f"{where}: {text(f'errors.field.{error.code}', 'en', **error.params)} ({error.code})", err=True)
    if len(found.errors) > _SHOWN:
        click.echo("… and more", err=True)
    click.echo(
        f"{found.rows:,} rows: {found.added:,} {kind.value} added, {found.customers_added:,} customers made, "
        f"{found.unchanged:,} here before, {found.refused:,} refused"
    )
    if found.status == "refused":
        click.echo("Nothing went in.", err=True)


@group.group()
def ledger() -> None:
    """The books."""


@ledger.command("verify")
@click.option("--vendor", help="The vendor's id or slug; all of them if left out.")
@click.option("--wait", type=click.FloatRange(min=0), default=0.0, help="Seconds to wait for invoices on their way.")
def verify_ledger(vendor: str | None, wait: float) -> None:
    """Prove that every payment has exactly one invoice of its amount."""
    deadline = time.monotonic() + wait
    with _database() as database:
        only = None if vendor is None else _vendor(database, vendor).id
        books = _books(database, only)
        while not books.is_balanced and time.monotonic() < deadline:
            time.sleep(0.5)
            books = _books(database, only)
    for each in books.balances:
        click.echo(
            f"{each.vendor} {each.mode}: {each.payments:,} payments of {each.paid}, "
            f"{each.invoices:,} invoices of {each.invoiced}"
        )
    for wrong in books.mismatches:
        said = "no invoice" if not wrong.invoices else f"{wrong.invoices} invoices of {wrong.invoiced} minor units"
        click.echo(f"{wrong.customer}: payment {wrong.payment} of {wrong.paid} has {said}", err=True)
    if not books.is_balanced:
        click.echo(f"The books do not balance: {books.mismatch_count:,} payments are wrong.", err=True)
        sys.exit(1)
    click.echo("The books balance.")


def _books(database: Database, vendor: str | None) -> Ledger:
    with database.begin(read_only=True) as session, scope.platform():
        return ledger_queries.verify(session, vendor=vendor)


def _vendor(database: Database, word: str) -> VendorView:
    """The vendor, waited for a little: its event may be on its way. Raises VendorNotHere."""
    deadline = time.monotonic() + VENDOR_WITHIN
    while True:
        try:
            with database.begin(read_only=True) as session:
                return vendors.by_word(session, word=word)
        except VendorNotHere:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.2)
