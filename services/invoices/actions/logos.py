"""Fetching the logos that documents print, once each: a picture stays what it was when an invoice was issued."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.invoices.adapters.logos import LogosClient
from services.invoices.models import Logo
from services.invoices.queries.logos import Wanted
from shared.database import Begin, scope
from shared.errors import Unavailable
from shared.logs import log

_LONGEST_REST: Final = timedelta(hours=1)  # between two attempts


def want(session: Session, *, vendor: str, sha256: str, now: datetime) -> None:
    """It is to be fetched, unless it is here or wanted already."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    row = {"vendor": vendor, "sha256": sha256, "attempts": 0, "due_at": now}
    session.connection().execute(dialect.insert(Logo).values(row).on_conflict_do_nothing())


def fetch(begin: Begin, wanted: Wanted, *, logos: LogosClient, now: datetime) -> bool:
    """Ask auth for it; False when it did not answer, then it is asked again later. One that is gone is not wanted."""
    try:
        png = logos.png(vendor=wanted.vendor, sha256=wanted.sha256)
    except Unavailable:
        log.info("logo.not_fetched", vendor=wanted.vendor, attempts=wanted.attempts + 1)
        rest = min(timedelta(seconds=2**wanted.attempts), _LONGEST_REST)
        _change(begin, wanted, attempts=wanted.attempts + 1, due_at=now + rest)
        return False
    if png is None:
        with begin() as session, scope.platform():
            session.execute(delete(Logo).where(Logo.vendor == wanted.vendor, Logo.sha256 == wanted.sha256))
    else:
        _change(begin, wanted, png=png, due_at=None)
    return True


def _change(begin: Begin, wanted: Wanted, **values: object) -> None:
    with begin() as session, scope.platform():
        session.execute(update(Logo).where(Logo.vendor == wanted.vendor, Logo.sha256 == wanted.sha256).values(**values))
