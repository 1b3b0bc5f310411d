"""Suspending, resuming and closing a vendor; what is dead once it has closed."""

from datetime import datetime

from sqlalchemy import select, update

from services.auth.actions import sessions
from services.auth.models import (
    ApiKey,
    Entry,
    IdentitySecret,
    PortalSession,
    SignInRequest,
    StaffSession,
    SubscriberLink,
    Vendor,
    VendorUser,
)
from services.auth.queries.vendors import VendorView, view
from services.auth.rules import standing as rule
from services.auth.rules.session import Ending
from services.auth.rules.standing import Standing
from shared.bus import outbox
from shared.database import scope
from shared.database.session import Session
from shared.errors import NotFound
from shared.events import Actor, VendorClosed, VendorResumed, VendorSuspended


def suspend(session: Session, *, vendor_id: str, actor: Actor, now: datetime) -> VendorView:
    """Everything stays readable, nothing can be done. Twice is once. Raises NotFound, ClosedForGood."""
    row, has_changed = _move(session, vendor_id, Standing.SUSPENDED)
    if has_changed:
        told = VendorSuspended(vendor=row.id, suspended_at=now.isoformat(), revision=row.revision)
        outbox.record(session, told, vendor=row.id, mode="live", actor=actor, at=now)
    return view(row)


def resume(session: Session, *, vendor_id: str, actor: Actor, now: datetime) -> VendorView:
    """It goes on. Raises NotFound, ClosedForGood."""
    row, has_changed = _move(session, vendor_id, Standing.ACTIVE)
    if has_changed:
        told = VendorResumed(vendor=row.id, resumed_at=now.isoformat(), revision=row.revision)
        outbox.record(session, told, vendor=row.id, mode="live", actor=actor, at=now)
    return view(row)


def close(session: Session, *, vendor_id: str, actor: Actor, now: datetime) -> VendorView:
    """Keys, sessions and links are dead from now on, for good. Raises NotFound."""
    row, has_changed = _move(session, vendor_id, Standing.CLOSED)
    if has_changed:
        told = VendorClosed(vendor=row.id, closed_at=now.isoformat(), revision=row.revision)
        outbox.record(session, told, vendor=row.id, mode="live", actor=actor, at=now)
        with scope.platform():
            _end_everything(session, row.id, now=now)
    return view(row)


def _move(session: Session, vendor_id: str, wanted: Standing) -> tuple[Vendor, bool]:
    row = session.scalars(select(Vendor).where(Vendor.id == vendor_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    if not rule.decide(standing=Standing(row.standing), wanted=wanted):
        return row, False
    row.standing = wanted
    row.revision += 1
    session.flush()
    return row, True


def _end_everything(session: Session, vendor_id: str, *, now: datetime) -> None:
    """Whoever asks is refused by the vendor's standing already; the rows say so too, for lists and for later."""
    sessions.revoke_where(session, PortalSession.vendor == vendor_id, now=now, reason=Ending.VENDOR_CLOSED)
    users = select(VendorUser.id).where(VendorUser.vendor == vendor_id)
    endings = (
        update(ApiKey).where(ApiKey.vendor == vendor_id, ApiKey.revoked_at.is_(None)).values(revoked_at=now),
        update(IdentitySecret)
        .where(IdentitySecret.vendor == vendor_id, IdentitySecret.revoked_at.is_(None))
        .values(revoked_at=now),
        update(SubscriberLink)
        .where(SubscriberLink.vendor == vendor_id, SubscriberLink.revoked_at.is_(None))
        .values(revoked_at=now),
        update(Entry).where(Entry.vendor == vendor_id, Entry.used_at.is_(None)).values(used_at=now),
        update(SignInRequest)
        .where(SignInRequest.vendor == vendor_id, SignInRequest.used_at.is_(None), SignInRequest.voided_at.is_(None))
        .values(voided_at=now),
        update(StaffSession)
        .where(StaffSession.user.in_(users), StaffSession.revoked_at.is_(None))
        .values(revoked_at=now),
    )
    for ending in endings:
        session.execute(ending.execution_options(synchronize_session=False))
