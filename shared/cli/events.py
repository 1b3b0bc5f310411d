"""`bursar events`: the messages that were given up, per service; looked at, sent again, thrown away.

What a message carries is shown with names, addresses and texts masked. Replaying and discarding are logged.
"""

import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

import shared
from shared import bus as buses
from shared.bus.protocol import Bus, DeadLetter, Mismatch, Unreachable
from shared.cli import installed
from shared.events.document import page
from shared.logs import log
from shared.settings import load, setting

PAGE: Final = Path(shared.__file__).parents[1] / "docs" / "events.md"
_SHOWN: Final = ("id", "source", "type", "time", "vendor", "mode", "actorkind", "requestid")


@dataclasses.dataclass(frozen=True, kw_only=True)
class BusSettings:
    """All that these commands are told."""

    bus_url: str = setting("how events travel: sqlite:///path or amqp://user:password@host/vhost")


@click.group(name="events")
def group() -> None:
    """Dead letters: events a service could not handle."""


def _which(command: Callable[..., None]) -> Callable[..., None]:
    """The options that choose letters."""
    for option in (
        click.option("--service", "services", multiple=True, help="Of this service only; may be repeated."),
        click.option("--type", "key", help="Of this event only, for example payment.succeeded.v1."),
        click.option("--since", type=click.DateTime(), help="Given up at or after this moment (UTC)."),
        click.argument("ids", nargs=-1),
    ):
        command = option(command)
    return command


@group.command()
@_which
def dead(ids: Sequence[str], services: Sequence[str], key: str | None, since: datetime | None) -> None:
    """List the dead letters, oldest first; IDS are event ids."""
    with _bus() as bus:
        letters = _chosen(bus, ids, services, key, since)
    for letter in letters:
        click.echo(
            f"{letter.id}  {letter.queue}  {letter.key}  {letter.died_at:%Y-%m-%d %H:%M:%S}Z"
            f"  after {letter.attempts} attempts  {letter.reason}"
        )
    click.echo(f"{len(letters)} dead letters")


@group.command()
@click.option("--service", "services", multiple=True, help="Of this service only; may be repeated.")
@click.argument("event_id")
def show(event_id: str, services: Sequence[str]) -> None:
    """Show one event's dead letters, masked."""
    with _bus() as bus:
        letters = _chosen(bus, (event_id,), services, None, None)
    if not letters:
        raise click.ClickException(f"no dead letter of {event_id}")
    for letter in letters:
        click.echo(f"service   {letter.queue}\nkey       {letter.key}\nattempts  {letter.attempts}")
        click.echo(f"reason    {letter.reason}\ndied at   {letter.died_at:%Y-%m-%d %H:%M:%S}Z\n{masked(letter.body)}")


@group.command()
@_which
@click.option("--all", "every", is_flag=True, help="All that the other options leave.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent again, and send nothing.")
def replay(
    ids: Sequence[str],
    services: Sequence[str],
    key: str | None,
    since: datetime | None,
    *,
    every: bool,
    dry_run: bool,
) -> None:
    """Send dead letters to their own service again, under their old ids: what was done is not done twice."""
    _need_a_choice(ids, key, since, every=every)
    with _bus() as bus:
        letters = _chosen(bus, ids, services, key, since)
        if dry_run:
            click.echo("\n".join(f"{each.id}  {each.queue}  {each.key}" for each in letters))
            click.echo(f"{len(letters)} would be sent again")
            return
        done = bus.replay(letters)
    for letter in letters:
        log.info("dead_letter.replayed", service=letter.queue, event_id=letter.id, key=letter.key)
    click.echo(f"{done} sent again")


@group.command()
@_which
@click.option("--all", "every", is_flag=True, help="All that the other options leave.")
@click.option("--reason", required=True, help="Why; it is logged.")
def discard(
    ids: Sequence[str],
    services: Sequence[str],
    key: str | None,
    since: datetime | None,
    *,
    every: bool,
    reason: str,
) -> None:
    """Throw dead letters away for good."""
    _need_a_choice(ids, key, since, every=every)
    with _bus() as bus:
        letters = _chosen(bus, ids, services, key, since)
        done = bus.discard(letters)
    for letter in letters:
        log.warning("dead_letter.discarded", service=letter.queue, event_id=letter.id, key=letter.key, reason=reason)
    click.echo(f"{done} thrown away")


@group.command()
@click.option("--into", type=click.Path(path_type=Path), default=PAGE, help="File to write.")
def document(into: Path) -> None:
    """Write docs/events.md: every event, what it carries, who hears it."""
    heard: dict[str, list[str]] = {}
    for service in installed():
        handlers = import_module(f"services.{service}.handlers").HANDLERS  # by name: `shared` imports no service
        for event, effects in handlers.items():
            heard.setdefault(event.key(), []).extend(f"{service}.{effect.__name__}" for effect in effects)
    into.write_text(page({key: sorted(names) for key, names in heard.items()}))
    click.echo(f"wrote {into}")


def masked(body: bytes) -> str:
    """The envelope as it is; of the event's fields, ids, numbers and truths alone."""
    try:
        message = json.loads(body)
        around = {name: message.get(name) for name in _SHOWN}
        data = {name: _mask(value) for name, value in message["data"].items()}
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return f"{len(body)} bytes that are not an event"
    return json.dumps({**around, "data": data}, indent=2, default=str)


def _mask(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str) and "_" in value[:5] and value.isascii() and value.replace("_", "").isalnum():
        return value  # an id tells nobody who it is
    return "***"


def _chosen(
    bus: Bus, ids: Sequence[str], services: Sequence[str], key: str | None, since: datetime | None
) -> list[DeadLetter]:
    earliest = since.replace(tzinfo=UTC) if since else None
    return [
        letter
        for service in services or installed()
        for letter in bus.dead(service)
        if (not ids or letter.id in ids)
        and (key is None or letter.key == key)
        and (earliest is None or letter.died_at >= earliest)
    ]


def _need_a_choice(ids: Sequence[str], key: str | None, since: datetime | None, *, every: bool) -> None:
    if not (ids or key or since or every):
        raise click.UsageError("name event ids, --type, --since or --all")


@contextmanager
def _bus() -> Iterator[Bus]:
    bus = buses.connect(load(BusSettings, service="bursar").bus_url)
    try:
        yield bus
    except Unreachable as error:
        raise click.ClickException(f"the bus does not answer: {error}") from error
    except Mismatch as difference:
        raise click.ClickException(f"the bus is not as declared: {difference}") from difference
    finally:
        bus.close()
