"""`bursar staff`: the people who work for a vendor, for whoever runs the installation."""

from typing import Final

import click

from services.auth.actions import staff
from services.auth.actions.staff import Inviter
from services.auth.cli.base import OPERATOR, in_vendor, machine
from services.auth.queries import staff as known
from services.auth.rules.roles import Role
from shared import addresses, clock
from shared.database.session import Session
from shared.errors import NotFound

_ROLE: Final = click.Choice([role.value for role in Role])


class NoSuchUser(NotFound):
    """Nobody who works for the vendor has this address."""

    code = "no_such_vendor_user"


@click.group("staff")
def staff_commands() -> None:
    """The people who work for a vendor."""


@staff_commands.command("invite")
@click.argument("email")
@click.option("--vendor", "slug", required=True, help="The vendor's slug.")
@click.option("--role", type=_ROLE, required=True, help="What they may do.")
@click.option("--name", help="How mails greet them.")
def invite(*, email: str, slug: str, role: str, name: str | None) -> None:
    """Invite somebody by mail. They sign in at /console with this address."""
    with machine() as here, here.database.begin() as session, in_vendor(session, slug, "live") as of:
        made = staff.invite(
            session,
            vendor_id=of.id,
            mode="live",
            email=email,
            role=Role(role),
            name=name,
            by=Inviter(id=OPERATOR.id, name=None, own=None),
            public_url=here.settings.public_url,
            secrets=here.adapters.secrets,
            now=clock.now(),
        )
    click.echo(f"{made.id}  {made.email} is invited as {made.role}")


@staff_commands.command("list")
@click.option("--vendor", "slug", required=True, help="The vendor's slug.")
def list_staff(*, slug: str) -> None:
    """List who works for a vendor."""
    with machine() as here, here.database.begin(read_only=True) as session, in_vendor(session, slug, "live") as of:
        for user in known.listed(session, vendor=of.id):
            since = f"since {user.accepted_at:%Y-%m-%d}" if user.accepted_at else "never signed in"
            click.echo(f"{user.id}  {user.role:9}  {since:17}  {user.email}")


@staff_commands.command("remove")
@click.argument("email")
@click.option("--vendor", "slug", required=True, help="The vendor's slug.")
def remove(*, email: str, slug: str) -> None:
    """Remove somebody: they are signed out at once. The last owner stays."""
    with machine() as here, here.database.begin() as session, in_vendor(session, slug, "live") as of:
        user = _of_address(session, email, vendor=of.id)
        staff.remove(session, vendor_id=of.id, user_id=user, by=OPERATOR.id, own=None, now=clock.now())
    click.echo(f"{email} is removed")


def _of_address(session: Session, email: str, *, vendor: str) -> str:
    key = addresses.parse(email).key
    for each in known.listed(session, vendor=vendor):
        if addresses.parse(each.email).key == key:
            return each.id
    raise NoSuchUser
