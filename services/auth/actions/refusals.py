"""Why widgets let people not in, kept a week for the vendor; and how often a client may be wrong."""

import re
from datetime import datetime
from typing import Final

from services.auth.actions import limits
from services.auth.actions.arrival import Refused
from services.auth.models import Attempt, Refusal
from services.auth.queries import attempts
from services.auth.queries.portals import PortalView
from services.auth.rules import proving
from services.auth.rules.sign_in import MINUTE
from shared import addresses, ids
from shared.database.session import Session
from shared.logs import log

_WRONG: Final = "wrong proof"
_ID: Final = re.compile(r"[A-Za-z0-9_.:-]{1,100}", re.ASCII)


def check_client(session: Session, *, portal: PortalView, client: str, now: datetime) -> None:
    """Raises TooManyProofs for a client that was wrong too often at this vendor. Nobody else is counted meanwhile."""
    limits.count_alone(session, f"client {client}")
    wrong = attempts.counted(session, kind=_WRONG, subject=_counted(portal, client), after=now - MINUTE)
    try:
        proving.decide(wrong_last_minute=wrong)
    except proving.TooManyProofs:
        log.warning("identity.client_limit", vendor=portal.vendor, mode=portal.mode)  # an alert hangs on this line
        raise


def note(session: Session, *, portal: PortalView, refused: Refused, client: str, now: datetime) -> None:
    """Remember it for the vendor; a forged one goes against the client. No hash and no address is kept in clear."""
    session.add(
        Refusal(
            id=ids.new("ref"),
            portal=portal.slug,
            way_in=refused.way_in,
            cause=refused.cause,
            subject=_masked(refused.subject),
            at=now,
        )
    )
    if refused.is_forged:
        session.add(Attempt(kind=_WRONG, subject=_counted(portal, client), at=now))
    session.flush()


def _counted(portal: PortalView, client: str) -> str:
    return f"{portal.vendor} {client}"


def _masked(subject: str | None) -> str | None:
    if subject is None:
        return None
    if _ID.fullmatch(subject):
        return subject
    return addresses.mask(subject)[:100]
