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
    """Who is calling. `customers` and `scopes` are empty where they do not apply.

    A customer's session also tells its `way_in`; whether a frame holds it (`framed`); the `delegate` who came in for
    the customer and in what `role`; and whether the way in brought `details` along, to be asked for. Staff who look on
    as a customer are of kind `staff`, with the customers they see. `suspended`: the vendor is, so nothing can be done.
    """

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
    way_in: str | None = None
    framed: bool = False
    delegate: str | None = None
    role: str | None = None
    details: bool = False
    suspended: bool = False


def claims(subject: Subject, *, jti: str, now: datetime) -> dict[str, Any]:
    """What is signed. `jti` is the passport's own; times are whole unix seconds."""
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
        "way_in": subject.way_in,
        "framed": subject.framed,
        "delegate": subject.delegate,
        "role": subject.role,
        "details": subject.details,
        "suspended": subject.suspended,
    }
