"""Whom a cookie or a frame's token names, and which sessions there are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, String, bindparam, cast, select

from services.auth.models import PortalSession, Vendor
from services.auth.models.base import table_of
from services.auth.rules import session as session_rule
from services.auth.rules.session import USUAL, Terms
from services.auth.rules.standing import Standing
from services.auth.rules.ways_in import Assurance
from shared.database import moments
from shared.database.moments import Place
from shared.database.session import Session
from shared.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class SessionView:
    """A good session. Fields as the columns of `PortalSession`; `choices` is empty where nothing is to be chosen."""

    id: str
    vendor: str
    mode: str
    portal: str
    customers: tuple[str, ...]
    choices: tuple[str, ...]
    email: str
    email_key: str
    way_in: str
    assurance: str
    proven_at: datetime
    framed: bool
    staff: str | None
    reason: str | None
    delegate: str | None
    role: str | None
    details: dict[str, Any] | None
    created_at: datetime
    last_seen_at: datetime
    terms: Terms = USUAL
    standing: str = Standing.ACTIVE


def at_place(
    *,
    portal: str,
    id: str,  # noqa: A002 - named as the field is
    mode: str,
    email: str,
    email_key: str,
    way_in: str,
    proven_at: datetime,
    created_at: datetime,
    last_seen_at: datetime,
) -> SessionView:
    """A session at a place that is no vendor's portal, as the pages of signing in know sessions: nobody's customer."""
    return SessionView(
        id=id,
        vendor="",
        mode=mode,
        portal=portal,
        customers=(),
        choices=(),
        email=email,
        email_key=email_key,
        way_in=way_in,
        assurance=Assurance.VERIFIED,
        proven_at=proven_at,
        framed=False,
        staff=None,
        reason=None,
        delegate=None,
        role=None,
        details=None,
        created_at=created_at,
        last_seen_at=last_seen_at,
    )


@dataclass(frozen=True, kw_only=True)
class SessionRecord:
    """A session as lists show it, good or over. Fields as the columns of `PortalSession`.

    `state` is `active` or `ended`; `expires_at` when it ends at the latest, `ended_at` when it did before that.
    """

    id: str
    state: str
    portal: str
    customers: tuple[str, ...]
    choices: tuple[str, ...]
    way_in: str
    assurance: str
    framed: bool
    delegate: str | None
    role: str | None
    staff: str | None
    reason: str | None
    browser: str | None
    system: str | None
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    ended_for: str | None


_SESSIONS: Final = table_of(PortalSession)
_VENDORS: Final = table_of(Vendor)
_EVERY: Final = select(
    _SESSIONS,
    select(_VENDORS.c.standing).where(_VENDORS.c.id == _SESSIONS.c.vendor).scalar_subquery().label("standing"),
)
_BY_TOKEN_HASH: Final = _EVERY.where(_SESSIONS.c.token_hash == bindparam("token_hash"))
_BY_ID: Final = _EVERY.where(_SESSIONS.c.id == bindparam("session_id"))
"""Asked for every request, of all vendors: built once, and run without the ORM, which would cost as much again."""


def by_token_hash(
    session: Session, *, token_hash: str, portal: str, now: datetime, in_frame: bool = False
) -> SessionView:
    """The session behind a cookie, or behind a frame's token, in one statement.

    Raises SessionEnded unless it is good for this portal, and for where the token came from.
    """
    row = session.connection().execute(_BY_TOKEN_HASH, {"token_hash": token_hash}).one_or_none()
    return _good(row, portal=portal, now=now, in_frame=in_frame)


def by_id(session: Session, session_id: str, *, portal: str, now: datetime, in_frame: bool = False) -> SessionView:
    """The session that a passport names. Raises SessionEnded as `by_token_hash` does."""
    row = session.connection().execute(_BY_ID, {"session_id": session_id}).one_or_none()
    return _good(row, portal=portal, now=now, in_frame=in_frame)


def details(session: Session, *, session_id: str) -> dict[str, Any]:
    """What a session's way in brought along. Raises NotFound for one outside of the scope."""
    found = session.execute(select(PortalSession.details).where(PortalSession.id == session_id)).one_or_none()
    if found is None:
        raise NotFound
    return dict(found.details or {})


