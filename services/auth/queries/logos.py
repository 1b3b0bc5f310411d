"""A vendor's logo, as its portals show it."""

import re
from typing import Final

from sqlalchemy import select

from services.auth.models import Logo
from shared.database.session import Session
from shared.errors import NotFound

_BEGINNING: Final = re.compile(r"[0-9a-f]{12,64}", re.ASCII)


def png(session: Session, *, vendor: str, fingerprint: str | None) -> bytes:
    """The vendor's logo whose SHA-256 begins with `fingerprint`, at least 12 hexadecimal digits. Raises NotFound."""
    if fingerprint is None or not _BEGINNING.fullmatch(fingerprint):
        raise NotFound
    found = session.scalars(
        select(Logo.png).where(Logo.vendor == vendor, Logo.sha256.startswith(fingerprint)).limit(1)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found
