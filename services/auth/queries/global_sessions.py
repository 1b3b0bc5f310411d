"""Sessions of the global portal: whom a cookie names, and whose purchases that person sees."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from services.auth.models import GlobalSession, Identity, Portal, Vendor
from services.auth.models.base import table_of
from services.auth.queries import portals, sessions
from services.auth.queries.sessions import SessionView
from services.auth.rules import session as session_rule
from services.auth.rules.session import Terms
from services.auth.rules.standing import Standing
from shared.database import scope
from shared.database.session import Session
from shared.places import GLOBAL


@dataclass(frozen=True, kw_only=True)
class Membership:
    """The customers that a mailbox is at one vendor, and the vendor's section of the global portal.

    `terms` are how long a session lasts in that section.
    """

    vendor: str
    mode: str
    portal: str
    customers: tuple[str, ...]
    display_name: str
    logo: str | None
    terms: Terms
    standing: str = Standing.ACTIVE

    def told(self) -> dict[str, Any]:
        """What the portal service is told of it."""
        return {name: value for name, value in vars(self).items() if name not in ("terms", "standing")}


_SESSIONS: Final = table_of(GlobalSession)
_BY_TOKEN_HASH: Final = select(_SESSIONS).where(_SESSIONS.c.token_hash == bindparam("token_hash"))
_BY_ID: Final = select(_SESSIONS).where(_SESSIONS.c.id == bindparam("session_id"))


def by_token_hash(session: Session, token_hash: str, now: datetime) -> SessionView:
    """The session behind a cookie. Raises SessionEnded."""
    return _good(session.connection().execute(_BY_TOKEN_HASH, {"token_hash": token_hash}).one_or_none(), now)


def by_id(session: Session, session_id: str, now: datetime) -> SessionView:
    """The session that a passport names. Raises SessionEnded."""
    return _good(session.connection().execute(_BY_ID, {"session_id": session_id}).one_or_none(), now)


def memberships(session: Session, found: SessionView, *, portal: str | None = None) -> list[Membership]:
    """Where this mailbox bought something, vendor by vendor in order of their names; `portal`: only that section."""
    statement = (
        select(
            Identity.id,
            Portal.vendor,
            Portal.mode,
            Portal.slug,
            Portal.display_name,
            Portal.appearance,
            Portal.sign_in,
            Portal.sign_in_methods,
            Portal.cross_device,
            Vendor.standing,
        )
        .join(Portal, (Portal.vendor == Identity.vendor) & (Portal.mode == Identity.mode))
        .join(Vendor, Vendor.id == Portal.vendor)
        .where(
            Identity.email_key == found.email_key,
            Portal.mode == found.mode,
            Portal.kind == "global",
            Portal.active,
            Vendor.standing != Standing.CLOSED,
        )
        .order_by(Portal.display_name, Portal.id, Identity.id)
    )
    with scope.platform():
        rows = session.execute(statement if portal is None else statement.where(Portal.slug == portal)).all()
    by_portal: dict[str, Membership] = {}
    for row in rows:
        before = by_portal.get(row.slug)
        by_portal[row.slug] = Membership(
            vendor=row.vendor,
            mode=row.mode,
            portal=row.slug,
            customers=(*(before.customers if before else ()), row.id),
            display_name=row.display_name,
            logo=row.appearance.get("logo"),
            terms=portals.settings_of(row).terms,
            standing=row.standing,
        )
    return list(by_portal.values())


def _good(row: Any, now: datetime) -> SessionView:
    if row is None:
        raise session_rule.SessionEnded
    session_rule.decide(
        made_for=GLOBAL,
        used_at=GLOBAL,
        is_framed=False,
        in_frame=False,
        way_in=row.way_in,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        revoked_at=row.revoked_at,
        now=now,
    )
    return sessions.at_place(
        portal=GLOBAL,
        id=row.id,
        mode=row.mode,
        email=row.email,
        email_key=row.email_key,
        way_in=row.way_in,
        proven_at=row.proven_at,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
    )
