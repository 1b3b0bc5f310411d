"""A vendor's people: invited, given another role, removed, which ends whatever they are in."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from services.auth.actions import limits, looking_on, mails, staff_sessions
from services.auth.actions.mails import Letter
from services.auth.adapters.secrets import Secrets
from services.auth.models import Attempt, VendorUser
from services.auth.queries import attempts, vendors
from services.auth.queries import staff as known
from services.auth.queries.places import PLACES
from services.auth.queries.portals import PortalView
from services.auth.queries.staff import UserView
from services.auth.queries.vendors import VendorView
from services.auth.rules import roles, vendor
from services.auth.rules.roles import Ability, Role
from services.auth.rules.sign_in import HOUR
from shared import addresses, ids
from shared.bus import access_log
from shared.database.session import Session
from shared.errors import Conflict, FieldError, Invalid, NotFound, TooMany
from shared.events import Mode
from shared.logs import log
from shared.places import CONSOLE

INVITATION: Final = "staff_invitation"
INVITED_PER_HOUR: Final = 30
_LIVES: Final = timedelta(days=3)


class AlreadyInvited(Conflict):
    """The address is one of the vendor's people already."""

    code = "vendor_user_exists"


class TooManyInvitations(TooMany):
    """A vendor invited so many people within an hour."""

    code = "too_many_staff_invitations"


@dataclass(frozen=True, kw_only=True)
class Inviter:
    """Who invites: their id, how the mail names them (None: as the vendor), and what they have to hand on."""

    id: str
    name: str | None
    own: Collection[str] | None


def invite(
    session: Session,
    *,
    vendor_id: str,
    mode: Mode,
    email: str,
    role: Role,
    name: str | None,
    by: Inviter,
    public_url: str,
    secrets: Secrets,
    now: datetime,
) -> UserView:
    """Somebody works for the vendor from now on, and is told by mail, which stands among those of `mode`.

    Raises Invalid, RoleExceedsOwn, AlreadyInvited, TooManyInvitations.
    """
    roles.check_grant(role, own=by.own)
    address = _parsed(email)
    if name is not None:
        vendor.check_line("name", name)
    limits.count_alone(session, _counted(vendor_id))
    _check_pace(session, vendor_id, now=now)
    row = session.scalars(
        select(VendorUser).where(VendorUser.vendor == vendor_id, VendorUser.email_key == address.key)
    ).one_or_none()
    if row is not None and row.removed_at is None:
        raise AlreadyInvited
    if row is None:
        row = VendorUser(id=ids.new("usr"), vendor=vendor_id, email_key=address.key)
        session.add(row)
    row.email, row.name, row.role, row.invited_by = address.written, name, role, by.id
    row.created_at, row.accepted_at, row.removed_at = now, None, None
    session.flush()
    _mail(session, row, mode=mode, by=by, public_url=public_url, secrets=secrets, now=now)
    log.info("vendor_user.invited", user=row.id, role=role, by=by.id)
    _write(session, row, "invited", after={"role": role}, now=now)
    return known.view(row)


def change_role(
    session: Session, *, vendor_id: str, user_id: str, role: Role, by: str, own: Collection[str] | None, now: datetime
) -> UserView:
    """They may do something else from the next request on. Raises NotFound, RoleExceedsOwn, LastOwner."""
    row = _locked(session, vendor_id, user_id)
    roles.check_grant(Role(row.role), own=own)
    roles.check_grant(role, own=own)
    owners = known.count_owners(session, vendor=vendor_id)
    roles.check_owner_stays(role=Role(row.role), new_role=role, owners=owners)
    before, row.role = row.role, role
    session.flush()
    if not roles.may(role, Ability.VIEW_AS):
        looking_on.end_of_staff(session, staff=row.id, now=now)
    log.info("vendor_user.role_changed", user=row.id, role=role, by=by)
    if before != role:
        _write(session, row, "role_changed", before={"role": before}, after={"role": role}, now=now)
    return known.view(row)


def remove(
    session: Session, *, vendor_id: str, user_id: str, by: str, own: Collection[str] | None, now: datetime
) -> None:
    """They are out of the console, and of every portal they look on in, at once. Raises as `change_role` does."""
    row = _locked(session, vendor_id, user_id)
    roles.check_grant(Role(row.role), own=own)
    owners = known.count_owners(session, vendor=vendor_id)
    roles.check_owner_stays(role=Role(row.role), new_role=None, owners=owners)
    row.removed_at = now
    session.flush()
    staff_sessions.revoke_of_user(session, user=row.id, now=now)
    looking_on.end_of_staff(session, staff=row.id, now=now)
    log.info("vendor_user.removed", user=row.id, by=by)
    _write(session, row, "removed", before={"role": row.role}, now=now)


def _write(session: Session, row: VendorUser, what: str, *, now: datetime, **values: dict[str, str]) -> None:
    """Into the vendor's action log: people work in both modes, and stand in that of live. Their address does not."""
    action = f"vendor_user.{what}"
    access_log.write(session, action=action, of=row.id, vendor=row.vendor, mode="live", now=now, **values)


def in_the_name_of(of: VendorView, *, mode: Mode) -> PortalView:
    """The console in a vendor's name, for mails to its people: they leave before any portal is there, too."""
    return replace(
        PLACES[CONSOLE],
        vendor=of.id,
        mode=mode,
        display_name=of.display_name,
        appearance={"brand_color": of.profile.get("brand_color")},
        reply_to=of.profile.get("email"),
    )


def _mail(
    session: Session, row: VendorUser, *, mode: Mode, by: Inviter, public_url: str, secrets: Secrets, now: datetime
) -> None:
    of = vendors.one(session, row.vendor)
    console = in_the_name_of(of, mode=mode)
    letter = Letter(
        kind=INVITATION,
        about=row.id,
        to=row.email,
        name=row.name,
        locale=of.default_locale,
        link=f"{console.address(public_url)}/sign-in",
        facts={"inviter": by.name or of.display_name, "role": row.role},
        lives=_LIVES,
    )
    mails.order(session, letter, portal=console, secrets=secrets, now=now)
    session.add(Attempt(kind=INVITATION, subject=row.vendor, at=now))
    session.flush()


def _check_pace(session: Session, vendor_id: str, *, now: datetime) -> None:
    if attempts.counted(session, kind=INVITATION, subject=vendor_id, after=now - HOUR) >= INVITED_PER_HOUR:
        raise TooManyInvitations(retry_after=int(HOUR.total_seconds()))


def _parsed(email: str) -> addresses.Address:
    try:
        return addresses.parse(email)
    except addresses.BadAddress:
        raise Invalid(FieldError.of("email", "bad_address")) from None


def _locked(session: Session, vendor_id: str, user_id: str) -> VendorUser:
    """One of the vendor's people; whoever counts owners waits for whoever does just now."""
    limits.count_alone(session, _counted(vendor_id))
    statement, _ = known.listing(vendor=vendor_id)
    row = session.scalars(statement.where(VendorUser.id == user_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    return row


def _counted(vendor_id: str) -> str:
    return f"vendor users {vendor_id}"
