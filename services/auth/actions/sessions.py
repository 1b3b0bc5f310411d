"""Sessions: begun and ended in one place each, which tell everybody; proven again, seen, narrowed to one customer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update

from services.auth.actions import session_rows
from services.auth.adapters.secrets import digest, new_token
from services.auth.models import Delegate, PortalSession
from services.auth.queries import delegates, portals
from services.auth.queries.portals import PortalView
from services.auth.queries.sessions import SessionView, sees
from services.auth.rules.device import Device
from services.auth.rules.session import OWN, Ending
from services.auth.rules.ways_in import WAYS_IN, Assurance, WayIn
from shared import ids
from shared.bus import outbox
from shared.database import scope
from shared.database.session import Session
from shared.events import Actor, Mode, SessionRevoked, SessionStarted


def start(
    session: Session,
    *,
    portal: PortalView,
    customers: Sequence[str],
    email: str,
    email_key: str,
    way_in: WayIn,
    now: datetime,
    framed: bool = False,
    choices: Sequence[str] | None = None,
    details: Mapping[str, Any] | None = None,
    device: Device | None = None,
    secret: str | None = None,
    link: str | None = None,
    entry: str | None = None,
    parent: str | None = None,
    staff: str | None = None,
    reason: str | None = None,
    delegate: str | None = None,
    role: str | None = None,
) -> str:
    """A new session; its token, which only the cookie or the frame holds. Arguments as columns of `PortalSession`.

    `customers` is empty where one of `choices` must be chosen first; who is in is told once that is done. A session
    that came by an entry goes by the entry's id, so that who made the entry knows the session.
    """
    token, settings = new_token(), portals.settings_held(session, portal.id)
    row = PortalSession(
        id=entry or ids.new("ps"),
        vendor=portal.vendor,
        mode=portal.mode,
        token_hash=digest(token),
        portal=portal.slug,
        customers=list(customers),
        choices=None if choices is None else list(choices),
        email=email,
        email_key=email_key,
        way_in=way_in,
        assurance=WAYS_IN[way_in].assurance,
        proven_at=now,
        framed=framed,
        secret=secret,
        link=link,
        entry=entry,
        parent=parent,
        staff=staff,
        reason=reason,
        delegate=delegate,
        role=role,
        details={name: value for name, value in (details or {}).items() if value is not None} or None,
        browser=device.browser if device else None,
        system=device.system if device else None,
        idle_minutes=settings.session_idle_minutes,
        hours=settings.session_hours,
        created_at=now,
        last_seen_at=now,
    )
    session.add(row)
    session.flush()
    if row.customers:
        _note_accepted(session, row, now=now)
        _tell_started(session, row)
    return token


def choose(session: Session, *, current: SessionView, customer: str, now: datetime) -> str | None:
    """From now on the session sees this one of its choices, and goes by the token that is returned.

    None: it is none of them, or the session is over. The token is another because what was answered for the old one
    may be remembered for a second.
    """
    if current.choices is None or customer not in current.choices:
        return None
    person = next(iter(delegates.people(session, [customer])), None)
    if person is None:
        return None
    token = new_token()
    row = session.execute(
        update(PortalSession)
        .where(PortalSession.id == current.id, PortalSession.revoked_at.is_(None))
        .values(
            token_hash=digest(token),
            customers=[person.customer],
            delegate=person.delegate,
            role=person.role,
            last_seen_at=now,
        )
        .returning(PortalSession)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if row is None:
        return None
    _note_accepted(session, row, now=now)
    _tell_started(session, row)
    return token


def prove(session: Session, *, session_id: str, now: datetime) -> str:
    """The session is proven now and goes by a new token, which is returned. Its end stays where it was.

    One in which staff look on is never raised.
    """
    token = new_token()
    session.execute(
        update(PortalSession)
        .where(PortalSession.id == session_id, PortalSession.revoked_at.is_(None), PortalSession.staff.is_(None))
        .values(token_hash=digest(token), proven_at=now, assurance=Assurance.VERIFIED)
        .execution_options(synchronize_session=False)
    )
    return token


def note_seen(session: Session, *, session_id: str, now: datetime) -> None:
    """It was used just now."""
    with scope.platform():
        session_rows.note_seen(session, PortalSession, session_id, now)


def revoke(session: Session, *, session_id: str, now: datetime, reason: Ending) -> bool:
    """It ends at once. Ended before, it stays ended as it was; whether it ended just now."""
    return revoke_where(session, PortalSession.id == session_id, now=now, reason=reason) == 1


def revoke_of_address(session: Session, *, email_key: str, now: datetime, reason: Ending) -> int:
    """Every session that was begun with this address ends at once; how many did."""
    return revoke_where(session, PortalSession.email_key == email_key, now=now, reason=reason)


def revoke_of_customer(session: Session, *, customer: str, now: datetime, reason: Ending) -> int:
    """Every session that sees this customer ends at once, whoever's it is; how many did."""
    return revoke_where(session, sees(customer), now=now, reason=reason)


def revoke_where(session: Session, *which: ColumnElement[bool], now: datetime, reason: Ending) -> int:
    """Those sessions of the scope end at once, and everybody hears of each; how many they were."""
    ended = session.execute(
        update(PortalSession)
        .where(*which, PortalSession.revoked_at.is_(None))
        .values(revoked_at=now, ended_for=str(reason))
        .returning(
            PortalSession.id,
            PortalSession.vendor,
            PortalSession.mode,
            PortalSession.portal,
            PortalSession.customers,
            PortalSession.delegate,
            PortalSession.staff,
        )
        .execution_options(synchronize_session=False)
    ).all()
    for row in ended:
        outbox.record(
            session,
            SessionRevoked(session=row.id, portal=row.portal, customers=list(row.customers), reason=str(reason)),
            vendor=row.vendor,
            mode=row.mode,
            actor=_person(row) if reason in OWN else None,
        )
    return len(ended)


def _note_accepted(session: Session, row: PortalSession, *, now: datetime) -> None:
    """One of a customer's people came in for the first time."""
    if row.delegate is not None:
        session.execute(
            update(Delegate)
            .where(Delegate.id == row.delegate, Delegate.accepted_at.is_(None))
            .values(accepted_at=now)
            .execution_options(synchronize_session=False)
        )


def _tell_started(session: Session, row: PortalSession) -> None:
    mode: Mode = "live" if row.mode == "live" else "test"
    started = SessionStarted(
        session=row.id,
        portal=row.portal,
        customers=list(row.customers),
        way_in=str(row.way_in),
        assurance=str(row.assurance),
        delegate=row.delegate,
        staff=row.staff,
        reason=row.reason,
    )
    outbox.record(session, started, vendor=row.vendor, mode=mode, actor=_person(row))


def _person(row: Any) -> Actor | None:
    """Whose session this is, as events name them; None while that is not chosen."""
    if row.staff is not None:
        return Actor(kind="staff", id=row.staff)
    if row.delegate is not None:
        return Actor(kind="delegate", id=row.delegate)
    return Actor(kind="customer", id=row.customers[0]) if row.customers else None
