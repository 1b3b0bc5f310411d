"""`bursar`, the one command line: what is shared, and the groups of the services that this image holds.

A service's group is named by the entry-point group `bursar.services`; one that is not installed here is
skipped, so `shared` imports no service. Commands of IN_TURN exist in every group and are called one
service after the other; a service's other commands stand at the root.
"""

import sys
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from typing import Any, Final

import click

from shared.cli import embedded
from shared.settings import BadSettings, load_version

OWN: Final = ("run", "doctor", "settings", "events", "i18n", "openapi")
IN_TURN: Final = {
    "migrate": "Bring every service's tables up to date.",
    "demo": "Fill the demo vendors with customers in every state; prints who can sign in where.",
}
DEMO: Final = "demo"
DEMO_PEOPLE: Final = "demo-people"  # what a service can only do once the others have made their part
NEEDS_NO_SETTINGS: Final = ("run", "settings", "i18n")


@cache
def _entries() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group="bursar.services") if _is_here(entry.module)}


def _is_here(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def installed() -> tuple[str, ...]:
    """The services that are here: all four in a checkout, one in an image."""
    return tuple(_entries())


@cache
def group_of(service: str) -> click.Group:
    """The commands of one service."""
    group = _entries()[service].load()
    assert isinstance(group, click.Group), f"{service}'s entry point is not a click group"
    return group


class Root(click.Group):
    """Finds commands when they are asked for: `bursar run` loads no service."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        of_services = {name for service in installed() for name in group_of(service).commands}
        own = {name for name in OWN if _is_here(f"shared.cli.{name}")}
        return sorted((of_services - {"doctor", "openapi", DEMO_PEOPLE}) | own | set(IN_TURN))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name in OWN and _is_here(f"shared.cli.{cmd_name}"):
            group = import_module(f"shared.cli.{cmd_name}").group
            assert isinstance(group, click.Command)
            return group
        if cmd_name in IN_TURN:
            return _in_turn(cmd_name)
        for service in installed():
            if cmd_name in group_of(service).commands:
                return group_of(service).commands[cmd_name]
        return None


def call_each(context: click.Context, name: str, **options: Any) -> None:
    """Call this command of every service that has it, in turn, with those of the options that it takes."""
    for service in installed():
        command = group_of(service).commands.get(name)
        if command is not None:
            taken = {each.name for each in command.params}
            context.invoke(command, **{name: value for name, value in options.items() if name in taken})


def _in_turn(name: str) -> click.Command:
    def call(**options: Any) -> None:
        context = click.get_current_context()
        call_each(context, name, **options)
        if name == DEMO and not options["small"]:
            call_each(context, DEMO_PEOPLE)

    small = click.Option(
        ["--small"], is_flag=True, help="One vendor with eight customers: what `bursar run` begins with."
    )
    return click.Command(name, callback=call, help=IN_TURN[name], params=[small] if name == DEMO else [])


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(load_version(), prog_name="bursar")
@click.pass_context
def root(context: click.Context) -> None:
    """Bursar: a self-hosted customer billing portal."""
    if context.invoked_subcommand not in NEEDS_NO_SETTINGS:
        embedded.prepare()


def main() -> None:
    """The `bursar` script. Wrong settings are said in sentences, with exit code 2."""
    try:
        root(prog_name="bursar")
    except BadSettings as problems:
        click.echo(f"bursar: the settings are not right:\n{problems}", err=True)
        sys.exit(2)
