"""Who a request is from, by its cookie or its bearer token. Asked for every request, so it is one statement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.auth.adapters.secrets import Secrets, digest, same
from services.auth.queries import keys, sessions
from services.auth.rules import api_key
from services.auth.rules.api_key import BadKey
from services.auth.rules.passport import Subject
from services.auth.rules.session import SessionEnded
from shared.database.session import Session

ADMIN: Final = Subject(kind="admin", id="admin", scopes=("vendors:read", "vendors:write"))


@dataclass(frozen=True)
class Known:
    """Somebody we know, and when their key or session was last noted to be in use."""

    subject: Subject
    last_noted_at: datetime | None


def of_cookie(session: Session, *, token: str, portal: str, now: datetime) -> Known | None:
    """The customer whose session this is, at this portal; None for any other value."""
    try:
        found = sessions.by_token_hash(session, token_hash=digest(token), portal=portal, now=now)
    except SessionEnded:
        return None
    subject = Subject(
        kind="customer",
        id=found.customers[0],
        vendor=found.vendor,
        mode=found.mode,
        customers=found.customers,
        assurance=found.assurance,
        proven_at=found.proven_at,
        session=found.id,
        portal=found.portal,
    )
    return Known(subject, found.last_seen_at)


def of_bearer(session: Session, *, token: str, secrets: Secrets, now: datetime) -> Known:
    """The key, or the operator, whose token this is. Raises BadKey, for a bad checksum without asking the database."""
    if secrets.is_admin(token):
        return Known(ADMIN, now)
    found = keys.by_parts(session, api_key.parse(token), now=now)
    if not same(digest(token), found.secret_hash):
        raise BadKey
    subject = Subject(kind="key", id=found.id, vendor=found.vendor, mode=found.mode, scopes=found.scopes)
    return Known(subject, found.last_used_at)
