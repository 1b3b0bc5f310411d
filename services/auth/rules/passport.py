"""DECIDES what a passport says of the caller: 60 seconds of signed identity for one request.

Services trust nothing else. Its claims are the subject's facts as auth knows them at this moment.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

ISSUER: Final = "bursar-auth"
AUDIENCE: Final = "bursar"
LIFETIME: Final = timedelta(seconds=60)

Kind = Literal["customer", "key", "admin", "service", "staff"]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Who is calling. `customers` and `scopes` are empty where they do not apply."""

    kind: Kind
    id: str
    vendor: str | None = None
    mode: str | None = None
    customers: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    assurance: str | None = None
    proven_at: datetime | None = None
    session: str | None = None
    portal: str | None = None


def claims(subject: Subject, *, jti: str, now: datetime) -> dict[str, Any]:
    """What is signed. `jti` is unique; times are whole unix seconds."""
    issued = int(now.timestamp())
    return {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": issued,
        "exp": issued + int(LIFETIME.total_seconds()),
        "jti": jti,
        "kind": subject.kind,
        "sub": subject.id,
        "vendor": subject.vendor,
        "mode": subject.mode,
        "customers": list(subject.customers),
        "scopes": list(subject.scopes),
        "assurance": subject.assurance,
        "proven_at": int(subject.proven_at.timestamp()) if subject.proven_at else None,
        "session": subject.session,
        "portal": subject.portal,
    }
