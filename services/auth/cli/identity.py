"""`bursar identity`: secrets that sign, a hash or token made on this machine, and what is wrong with one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import click

from services.auth.actions import identity_secrets
from services.auth.adapters.secrets import new_token
from services.auth.cli.base import OPERATOR, Machine, in_vendor, machine, of_vendor
from services.auth.queries import identity_check, portals
from services.auth.queries import identity_secrets as known
from services.auth.queries.portals import PortalView
from services.auth.queries.vendors import VendorView
from services.auth.rules import hmac_v1, hmac_v2
from services.auth.rules.signed_identity import IdType, Subject
from shared import clock
from shared.database.session import Session
from shared.errors import NotFound
from shared.events import Mode

_DAY: Final = 86_400


class NoIdentitySecret(NotFound):
    """The vendor has no secret in this mode that can sign this."""

    code = "no_identity_secret"


@dataclass(frozen=True)
class _Open:
    """What a command works with, inside the vendor's scope."""

    here: Machine
    session: Session
    vendor: VendorView


@contextmanager
def _opened(slug: str, mode: Mode) -> Iterator[_Open]:
    with machine() as here, here.database.begin() as session, in_vendor(session, slug, mode) as of:
        yield _Open(here, session, of)


@click.group("identity")
def identity_commands() -> None:
    """Identities that a vendor's server signs for its customers."""


@identity_commands.command("create")
@of_vendor
@click.option("--name", required=True, help="What the secret is for.")
@click.option("--no-v1", is_flag=True, help="Take v2 tokens only, no hashes without expiry.")
def create_secret(*, slug: str, mode: Mode, name: str, no_v1: bool) -> None:
    """Make an identity secret. It is shown this once, after its key id."""
    with _opened(slug, mode) as open_:
        made = identity_secrets.create(
            open_.session,
            name=name,
            takes_v1=not no_v1,
            created_by=OPERATOR.id,
            secrets=open_.here.adapters.secrets,
            now=clock.now(),
        )
    click.echo(f"{made.view.id} {made.secret}")


@identity_commands.command("list")
@of_vendor
def list_secrets(*, slug: str, mode: Mode) -> None:
    """List a vendor's identity secrets, newest first."""
    with _opened(slug, mode) as open_:
        for each in known.listed(open_.session):
            ends = each.revoked_at or each.expires_at
            state = f"ends {ends:%Y-%m-%d %H:%M}" if ends else "good"
            click.echo(f"{each.id}  {'v1 and v2' if each.takes_v1 else 'v2 only'}  {state}  {each.name}")


@identity_commands.command("roll")
@of_vendor
@click.argument("secret_id")
@click.option(
    "--overlap", type=int, default=_DAY, show_default=True, help="Seconds the old secret still verifies, 0 to 604800."
)
def roll_secret(*, slug: str, mode: Mode, secret_id: str, overlap: int) -> None:
    """Replace an identity secret by a new one, which is shown this once, after its key id."""
    with _opened(slug, mode) as open_:
        made = identity_secrets.roll(
            open_.session,
            secret_id=secret_id,
            overlap=timedelta(seconds=overlap),
            created_by=OPERATOR.id,
            secrets=open_.here.adapters.secrets,
            now=clock.now(),
        )
    click.echo(f"{made.view.id} {made.secret}")


@identity_commands.command("revoke")
@of_vendor
@click.argument("secret_id")
def revoke_secret(*, slug: str, mode: Mode, secret_id: str) -> None:
    """End an identity secret, and every session made with it, at once."""
    with _opened(slug, mode) as open_:
        identity_secrets.revoke(open_.session, secret_id=secret_id, now=clock.now())
    click.echo(f"{secret_id} is revoked")


def _of_subject(command: Any) -> Any:
    """The command is about somebody."""
    command = click.option("--customer-id", help="Their id, cus_… or the vendor's own.")(command)
    return click.option("--email", help="Their e-mail address.")(command)


@identity_commands.command("sign")
@of_vendor
@_of_subject
@click.option("--v1", is_flag=True, help="A hash without expiry, instead of a token for five minutes.")
def sign(*, slug: str, mode: Mode, email: str | None, customer_id: str | None, v1: bool) -> None:
    """Print what the vendor's server would send for a customer, signed with the newest secret."""
    whom = _subject(email, customer_id)
    if whom is None:
        raise click.UsageError("name the customer, by --email or --customer-id")
    now = clock.now()
    with _opened(slug, mode) as open_:
        good = known.good(open_.session, secrets=open_.here.adapters.secrets, now=now)
        signing = next((each for each in good if each.takes_v1 or not v1), None)
        if signing is None:
            raise NoIdentitySecret
        if v1:
            signed = hmac_v1.calculate(secret=signing.secret, subject=whom.id)
        else:
            signed = hmac_v2.calculate(
                secret_id=signing.id,
                secret=signing.secret,
                vendor=open_.vendor.id,
                mode=mode,
                whom=whom,
                jti=new_token(),
                now=now,
                expires_at=now + hmac_v2.LONGEST,
            )
    click.echo(signed)


@identity_commands.command("check")
@of_vendor
@_of_subject
@click.option("--portal", "portal_slug", help="The portal that lets in. Default: the vendor's default one.")
@click.argument("hash_", metavar="HASH")
def check(
    *, slug: str, mode: Mode, email: str | None, customer_id: str | None, portal_slug: str | None, hash_: str
) -> None:
    """Say whether HASH (or a v2 token) lets in, or what was likely done wrong. Exit code 1 where it does not."""
    with _opened(slug, mode) as open_:
        checked = identity_check.check(
            open_.session,
            portal=_portal(open_, mode, portal_slug),
            whom=_subject(email, customer_id),
            given=hash_,
            secrets=open_.here.adapters.secrets,
            now=clock.now(),
        )
    for sentence in identity_check.sentences(checked, "en"):
        click.echo(sentence)
    if not checked.match or checked.obstacles:
        sys.exit(1)


def _subject(email: str | None, customer_id: str | None) -> Subject | None:
    if email is not None and customer_id is not None:
        raise click.UsageError("name the customer by --email or by --customer-id, not both")
    if email is not None:
        return Subject(IdType.EMAIL, email)
    return None if customer_id is None else Subject(IdType.CUSTOMER_ID, customer_id)


def _portal(open_: _Open, mode: Mode, slug: str | None) -> PortalView:
    if slug is None:
        found = portals.of_vendor(open_.session, open_.vendor.id, mode)
    else:
        found = portals.by_slug(open_.session, slug)
    if found is None or (found.vendor, found.mode) != (open_.vendor.id, mode):
        raise NotFound
    return found
