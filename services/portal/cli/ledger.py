"""`bursar ledger`: do the books balance, and is the action log as it was written?"""

import sys
import time
from dataclasses import dataclass

import click

from services.portal.actions.operations import sealing
from services.portal.cli.base import opened, vendor_of
from services.portal.queries import action_log, books, credited
from services.portal.queries import ledger as ledger_queries
from services.portal.queries.action_log import Break, ChainView
from services.portal.queries.books import Imbalance, Wrong
from services.portal.queries.ledger import Ledger
from services.portal.rules.operations.chain import Fault
from shared.database import Database, scope, steady

_WRONG = {
    Wrong.REFUNDED_DIFFERS: "payment {object} counts {expected} as refunded, its refunds come to {found}",
    Wrong.REFUNDED_TOO_MUCH: "of payment {object} of {expected}, {found} went back",
    Wrong.INVOICED_UNPAID: "payment {object} has not arrived, and has {found} invoices",
    Wrong.CREDIT_DIFFERS: "of credit {object}, {expected} are used, payments have {found} of it",
    Wrong.TOPPED_UP_DIFFERS: "top-up {object} keeps {expected}, its credit comes to {found}",
    Wrong.CREDIT_LOST: "payment {object} was withdrawn and keeps {found} of credit",
    Wrong.CREDITED_DIFFERS: "refund {object} of {expected} has credit notes of {found}",
    Wrong.CREDITED_UNREFUNDED: "credit note {object} of {found} has no refund",
    Wrong.PERIOD_PAID_TWICE: "subscription {object} has {found} payments for one period",
}
_FAULTS = {
    Fault.CHANGED: "line {sequence}, {entry}, was changed",
    Fault.BROKEN: "line {sequence}, {entry}, does not follow the line before it",
    Fault.MISSING: "lines before line {sequence}, {entry}, are missing",
    Fault.CUT: "the last line should be {sequence}: lines at the end are missing",
    Fault.ADDED: "line {sequence}, {entry}, was added behind the end",
}


@dataclass(frozen=True)
class _Books:
    """All that was looked at, at one moment."""

    ledger: Ledger
    others: tuple[Imbalance, ...]

    @property
    def is_balanced(self) -> bool:
        return self.ledger.is_balanced and not self.others


@click.group()
def ledger() -> None:
    """The books."""


@ledger.command("verify")
@click.option("--vendor", help="The vendor's id or slug; all of them if left out.")
@click.option("--wait", type=click.FloatRange(min=0), default=0.0, help="Seconds to wait for invoices on their way.")
def verify_ledger(vendor: str | None, wait: float) -> None:
    """Prove that payments, invoices, refunds and credits agree, and that nobody touched the action log."""
    deadline = time.monotonic() + wait
    with opened() as database:
        only = None if vendor is None else vendor_of(database, vendor).id
        found = _books(database, only)
        while not found.is_balanced and time.monotonic() < deadline:
            time.sleep(0.5)
            found = _books(database, only)
        chains = _chains(database, only)
    _tell_books(found)
    _tell_chains(chains)
    if not found.is_balanced or any(each.break_count for each in chains):
        sys.exit(1)


def _tell_books(found: _Books) -> None:
    for each in found.ledger.balances:
        click.echo(
            f"{each.vendor} {each.mode}: {each.payments:,} payments of {each.paid}, "
            f"{each.invoices:,} invoices of {each.invoiced}"
        )
    for wrong in found.ledger.mismatches:
        said = "no invoice" if not wrong.invoices else f"{wrong.invoices} invoices of {wrong.invoiced} minor units"
        click.echo(f"{wrong.customer}: payment {wrong.payment} of {wrong.paid} has {said}", err=True)
    for other in found.others:
        said = _WRONG[other.wrong].format(object=other.object, expected=other.expected, found=other.found)
        click.echo(f"{other.customer}: {said}", err=True)
    if found.is_balanced:
        click.echo("The books balance.")
        return
    count = found.ledger.mismatch_count + len(found.others)
    click.echo(f"The books do not balance: {count:,} payments are wrong.", err=True)


def _tell_chains(chains: tuple[ChainView, ...]) -> None:
    for each in chains:
        click.echo(f"{each.vendor} {each.mode}: {each.lines:,} lines of the action log, the last one is {each.head}")
        for broken in each.breaks:
            click.echo(f"{broken.vendor} {broken.mode}: {_said(broken)}", err=True)
    breaks = sum(each.break_count for each in chains)
    if breaks:
        click.echo(f"The action log was touched: {breaks:,} places are wrong.", err=True)
    else:
        click.echo("The action log is whole.")


def _said(broken: Break) -> str:
    return _FAULTS[broken.fault].format(sequence=broken.sequence, entry=broken.entry)


def _books(database: Database, vendor: str | None) -> _Books:
    with database.begin(read_only=True) as session, scope.platform():
        steady(session)
        return _Books(
            ledger_queries.verify(session, vendor=vendor),
            (*books.verify(session, vendor=vendor), *credited.verify(session, vendor=vendor)),
        )


def _chains(database: Database, vendor: str | None) -> tuple[ChainView, ...]:
    """Sealed first, so that what was written a moment ago is looked at as well."""
    sealing.seal_all(database.begin, vendor=vendor)
    with database.begin(read_only=True) as session, scope.platform():
        steady(session)
        return action_log.verify(session, vendor=vendor)
