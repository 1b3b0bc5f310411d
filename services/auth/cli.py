"""Auth's commands: vendors, API keys, sign-in links, and its part of `migrate` and `demo`."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO, Final

import click

from services.auth import adapters
from services.auth.actions import keys, sign_in, vendors
from services.auth.actions.keys import NewKey
from services.auth.adapters import Adapters
from services.auth.handlers import HANDLERS
from services.auth.queries import keys as known_keys
from services.auth.queries import portals
from services.auth.queries import vendors as known_vendors
from services.auth.queries.vendors import VendorView
from services.auth.rules import logo
from services.auth.rules.api_key import KeyKind
from services.auth.settings import Settings
from shared import bus as buses
from shared import clock, settings
from shared.database import scope
from shared.database.migrations import upgrade
from shared.database.session import Database, Session
from shared.errors import FieldError, Invalid, NotFound, Refusal
from shared.events import Actor, Mode
from shared.i18n import text

OPERATOR: Final = Actor(kind="system", id="operator")
DEMO: Final[dict[str, Any]] = {
    "display_name": "Larkfield",
    "email": "owner@larkfield.example",
    "slug": "larkfield",
    "default_locale": "en",
    "profile": {
        "legal_name": "Larkfield Music Ltd.",
        "address": ["14 Orchard Lane", "Bath BA1 1AA", "United Kingdom"],
        "country": "GB",
        "tax_id": "GB 123 4567 82",
        "email": "billing@larkfield.example",
        "website": "https://larkfield.example",
        "support_url": "https://larkfield.example/help",
        "brand_color": "#0b7a5b",
    },
}
_MODE: Final = click.Choice(["test", "live"])
_DAY: Final = 86_400


class NoSuchCustomer(NotFound):
    """No customer of this portal has this address."""

    code = "no_such_customer"


class NoSuchPortal(NotFound):
    """The vendor has no portal in this mode, or its events have not arrived yet."""

    code = "no_such_portal"


@dataclass(frozen=True)
class Machine:
    """What a command works with."""

    settings: Settings
    database: Database
    adapters: Adapters


@contextmanager
def _machine() -> Iterator[Machine]:
    """Auth's database and adapters, as the environment says. A refusal becomes a sentence and exit code 1."""
    given = settings.load(Settings, service="auth")
    database = Database(given.database_url)
    try:
        yield Machine(given, database, adapters.connect(given))
    except Refusal as refusal:
        raise click.ClickException(_sentence(refusal)) from None
    finally:
        database.close()


@click.group(name="auth")
def group() -> None:
    """Vendors, keys and sign-in."""


@group.command()
def migrate() -> None:
    """Bring auth's tables up to date."""
    given = settings.load(Settings, service="auth")
    upgrade("auth", given.database_url)
    buses.declare(given.bus_url, service="auth", handlers=HANDLERS)  # before siblings publish
    click.echo("auth: tables are up to date")


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def demo(*, as_json: bool) -> None:
    """Make the demo vendor if it is not there; print its addresses and, when it is new, its keys."""
    with _machine() as here, here.database.begin() as session:
        try:
            vendor_view, made = known_vendors.by_slug(session, DEMO["slug"]), {}
        except NotFound:
            registered = vendors.register(session, actor=OPERATOR, now=clock.now(), **DEMO)
            vendor_view, made = registered.vendor, registered.keys
    _show_vendor(vendor_view, made, public_url=here.settings.public_url, as_json=as_json)


@group.group()
def vendor() -> None:
    """Vendors."""


@vendor.command("create")
@click.option("--name", required=True, help="What customers know the vendor as.")
@click.option("--email", required=True, help="The first staff user, an owner; also where replies to mails go.")
@click.option("--slug", help="The portal's address under /p/. Default: made of the name.")
@click.option("--locale", default="en", show_default=True, help="Language where a customer has none.")
@click.option("--legal-name", help="The seller on invoices.")
@click.option("--address", multiple=True, help="A line of the seller's address; may be given several times.")
@click.option("--country", help="Two letters, such as GB.")
@click.option("--tax-id", help="The seller's tax id.")
@click.option("--website", help="https://…")
@click.option("--support-url", help="https://…, where customers get help.")
@click.option("--brand-color", help="#rrggbb")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def create_vendor(*, name: str, email: str, slug: str | None, locale: str, as_json: bool, **profile: Any) -> None:
    """Make a vendor, its first staff user, a test and a live key. The keys are shown this once."""
    given = {field: list(value) if isinstance(value, tuple) else value for field, value in profile.items() if value}
    with _machine() as here, here.database.begin() as session:
        made = vendors.register(
            session,
            display_name=name,
            email=email,
            slug=slug,
            default_locale=locale,
            profile=given,
            actor=OPERATOR,
            now=clock.now(),
        )
    _show_vendor(made.vendor, made.keys, public_url=here.settings.public_url, as_json=as_json)


