"""How often a client may guess at keys: counted over all replicas."""

from datetime import datetime
from typing import Final

from services.auth.models import Attempt
from services.auth.queries import attempts
from services.auth.rules import api_key
from services.auth.rules.sign_in import MINUTE
from shared.database.session import Session

_BAD: Final = "bad key"


def note(session: Session, *, client: str, now: datetime) -> None:
    """This client tried a well-formed key that is none. Raises TooManyBadKeys past the limit, and notes no more."""
    bad = attempts.counted(session, kind=_BAD, subject=client, after=now - MINUTE)
    api_key.check_bad(bad_last_minute=bad)
    session.add(Attempt(kind=_BAD, subject=client, at=now))
    session.flush()
