"""`bursar import`: customers, payments or subscriptions from a CSV file, or all of them from Stripe."""

import csv
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from services.portal.actions.operations import imports
from services.portal.actions.sources import syncing
from services.portal.adapters import connect
from services.portal.cli.base import MODE, OPERATOR, given, opened, vendor_of
from services.portal.queries.imports import ImportView
from services.portal.rules.operations.import_row import COLUMNS, Kind
from shared import clock
from shared.database import Database, scope
from shared.events import Mode
from shared.i18n import text

_SHOWN: Final = 100  # problems


@click.group(name="import")
def import_commands() -> None:
    """Bring in customers, payments or subscriptions, from a CSV file or from Stripe."""


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
        click.option("--mode", type=MODE, default="test", show_default=True),
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


@import_commands.command("stripe")
@click.option("--mode", type=MODE, default="test", show_default=True)
@click.option("--vendor", required=True, help="The vendor's id or slug.")
def import_stripe(vendor: str, mode: Mode) -> None:
    """All that Stripe has, for a vendor whose billing source it is; what is here already stays once."""
    with opened() as database:
        found = vendor_of(database, vendor)
        sources = connect(given()).processors.sources
        with scope.system(vendor=found.id, mode=mode, job=OPERATOR):
            done = syncing.run(database.begin, sources=sources, now=clock.now())
    _tell(done, "objects")
    if done.refused:
        sys.exit(1)


def _import(kind: Kind, asked: _Request) -> None:
    if asked.template:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([COLUMNS[kind].all, COLUMNS[kind].example])
        return
    if asked.file is None or asked.vendor is None:
        raise click.UsageError("Name a FILE and a --vendor, or ask for the --template.")
    with opened() as database:
        vendor = vendor_of(database, asked.vendor)
        with scope.system(vendor=vendor.id, mode=asked.mode, job=OPERATOR):
            found = _run(database, kind, asked.file, all_or_nothing=asked.all_or_nothing)
    _tell(found, kind.value)
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


def _tell(found: ImportView, what: str) -> None:
    """Each problem with its line, then one line that sums up."""
    for error in found.errors[:_SHOWN]:
        line = f"line {error.line}" if error.line else ""
        where = ", ".join(part for part in (line, error.field) if part)
        click.echo(f"{where}: {text(f'errors.field.{error.code}', 'en', **error.params)} ({error.code})", err=True)
    if len(found.errors) > _SHOWN:
        click.echo("… and more", err=True)
    click.echo(
        f"{found.rows:,} rows: {found.added:,} {what} added, {found.customers_added:,} customers made, "
        f"{found.unchanged:,} here before, {found.refused:,} refused"
    )
    if found.status == "refused":
        click.echo("Nothing went in.", err=True)
