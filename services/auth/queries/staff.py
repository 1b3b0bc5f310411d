"""The people who work for a vendor: who they are, whom a mailbox works for, and as whom a cookie acts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, bindparam, func, select

from services.auth.models import StaffSession, Vendor, VendorUser
from services.auth.models.base import table_of
from services.auth.queries import sessions
from services.auth.queries.sessions import SessionView
from services.auth.rules import session as session_rule
from services.auth.rules.address import OnFile
from services.auth.rules.roles import Role
from services.auth.rules.standing import Standing
from services.auth.rules.ways_in import WayIn
from shared.database.session import Session
from shared.errors import NotFound
from shared.places import CONSOLE


@dataclass(frozen=True, kw_only=True)
class UserView:
    """Somebody of a vendor's staff. Fields as the columns of `VendorUser`; whoever was removed is not shown."""

    id: str
    vendor: str
    email: str
    name: str | None
    role: Role
    invited_by: str | None
    created_at: datetime
    accepted_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Employment:
    """A vendor that a mailbox works for: as which user, in which role."""

    user: str
    vendor: str
    vendor_name: str
    role: Role


@dataclass(frozen=True, kw_only=True)
class StaffView:
    """A good session of the console, and as whom it acts now."""

    id: str
    user: str
    vendor: str
    mode: str
    role: Role
    email: str
    email_key: str
    proven_at: datetime
    created_at: datetime
    last_seen_at: datetime
    standing: str


_SESSIONS: Final = table_of(StaffSession)
_USERS: Final = table_of(VendorUser)
_VENDORS: Final = table_of(Vendor)
_EVERY: Final = select(
    _SESSIONS.c.id,
    _SESSIONS.c.user,
    _SESSIONS.c.mode,
    _SESSIONS.c.proven_at,
    _SESSIONS.c.created_at,
    _SESSIONS.c.last_seen_at,
    _SESSIONS.c.revoked_at,
    _USERS.c.vendor,
    _USERS.c.role,
    _USERS.c.email,
    _USERS.c.email_key,
    _USERS.c.removed_at,
    select(_VENDORS.c.standing).where(_VENDORS.c.id == _USERS.c.vendor).scalar_subquery().label("standing"),
).join(_USERS, _USERS.c.id == _SESSIONS.c.user)
_BY_TOKEN_HASH: Final = _EVERY.where(_SESSIONS.c.token_hash == bindparam("token_hash"))
_BY_ID: Final = _EVERY.where(_SESSIONS.c.id == bindparam("session_id"))
"""Asked for every request: built once, and run without the ORM."""


def by_token_hash(session: Session, token_hash: str, now: datetime) -> StaffView:
    """The session behind a cookie of the console, in one statement. Raises SessionEnded, for somebody removed too."""
    return _good(session.connection().execute(_BY_TOKEN_HASH, {"token_hash": token_hash}).one_or_none(), now)


def by_id(session: Session, session_id: str, now: datetime) -> StaffView:
    """The session that a passport names. Raises SessionEnded."""
    return _good(session.connection().execute(_BY_ID, {"session_id": session_id}).one_or_none(), now)


def as_signing_in_sees(session: Session, token_hash: str, now: datetime) -> SessionView:
    """The same, as the pages of signing in know sessions. Raises SessionEnded."""
    return _at_console(by_token_hash(session, token_hash, now))


def as_proving_sees(session: Session, session_id: str, now: datetime) -> SessionView:
    """The same of the session that a passport names. Raises SessionEnded."""
    return _at_console(by_id(session, session_id, now))


def _at_console(found: StaffView) -> SessionView:
    return sessions.at_place(
        portal=CONSOLE,
        id=found.id,
        mode=found.mode,
        email=found.email,
        email_key=found.email_key,
        way_in=WayIn.EMAIL_LINK,
        proven_at=found.proven_at,
        created_at=found.created_at,
        last_seen_at=found.last_seen_at,
    )


def on_file(session: Session, key: str | None) -> list[OnFile]:
    """The users who have this address, at whatever vendor."""
    rows = session.scalars(
        select(VendorUser)
        .join(Vendor, Vendor.id == VendorUser.vendor)
        .where(VendorUser.email_key == (key or ""), VendorUser.removed_at.is_(None), Vendor.standing != Standing.CLOSED)
        .order_by(VendorUser.id)
    )
    return [
        OnFile(customer=row.id, email=row.email, email_key=row.email_key, display_name=row.name, locale=None)
        for row in rows
    ]


def employments(session: Session, *, email_key: str) -> list[Employment]:
    """The vendors that a mailbox works for, in order of their names."""
    rows = session.execute(
        select(VendorUser.id, VendorUser.role, Vendor.id.label("vendor"), Vendor.display_name)
        .join(Vendor, Vendor.id == VendorUser.vendor)
        .where(VendorUser.email_key == email_key, VendorUser.removed_at.is_(None), Vendor.standing != Standing.CLOSED)
        .order_by(Vendor.display_name, VendorUser.id)
    )
    return [
        Employment(user=row.id, vendor=row.vendor, vendor_name=row.display_name, role=Role(row.role)) for row in rows
    ]


def listing(*, vendor: str) -> tuple[Select[VendorUser], type[VendorUser]]:
    """A vendor's people, for a page of them."""
    return select(VendorUser).where(VendorUser.vendor == vendor, VendorUser.removed_at.is_(None)), VendorUser


def listed(session: Session, *, vendor: str) -> list[UserView]:
    """A vendor's people, oldest first."""
    statement, _ = listing(vendor=vendor)
    return [view(row) for row in session.scalars(statement.order_by(VendorUser.id))]


def owners(session: Session, *, vendor: str) -> list[UserView]:
    """Those of them who are owners."""
    return [each for each in listed(session, vendor=vendor) if each.role is Role.OWNER]


def count_owners(session: Session, *, vendor: str) -> int:
    """How many owners the vendor has."""
    found = select(func.count(VendorUser.id)).where(
        VendorUser.vendor == vendor, VendorUser.role == Role.OWNER, VendorUser.removed_at.is_(None)
    )
    return session.scalar(found) or 0


def one(session: Session, user_id: str, *, vendor: str) -> UserView:
    """One of the vendor's people. Raises NotFound."""
    statement, _ = listing(vendor=vendor)
    row = session.scalars(statement.where(VendorUser.id == user_id)).one_or_none()
    if row is None:
        raise NotFound
    return view(row)


def names(session: Session, *, vendor: str) -> dict[str, str]:
    """The address of each who works, or worked, for the vendor, by id: of who made what is still there."""
    rows = session.execute(select(VendorUser.id, VendorUser.email).where(VendorUser.vendor == vendor))
    return {row.id: row.email for row in rows}


def view(row: VendorUser) -> UserView:
    """What may be shown of it."""
    return UserView(
        id=row.id,
        vendor=row.vendor,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        invited_by=row.invited_by,
        created_at=row.created_at,
        accepted_at=row.accepted_at,
    )


def _good(row: Any, now: datetime) -> StaffView:
    if row is None or row.removed_at is not None or row.standing == Standing.CLOSED:
        raise session_rule.SessionEnded
    session_rule.decide(
        made_for=CONSOLE,
        used_at=CONSOLE,
        is_framed=False,
        in_frame=False,
        way_in=WayIn.EMAIL_LINK,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        revoked_at=row.revoked_at,
        now=now,
    )
    return StaffView(
        id=row.id,
        user=row.user,
        vendor=row.vendor,
        mode=row.mode,
        role=Role(row.role),
        email=row.email,
        email_key=row.email_key,
        proven_at=row.proven_at,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        standing=row.standing,
    )
