"""`bursar settings example`: `.env.example`, written from the settings classes of every service.

Compose decides some settings itself, since it knows where it starts things; they are named all the same.
"""

import dataclasses
from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final

import click

from shared.cli.embedded import SERVICES
from shared.cli.gateway import GatewaySettings
from shared.settings import CommonSettings

OF_COMPOSE: Final = (
    *("database_url", "bus_url", "auth_url", "portal_url", "invoices_url", "notifications_url"),
    "mailbox",
)
"""Set by docker-compose.yml, which knows where it starts what."""

_DEFAULTS: Final = {
    "public_url": "http://localhost:8080",
    "mail_url": "smtp://maildev:1025",
    "mail_from": "Bursar <billing@bursar.example>",
}
_HEAD: Final = """\
# Every setting, with its meaning. Written by `bursar settings example` (`make env`); a test compares the two.
#
# `make up` makes .env from this file on its first run and draws a random value for every line that ends in `=`.
# That .env is the installation: keep it, and keep it secret.
# A name may be prefixed with a service's, and then is that service's alone: PORTAL_LOG_LEVEL=debug
"""
_OF_DOCKER: Final = (
    ("BURSAR_PORT", "8080", "the port of this host that the gateway listens on; PUBLIC_URL names it too"),
    ("MAILDEV_PORT", "1080", "the port of this host that shows MailDev's mails, in the dev profile"),
    ("POSTGRES_PASSWORD", "", "PostgreSQL's superuser, whom no service uses"),
    ("AUTH_DATABASE_PASSWORD", "", "the role that owns auth's database"),
    ("PORTAL_DATABASE_PASSWORD", "", "the role that owns portal's database"),
    ("INVOICES_DATABASE_PASSWORD", "", "the role that owns the database of invoices"),
    ("NOTIFICATIONS_DATABASE_PASSWORD", "", "the role that owns the database of notifications"),
    ("RABBITMQ_PASSWORD", "", "the services' user at RabbitMQ"),
)


@click.group(name="settings")
def group() -> None:
    """What can be set."""


@group.command()
def example() -> None:
    """Print .env.example."""
    click.echo(example_of({service: settings_class(service) for service in SERVICES}), nl=False)


def settings_class(service: str) -> type[CommonSettings]:
    """The one settings class of a service. By name at run time: `shared` imports no service."""
    module = import_module(f"services.{service}.settings")
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, CommonSettings) and value is not CommonSettings
    ]
    assert len(found) == 1, f"services.{service}.settings has {len(found)} settings classes"
    return found[0]


def example_of(classes: dict[str, type[CommonSettings]]) -> str:
    """The text of `.env.example`."""
    common = {field.name for field in dataclasses.fields(CommonSettings)}
    parts = [_HEAD, _section("docker compose"), *(_line(*each) for each in _OF_DOCKER)]
    parts += [_section("every service"), *_lines(CommonSettings)]
    said: set[str] = set()
    for service, kind in classes.items():
        own = [line for name, line in _own(service, kind) if name not in common | said]
        said |= {field.name for field in dataclasses.fields(kind)} - {"secret_key"}
        if own:
            parts += [_section(service), *own]
    gateway = (
        f"# {field.metadata['about']}\n#GATEWAY_{field.name.upper()}={field.default}\n"
        for field in dataclasses.fields(GatewaySettings)
    )
    return "\n".join((*parts, _section("the gateway's limits, per gateway"), *gateway))


def _own(service: str, kind: type[CommonSettings]) -> Iterator[tuple[str, str]]:
    for field in dataclasses.fields(kind):
        yield field.name, _field(field, prefix=f"{service.upper()}_" if field.name == "secret_key" else "")


def _lines(kind: Any) -> Iterator[str]:
    return (_field(field) for field in dataclasses.fields(kind))


def _field(field: dataclasses.Field[Any], *, prefix: str = "") -> str:
    name, about = prefix + field.name.upper(), field.metadata["about"]
    if field.name in OF_COMPOSE:
        return f"# {about}\n# (docker-compose.yml sets it)\n#{name}=\n"
    if field.default == "":  # an empty line would be drawn a secret
        return f"# {about}\n#{name}=\n"
    default = _DEFAULTS.get(field.name, "" if field.default is dataclasses.MISSING else str(field.default))
    return _line(name, default, about)


def _line(name: str, value: str, about: str) -> str:
    return f"# {about}\n{name}={value}\n"


def _section(title: str) -> str:
    return f"# --- {title} ---\n"
