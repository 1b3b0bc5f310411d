"""`bursar doctor`: is everything there that this installation needs? Each fault with its remedy."""

import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import click

from shared import bus
from shared.bus.protocol import Mismatch, Unreachable
from shared.cli import embedded, gateway
from shared.cli.settings import settings_class
from shared.database.migrations import is_current
from shared.database.session import Database
from shared.settings import BadSettings, CommonSettings, load

OLDEST_PYTHON: Final = (3, 11)


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `remedy` is None when it is well."""

    about: str
    remedy: str | None = None


@click.command(name="doctor")
@click.pass_context
def group(context: click.Context) -> None:
    """Look for what is missing or wrong; exit code 1 if anything is."""
    from shared.cli import call_each, installed  # the root knows which services are here

    faults = 0
    for finding in _findings(installed()):
        faults += finding.remedy is not None
        click.echo(
            f"  ok    {finding.about}" if finding.remedy is None else f"  FAULT {finding.about}: {finding.remedy}"
        )
    call_each(context, "doctor")
    if faults:
        raise click.ClickException(f"{faults} of these need attention.")


def _findings(services: tuple[str, ...]) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    new_enough = sys.version_info >= OLDEST_PYTHON
    yield Finding(f"Python {version}", None if new_enough else "install Python 3.11 or newer")
    if embedded.is_embedded():
        yield from _of_this_machine()
    for service in services:
        yield from _of_service(service)


def _of_this_machine() -> Iterator[Finding]:
    place = embedded.home()
    try:
        nginx = gateway.find_nginx()
        yield Finding(f"nginx {'.'.join(map(str, gateway.version_of(nginx)))} at {nginx}")
    except gateway.NoGateway as missing:
        yield Finding("nginx", str(missing))
    readable = stat.S_IMODE(place.secrets_file.stat().st_mode) & 0o077
    yield Finding(f"{place.secrets_file}", f"others can read it: chmod 600 {place.secrets_file}" if readable else None)
    running = embedded.running_ports(place)
    yield Finding(f"runs on port {running['gateway']}" if running else "does not run now: `bursar run` starts it")


def _of_service(service: str) -> Iterator[Finding]:
    try:
        settings = load(settings_class(service), service=service)
    except BadSettings as problems:
        yield Finding(f"{service}: settings", str(problems))
        return
    yield _asked(f"{service}: database", lambda: _database(service, settings))
    yield _asked(f"{service}: bus", lambda: _bus(service, settings))


def _asked(about: str, question: Callable[[], str | None]) -> Finding:
    try:
        return Finding(about, question())
    except Exception as trouble:  # noqa: BLE001 - whatever it is, the operator is told
        return Finding(about, f"{type(trouble).__name__}: {str(trouble).splitlines()[0]}")


def _database(service: str, settings: CommonSettings) -> str | None:
    database = Database(settings.database_url)
    try:
        return None if is_current(service, database) else "its tables are not up to date: `bursar migrate`"
    finally:
        database.close()


def _bus(service: str, settings: CommonSettings) -> str | None:
    connected = bus.connect(settings.bus_url)
    try:
        connected.check(service)
    except Mismatch as difference:
        return f"{difference}. What is missing, `bursar migrate` makes; a queue of other properties must go first"
    except Unreachable as trouble:
        return f"it does not answer: {trouble}"
    finally:
        connected.close()
    return None
