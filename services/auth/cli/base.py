"""What auth's commands work with: its database and adapters, a vendor's scope, refusals as sentences."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import click

from services.auth import adapters
from services.auth.actions.keys import NewKey
from services.auth.adapters import Adapters
from services.auth.queries import vendors as known_vendors
from services.auth.queries.vendors import VendorView
from services.auth.settings import Settings
from shared import settings
from shared.database import scope
from shared.database.session import Database, Session
from shared.errors import FieldError, Invalid, Refusal
from shared.events import Actor, Mode
from shared.i18n import text

OPERATOR: Final = Actor(kind="system", id="operator")
_MODE: Final = click.Choice(["test", "live"])


@dataclass(frozen=True)
class Machine:
    """What a command works with."""

    settings: Settings
    database: Database
    adapters: Adapters


@contextmanager
def machine() -> Iterator[Machine]:
    """Auth's database and adapters, as the environment says. A refusal becomes a sentence and exit code 1."""
    given = settings.load(Settings, service="auth")
    database = Database(given.database_url)
    try:
        yield Machine(given, database, adapters.connect(given))
    except Refusal as refusal:
        raise click.ClickException(_sentence(refusal)) from None
    finally:
        database.close()


def of_vendor(command: Any) -> Any:
    """A command about what a vendor has says whose, and in which mode."""
    command = click.option("--mode", type=_MODE, default="test", show_default=True)(command)
    return click.option("--vendor", "slug", required=True, help="The vendor's slug.")(command)


@contextmanager
def in_vendor(session: Session, slug: str, mode: Mode) -> Iterator[VendorView]:
    """Within the block, queries see this vendor's rows of this mode only. Raises NotFound."""
    found = known_vendors.by_slug(session, slug)
    with scope.system(vendor=found.id, mode=mode, job=OPERATOR.id):
        yield found


def show_vendor(
    vendor_view: VendorView, made: Mapping[Mode, NewKey], *, owner: str, public_url: str, as_json: bool
) -> None:
    """Addresses of both portals, where its owner signs in; keys only when they were just made."""
    facts = {
        "vendor": vendor_view.id,
        "slug": vendor_view.slug,
        "portal": f"{public_url}/p/{vendor_view.slug}",
        "test_portal": f"{public_url}/p/{vendor_view.slug}-test",
        "console": f"{public_url}/console/",
        "owner": owner,
        **{f"{mode}_key": key.secret for mode, key in made.items()},
    }
    if as_json:
        click.echo(json.dumps(facts))
        return
    for name, value in facts.items():
        click.echo(f"{name.replace('_', ' '):12} {value}")


def _sentence(refusal: Refusal) -> str:
    """What was refused, for the operator: one line, and one for each field that is wrong."""
    said = [text(f"errors.{refusal.code}", "en", **refusal.params)]
    if isinstance(refusal, Invalid):
        said += [f"{each.field}: {_field_sentence(each)}" for each in refusal.fields]
    return "\n".join(said)


def _field_sentence(error: FieldError) -> str:
    return text(f"errors.field.{error.code}", "en", **dict(error.params))
