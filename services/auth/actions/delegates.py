"""A customer's own people: invited, given another role, sent away. Each is told to everybody, with who did it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from services.auth.actions import limits, sessions
from services.auth.models import Delegate, Identity, PortalSession
from services.auth.queries import delegates as queries
from services.auth.queries.delegates import DelegateView
from services.auth.queries.portals import PortalView
from services.auth.rules import delegate as rule
from services.auth.rules.session import Ending
from shared import addresses, ids
from shared.bus import outbox
from shared.database.session import Session
from shared.errors import NotFound
from shared.events import Actor, DelegateChanged, DelegateInvited, DelegateRevoked


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """Whom a customer lets in, and as what."""

    customer: str
    email: str
    name: str | None
    role: str


def invite(
    session: Session, invitation: Invitation, *, portal: PortalView, by: Actor, public_url: str, now: datetime
) -> DelegateView:
    """Somebody may sign in with an address of their own; a mail tells them where.

    Raises BadAddress, Invalid, NotFound, DelegateExists, TooManyDelegates, TooManyInvitations.
    """
    parsed, given = addresses.parse(invitation.email), rule.grant(invitation.role, now_is=None)
    own = session.scalars(select(Identity).where(Identity.id == invitation.customer)).one_or_none()
    if own is None:
        raise NotFound
    limits.count_alone(session, f"delegates {own.id}")
    there = queries.of_customer(session, own.id)
    keys = session.scalars(select(Delegate.email_key).where(Delegate.id.in_([each.id for each in there]))).all()
    lately = select(func.count()).where(Delegate.customer == own.id, Delegate.invited_at > now - rule.HOUR)
    rule.check_invitation(
        key=parsed.key,
        taken={*keys, own.email_key or ""},
        people=len(there),
        invited_last_hour=session.scalar(lately) or 0,
    )
    row = Delegate(
        id=ids.new("dlg"),
        vendor=portal.vendor,
        mode=portal.mode,
        customer=own.id,
        email=parsed.written,
        email_key=parsed.key,
        name=(invitation.name or "").strip()[: rule.LONGEST_NAME] or None,
        role=given.role,
        offered_role=given.offered,
        invited_by=by.id,
        invited_at=now,
    )
    session.add(row)
    session.flush()
    told = DelegateInvited(
        delegate=row.id,
        customer=own.id,
        email=row.email,
        display_name=row.name,
        role=row.offered_role or row.role,
        portal_url=portal.address(public_url),
    )
    outbox.record(session, told, actor=by)
    return queries.view(row)


def change(session: Session, *, delegate_id: str, customer: str | None, role: str, by: Actor) -> DelegateView:
    """Give them another role, within a second wherever they are signed in; to be an owner they must accept first.

    `customer` is whose they must be, None: whoever's. Raises NotFound, Invalid, DelegateGone.
    """
    row = _open(session, delegate_id, customer)
    given = rule.grant(role, now_is=row.role)
    is_same = (row.role, row.offered_role) == (given.role, given.offered)
    row.offered_role = given.offered
    if not is_same:
        _become(session, row, given.role, by=by)
    return queries.view(row)


def accept_ownership(session: Session, *, delegate_id: str, by: Actor) -> DelegateView:
    """They confirm what they were asked to be. Raises NotFound, DelegateGone, NothingOffered."""
    row = _open(session, delegate_id, None)
    if row.offered_role is None:
        raise rule.NothingOffered
    wanted, row.offered_role = row.offered_role, None
    _become(session, row, wanted, by=by)
    return queries.view(row)


def revoke(session: Session, *, delegate_id: str, customer: str | None, by: Actor, now: datetime) -> DelegateView:
    """They are out at once, everywhere, and don't get in again. Done before, it stays as it was. Raises NotFound."""
    row = _found(session, delegate_id, customer)
    if row.revoked_at is None:
        row.revoked_at, row.offered_role = now, None
        session.flush()
        sessions.revoke_where(session, PortalSession.delegate == row.id, now=now, reason=Ending.DELEGATE_REVOKED)
        outbox.record(session, DelegateRevoked(delegate=row.id, customer=row.customer), actor=by)
    return queries.view(row)


def _become(session: Session, row: Delegate, role: str, *, by: Actor) -> None:
    row.role = role
    session.flush()
    session.execute(
        update(PortalSession)
        .where(PortalSession.delegate == row.id, PortalSession.revoked_at.is_(None))
        .values(role=role)
        .execution_options(synchronize_session=False)
    )
    outbox.record(session, DelegateChanged(delegate=row.id, customer=row.customer, role=role), actor=by)


def _open(session: Session, delegate_id: str, customer: str | None) -> Delegate:
    row = _found(session, delegate_id, customer)
    if row.revoked_at is not None:
        raise rule.DelegateGone
    return row


def _found(session: Session, delegate_id: str, customer: str | None) -> Delegate:
    row = session.scalars(select(Delegate).where(Delegate.id == delegate_id).with_for_update()).one_or_none()
    if row is None or customer not in (None, row.customer):
        raise NotFound
    return row
