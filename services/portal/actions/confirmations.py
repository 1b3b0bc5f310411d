"""Confirmations: a signed text that says what was shown to whom, good once.

Issuing saves nothing, so a page may do it; using one leaves a row, and a second use meets that row.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.portal.models import Confirmation
from services.portal.rules import confirmation
from services.portal.rules.confirmation import Shown
from shared import ids
from shared.database import scope

_PURPOSE = "portal.confirmation.v1"


def fingerprint(*facts: object) -> str:
    """What stands for the amounts and dates that were shown."""
    return hashlib.sha256("\n".join(str(fact) for fact in facts).encode()).hexdigest()


def issue(shown: Shown, *, key: str, now: datetime) -> str:
    """A confirmation of what is being shown now."""
    here = scope.current()
    claims = {
        "id": ids.new("conf"),
        "vendor": here.vendor,
        "mode": here.mode,
        "session": shown.session,
        "action": shown.action,
        "object": shown.object,
        "fingerprint": shown.fingerprint,
        "expires_at": (now + confirmation.GOOD_FOR).isoformat(),
    }
    return str(_signer(key).dumps(claims))


def shown_at(text: str | None, *, key: str) -> datetime | None:
    """When a genuine confirmation was issued; None for anything else.

    Amounts that change by the second (unused time) are calculated for this moment again, so that what was shown is
    what happens. It is the server's own word, signed; no client can choose it.
    """
    claims = _claims(text, key)
    return None if claims is None else datetime.fromisoformat(claims["expires_at"]) - confirmation.GOOD_FOR


def is_of(text: str | None, shown: Shown, *, key: str) -> bool:
    """Was it issued for exactly this, whether or not it is still good?"""
    claims = _claims(text, key)
    if claims is None:
        return False
    given = Shown(**{name: claims[name] for name in ("session", "action", "object", "fingerprint")})
    return given == shown


def use(session: Session, text: str | None, *, expected: Shown, key: str, now: datetime) -> None:
    """Use a confirmation of `expected` up. Raises ConfirmationInvalid, PreviewOutdated.

    The caller holds a lock on the object, so two uses at once come here one after the other.
    """
    claims = _claims(text, key)
    here = scope.current()
    if claims is None or (claims["vendor"], claims["mode"]) != (here.vendor, here.mode):
        raise confirmation.ConfirmationInvalid
    given = Shown(
        session=claims["session"],
        action=claims["action"],
        object=claims["object"],
        fingerprint=claims["fingerprint"],
    )
    digest = hashlib.sha256(claims["id"].encode()).hexdigest()
    expires_at = datetime.fromisoformat(claims["expires_at"])
    is_used = session.scalar(select(Confirmation.hash).where(Confirmation.hash == digest)) is not None
    confirmation.decide(given=given, expires_at=expires_at, is_used=is_used, expected=expected, now=now)
    session.add(
        Confirmation(
            hash=digest,
            session=given.session,
            action=given.action,
            object=given.object,
            fingerprint=given.fingerprint,
            expires_at=expires_at,
            used_at=now,
        )
    )
    session.flush()


def forget(session: Session, *, now: datetime) -> int:
    """Drop the rows of confirmations that have expired; those are refused without them. How many."""
    dropped = session.execute(delete(Confirmation).where(Confirmation.expires_at < now))
    return int(dropped.rowcount)  # type: ignore[attr-defined]  # a DELETE gives a CursorResult


def _claims(text: str | None, key: str) -> Mapping[str, Any] | None:
    try:
        claims: Mapping[str, Any] = _signer(key).loads(text or "")
    except BadSignature:
        return None
    return claims


def _signer(key: str) -> URLSafeSerializer:
    how = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeSerializer(key, salt=_PURPOSE, signer_kwargs=how)