@vendor.command("logo")
@click.argument("file", type=click.File("rb"))
@click.option("--vendor", "slug", required=True, help="The vendor's slug.")
def set_logo(*, file: BinaryIO, slug: str) -> None:
    """Show FILE beside the vendor's name: a PNG, JPEG or WebP of at most 1 MB and 4 megapixels."""
    with _machine() as here, here.database.begin() as session:
        of, image = known_vendors.by_slug(session, slug), file.read(logo.MAX_BYTES + 1)
        changed = vendors.set_logo(session, vendor_id=of.id, image=image, actor=OPERATOR, now=clock.now())
    click.echo(f"{slug} has the logo {changed.profile['logo']}")


@group.group("keys")
def key_commands() -> None:
    """A vendor's API keys."""


def _of_vendor(command: Any) -> Any:
    """Every command about keys says whose, and in which mode."""
    command = click.option("--mode", type=_MODE, default="test", show_default=True)(command)
    return click.option("--vendor", "slug", required=True, help="The vendor's slug.")(command)


@contextmanager
def _in_vendor(session: Session, slug: str, mode: Mode) -> Iterator[VendorView]:
    found = known_vendors.by_slug(session, slug)
    with scope.system(vendor=found.id, mode=mode, job=OPERATOR.id):
        yield found


@key_commands.command("create")
@_of_vendor
@click.option("--name", required=True, help="What the key is for.")
@click.option(
    "--scope", "scopes", multiple=True, help="Restrict it, such as invoices:read; may be given several times."
)
def create_key(*, slug: str, mode: Mode, name: str, scopes: tuple[str, ...]) -> None:
    """Make a key. It is shown this once."""
    with _machine() as here, here.database.begin() as session, _in_vendor(session, slug, mode) as of:
        made = keys.create(
            session,
            vendor_id=of.id,
            mode=mode,
            name=name,
            kind=KeyKind.RESTRICTED if scopes else KeyKind.SECRET,
            scopes=scopes,
            own=None,
            created_by=OPERATOR.id,
            now=clock.now(),
        )
    click.echo(made.secret)


@key_commands.command("roll")
@_of_vendor
@click.argument("key_id")
@click.option(
    "--overlap", type=int, default=_DAY, show_default=True, help="Seconds the old key still works, 0 to 604800."
)
def roll_key(*, slug: str, mode: Mode, key_id: str, overlap: int) -> None:
    """Replace a key by a new one, which is shown this once."""
    with _machine() as here, here.database.begin() as session, _in_vendor(session, slug, mode):
        made = keys.roll(
            session,
            key_id=key_id,
            overlap=timedelta(seconds=overlap),
            own=None,
            created_by=OPERATOR.id,
            now=clock.now(),
        )
    click.echo(made.secret)


@key_commands.command("revoke")
@_of_vendor
@click.argument("key_id")
def revoke_key(*, slug: str, mode: Mode, key_id: str) -> None:
    """End a key at once."""
    with _machine() as here, here.database.begin() as session, _in_vendor(session, slug, mode):
        keys.revoke(session, key_id=key_id, now=clock.now())
    click.echo(f"{key_id} is revoked")


@key_commands.command("list")
@_of_vendor
def list_keys(*, slug: str, mode: Mode) -> None:
    """List a vendor's keys, newest first."""
    with _machine() as here, here.database.begin(read_only=True) as session, _in_vendor(session, slug, mode):
        for key in known_keys.listed(session):
            ends = key.revoked_at or key.expires_at
            state = f"ends {ends:%Y-%m-%d %H:%M}" if ends else "good"
            used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
            click.echo(f"{key.id}  {key.kind}_{key.mode}  {state}  last used {used}  {key.name}")


@group.command("link")
@click.argument("email")
@_of_vendor
def link(*, email: str, slug: str, mode: Mode) -> None:
    """Print a sign-in link for a customer: it works once, for ten minutes. No mail is sent."""
    with _machine() as here, here.database.begin() as session, _in_vendor(session, slug, mode) as of:
        portal = portals.of_vendor(session, of.id, mode)
        if portal is None:
            raise NoSuchPortal
        url = sign_in.make_link(
            session,
            portal=portal,
            email=email,
            public_url=here.settings.public_url,
            secrets=here.adapters.secrets,
            now=clock.now(),
        )
        if url is None:
            raise NoSuchCustomer
    click.echo(url)


def _show_vendor(vendor_view: VendorView, made: Mapping[Mode, NewKey], *, public_url: str, as_json: bool) -> None:
    """Addresses of both portals; keys only when they were just made."""
    facts = {
        "vendor": vendor_view.id,
        "slug": vendor_view.slug,
        "portal": f"{public_url}/p/{vendor_view.slug}",
        "test_portal": f"{public_url}/p/{vendor_view.slug}-test",
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