def _good(row: Any, *, portal: str, now: datetime, in_frame: bool) -> SessionView:
    if row is None or row.standing == Standing.CLOSED:
        raise session_rule.SessionEnded
    terms = session_rule.calculate_terms(idle_minutes=row.idle_minutes, hours=row.hours)
    session_rule.decide(
        made_for=row.portal,
        used_at=portal,
        is_framed=row.framed,
        in_frame=in_frame,
        way_in=row.way_in,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        revoked_at=row.revoked_at,
        terms=terms,
        now=now,
    )
    return SessionView(
        id=row.id,
        vendor=row.vendor,
        mode=row.mode,
        portal=row.portal,
        customers=tuple(row.customers),
        choices=tuple(row.choices or ()),
        email=row.email,
        email_key=row.email_key,
        way_in=row.way_in,
        assurance=row.assurance,
        proven_at=row.proven_at,
        framed=row.framed,
        staff=row.staff,
        reason=row.reason,
        delegate=row.delegate,
        role=row.role,
        details=row.details,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        terms=terms,
        standing=row.standing,
    )


def sees(customer: str) -> ColumnElement[bool]:
    """Which sessions see this customer. Ids hold nothing that JSON would write in another way."""
    return cast(PortalSession.customers, String).contains(f'"{customer}"', autoescape=True)


def listing(*, customer: str | None) -> tuple[Select[PortalSession], type[PortalSession]]:
    """The sessions of the scope, or those that see this customer, for a page of them."""
    every = select(PortalSession)
    return (every if customer is None else every.where(sees(customer))), PortalSession


def active_of(session: Session, *, customer: str, now: datetime) -> list[SessionRecord]:
    """The good sessions that see this customer, newest first."""
    statement, _ = listing(customer=customer)
    rows = session.scalars(
        statement.where(PortalSession.revoked_at.is_(None)).order_by(PortalSession.id.desc()).limit(100)
    )
    return [each for each in (record(row, now=now) for row in rows) if each.state == "active"]


def newest_of(
    session: Session, *, customer: str, place: Place | None, limit: int, now: datetime
) -> list[SessionRecord]:
    """The customer's own sign-ins and those of their people, good or over, newest first, from a place on."""
    statement = listing(customer=customer)[0].where(PortalSession.staff.is_(None))
    statement = moments.before(statement, PortalSession.created_at, PortalSession.id, place=place, limit=limit)
    return [record(row, now=now) for row in session.scalars(statement)]


def one(session: Session, session_id: str, *, now: datetime) -> SessionRecord | None:
    """The session of this id, where there is one in the scope."""
    row = session.scalars(select(PortalSession).where(PortalSession.id == session_id)).one_or_none()
    return None if row is None else record(row, now=now)


def of_same_person(session: Session, current: SessionView, *, now: datetime) -> list[SessionRecord]:
    """The good sessions of whoever has this one, newest first: the same address, and a customer in common.

    A delegate sees the delegate's own. Nobody sees those in which staff look on.
    """
    rows = session.scalars(
        select(PortalSession)
        .where(
            PortalSession.email_key == current.email_key,
            PortalSession.revoked_at.is_(None),
            PortalSession.staff.is_(None),
            PortalSession.delegate.is_(None)
            if current.delegate is None
            else PortalSession.delegate == current.delegate,
        )
        .order_by(PortalSession.created_at.desc(), PortalSession.id.desc())
    )
    mine = {*current.customers, *current.choices}
    found = [record(row, now=now) for row in rows]
    return [each for each in found if each.state == "active" and mine & {*each.customers, *each.choices}]


def record(row: PortalSession, *, now: datetime) -> SessionRecord:
    """What may be shown of it: no hash."""
    terms = session_rule.calculate_terms(idle_minutes=row.idle_minutes, hours=row.hours)
    has_run_out = session_rule.is_over(
        way_in=row.way_in, created_at=row.created_at, last_seen_at=row.last_seen_at, terms=terms, now=now
    )
    return SessionRecord(
        id=row.id,
        state="ended" if has_run_out or row.revoked_at is not None else "active",
        portal=row.portal,
        customers=tuple(row.customers),
        choices=tuple(row.choices or ()),
        way_in=row.way_in,
        assurance=row.assurance,
        framed=row.framed,
        delegate=row.delegate,
        role=row.role,
        staff=row.staff,
        reason=row.reason,
        browser=row.browser,
        system=row.system,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        expires_at=row.created_at + session_rule.longest(row.way_in, terms),
        ended_at=row.revoked_at,
        ended_for=row.ended_for,
    )
