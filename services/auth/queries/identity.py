"""Who a request is from, by its cookie, its frame's token or its bearer token.

Asked for every request, so each answer is one statement.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from services.auth.adapters.secrets import Secrets, digest, same
from services.auth.queries import global_sessions, keys, sessions, staff
from services.auth.queries.sessions import SessionView
from services.auth.rules import api_key, roles
from services.auth.rules.api_key import BadKey
from services.auth.rules.passport import Subject
from services.auth.rules.session import SessionEnded, is_over
from services.auth.rules.standing import Standing
from shared.database.session import Session
from shared.places import CONSOLE, GLOBAL

ADMIN: Final = Subject(kind="admin", id="admin", scopes=("vendors:read", "vendors:write"))


@dataclass(frozen=True)
class Known:
    """Somebody we know, and when what they came with, `by`, was last noted to be in use. `id` is its row's."""

    subject: Subject
    last_noted_at: datetime | None
    by: Literal["key", "portal_session", "global_session", "staff_session"] = "key"
    id: str = ""


def of_cookie(session: Session, *, token: str, portal: str, now: datetime) -> Known | None:
    """Whose session this is, at this portal; None for any other value."""
    other = PLACES.get(portal)
    return other(session, token, now) if other else _of_session(session, token, portal, now=now, in_frame=False)


def of_frame(session: Session, *, token: str, portal: str, now: datetime) -> Known | None:
    """Whose session this is, held by a frame of this portal; None for any other value, a cookie's among them."""
    return _of_session(session, token, portal, now=now, in_frame=True)


def of_bearer(session: Session, *, token: str, secrets: Secrets, now: datetime) -> Known:
    """The key, or the operator, whose token this is. Raises BadKey, for a bad checksum without asking the database."""
    if secrets.is_admin(token):
        return Known(ADMIN, now)
    found = keys.by_parts(session, api_key.parse(token), now=now)
    if not same(digest(token), found.secret_hash):
        raise BadKey
    subject = Subject(
        kind="key",
        id=found.id,
        vendor=found.vendor,
        mode=found.mode,
        scopes=found.scopes,
        suspended=found.standing == Standing.SUSPENDED,
    )
    return Known(subject, found.last_used_at, by="key", id=found.id)


def _of_session(session: Session, token: str, portal: str, *, now: datetime, in_frame: bool) -> Known | None:
    try:
        found = sessions.by_token_hash(session, token_hash=digest(token), portal=portal, now=now, in_frame=in_frame)
    except SessionEnded:
        return None
    return Known(subject_of(found), found.last_seen_at, by="portal_session", id=found.id)


def subject_of(found: SessionView) -> Subject:
    """What a passport says of a portal's session: a customer, or staff who look on as one."""
    return Subject(
        kind="customer" if found.staff is None else "staff",
        id=found.staff or (found.customers[0] if found.customers else found.id),
        vendor=found.vendor,
        mode=found.mode,
        customers=found.customers,
        assurance=found.assurance,
        proven_at=found.proven_at,
        session=found.id,
        portal=found.portal,
        way_in=found.way_in,
        framed=found.framed,
        delegate=found.delegate,
        role=found.role,
        details=bool(found.details),
        suspended=found.standing == Standing.SUSPENDED,
    )


def of_global(session: Session, *, token: str, portal: str | None, now: datetime) -> Known | None:
    """Whose session of the global portal this is: of somebody there, or, at a vendor's section, of its customers."""
    try:
        found = global_sessions.by_token_hash(session, digest(token), now)
    except SessionEnded:
        return None
    subject = Subject(
        kind="customer",
        id=found.id,
        assurance=found.assurance,
        proven_at=found.proven_at,
        session=found.id,
        portal=GLOBAL,
        way_in=found.way_in,
    )
    if portal is not None:
        sections = global_sessions.memberships(session, found, portal=portal)
        if not sections:
            return None
        (here,) = sections
        if is_over(
            way_in=found.way_in,
            created_at=found.created_at,
            last_seen_at=found.last_seen_at,
            terms=here.terms,
            now=now,
        ):
            return None  # the vendor has people sign in anew sooner than the global portal does
        subject = replace(
            subject,
            id=here.customers[0],
            vendor=here.vendor,
            mode=here.mode,
            customers=here.customers,
            portal=here.portal,
            suspended=here.standing == Standing.SUSPENDED,
        )
    return Known(subject, found.last_seen_at, by="global_session", id=found.id)


def _at_global(session: Session, token: str, now: datetime) -> Known | None:
    return of_global(session, token=token, portal=None, now=now)


def _at_console(session: Session, token: str, now: datetime) -> Known | None:
    """One of a vendor's people, with a mark for each role that theirs is worth."""
    try:
        found = staff.by_token_hash(session, digest(token), now)
    except SessionEnded:
        return None
    subject = Subject(
        kind="staff",
        id=found.user,
        vendor=found.vendor,
        mode=found.mode,
        scopes=tuple(f"role:{role}" for role in roles.at_or_below(found.role)),
        proven_at=found.proven_at,
        session=found.id,
        suspended=found.standing == Standing.SUSPENDED,
    )
    return Known(subject, found.last_seen_at, by="staff_session", id=found.id)


PLACES: Final[dict[str, Callable[[Session, str, datetime], Known | None]]] = {
    GLOBAL: _at_global,
    CONSOLE: _at_console,
}
"""Whose cookies are not a portal's: `X-Portal` to (session, token, now) -> Known or None."""
