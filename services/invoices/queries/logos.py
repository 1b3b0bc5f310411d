"""The pictures that documents print of their sellers, and which are still to be fetched."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.invoices.models import Logo
from shared.database import scope

PATIENCE: Final = 8  # attempts, four minutes: documents wait so long for a picture, then have the name alone


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What stands beside a seller's name: the logo, or nothing of ours. `is_awaited`: it will be here in a moment."""

    png: bytes | None
    is_awaited: bool = False


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A logo to be fetched, after so many attempts."""

    vendor: str
    sha256: str
    attempts: int


def mark(session: Session, *, seller: Mapping[str, Any]) -> Mark:
    """The logo of the present vendor as `seller` names it; documents of before there were logos name none."""
    sha256 = seller.get("logo")
    if sha256 is None:
        return Mark(png=None)
    found = session.execute(
        select(Logo.png, Logo.attempts).where(Logo.vendor == scope.current().vendor, Logo.sha256 == sha256)
    ).first()
    if found is None:
        return Mark(png=None)
    return Mark(png=found.png, is_awaited=found.png is None and found.attempts < PATIENCE)


def wanted(session: Session, *, now: datetime, limit: int) -> list[Wanted]:
    """Logos to fetch now, those that wait longest first."""
    rows = session.execute(
        select(Logo.vendor, Logo.sha256, Logo.attempts).where(Logo.due_at <= now).order_by(Logo.due_at).limit(limit)
    )
    return [Wanted(vendor=row.vendor, sha256=row.sha256, attempts=row.attempts) for row in rows]
