"""`bursar keys`: a vendor's API keys."""

from datetime import timedelta
from typing import Final

import click

from services.auth.actions import keys
from services.auth.cli.base import OPERATOR, in_vendor, machine, of_vendor
from services.auth.queries import keys as known_keys
from services.auth.rules.api_key import KeyKind
from shared import clock
from shared.events import Mode

_DAY: Final = 86_400


@click.group("keys")
def key_commands() -> None:
    """A vendor's API keys."""


@key_commands.command("create")
@of_vendor
@click.option("--name", required=True, help="What the key is for.")
@click.option(
    "--scope", "scopes", multiple=True, help="Restrict it, such as invoices:read; may be given several times."
)
def create_key(*, slug: str, mode: Mode, name: str, scopes: tuple[str, ...]) -> None:
    """Make a key. It is shown this once."""
    with machine() as here, here.database.begin() as session, in_vendor(session, slug, mode) as of:
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
@of_vendor
@click.argument("key_id")
@click.option(
    "--overlap", type=int, default=_DAY, show_default=True, help="Seconds the old key still works, 0 to 604800."
)
def roll_key(*, slug: str, mode: Mode, key_id: str, overlap: int) -> None:
    """Replace a key by a new one, which is shown this once."""
    with machine() as here, here.database.begin() as session, in_vendor(session, slug, mode):
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
@of_vendor
@click.argument("key_id")
def revoke_key(*, slug: str, mode: Mode, key_id: str) -> None:
    """End a key at once."""
    with machine() as here, here.database.begin() as session, in_vendor(session, slug, mode):
        keys.revoke(session, key_id=key_id, now=clock.now())
    click.echo(f"{key_id} is revoked")


@key_commands.command("list")
@of_vendor
def list_keys(*, slug: str, mode: Mode) -> None:
    """List a vendor's keys, newest first."""
    with machine() as here, here.database.begin(read_only=True) as session, in_vendor(session, slug, mode):
        for key in known_keys.listed(session):
            ends = key.revoked_at or key.expires_at
            state = f"ends {ends:%Y-%m-%d %H:%M}" if ends else "good"
            used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
            click.echo(f"{key.id}  {key.kind}_{key.mode}  {state}  last used {used}  {key.name}")
