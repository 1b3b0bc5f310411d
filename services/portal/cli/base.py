"""What portal's commands share: its database, its settings, and a vendor by id or slug."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

from services.portal.queries import vendors
from services.portal.queries.vendors import VendorNotHere, VendorView
from services.portal.settings import PortalSettings
from shared import settings
from shared.database import Database
from shared.errors import Refusal
from shared.i18n import text

OPERATOR: Final = "operator"
VENDOR_WITHIN: Final = 15.0  # seconds for the event about a new vendor to arrive
MODE: Final = click.Choice(["test", "live"])


@contextmanager
def opened() -> Iterator[Database]:
    """Portal's database, as the environment says. A refusal becomes a sentence and exit code 1."""
    database = Database(given().database_url)
    try:
        yield database
    except Refusal as refusal:
        raise click.ClickException(text(f"errors.{refusal.code}", "en", **refusal.params)) from None
    finally:
        database.close()


def given() -> PortalSettings:
    """Portal's settings."""
    return settings.load(PortalSettings, service="portal")


def vendor_of(database: Database, word: str) -> VendorView:
    """The vendor, waited for a little: its event may be on its way. Raises VendorNotHere."""
    deadline = time.monotonic() + VENDOR_WITHIN
    while True:
        try:
            with database.begin(read_only=True) as session:
                return vendors.by_word(session, word=word)
        except VendorNotHere:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.2)
