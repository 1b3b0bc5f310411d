"""`bursar vendor`: merchants."""

from typing import Any, BinaryIO

import click

from services.auth.actions import vendors
from services.auth.cli.base import OPERATOR, machine, show_vendor
from services.auth.queries import vendors as known_vendors
from services.auth.rules import logo
from shared import clock


@click.group()
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
    with machine() as here, here.database.begin() as session:
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
    show_vendor(made.vendor, made.keys, owner=email, public_url=here.settings.public_url, as_json=as_json)


@vendor.command("logo")
@click.argument("file", type=click.File("rb"))
@click.option("--vendor", "slug", required=True, help="The vendor's slug.")
@click.option("--dark", "for_dark", is_flag=True, help="For pages that are dark, instead of the other one on a plate.")
def set_logo(*, file: BinaryIO, slug: str, for_dark: bool) -> None:
    """Show FILE beside the vendor's name: a PNG, JPEG or WebP of at most 1 MB and 4 megapixels."""
    with machine() as here, here.database.begin() as session:
        of, image = known_vendors.by_slug(session, slug), file.read(logo.MAX_BYTES + 1)
        changed = vendors.set_logo(
            session, vendor_id=of.id, image=image, actor=OPERATOR, now=clock.now(), for_dark=for_dark
        )
    name = "logo_dark" if for_dark else "logo"
    click.echo(f"{slug} has the {name.replace('_', ' ')} {changed.profile[name]}")
