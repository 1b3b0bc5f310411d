"""One-time ways in: made by whoever may vouch for a customer, used once, taken back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, String, cast, select, update

from services.auth.actions import limits, sessions
from services.auth.actions.arrival import Admitted, Arrival, Refused
from services.auth.actions.sign_in import EMAIL_RETURN, SignedIn, Unusable
from services.auth.adapters.secrets import Secrets, digest, new_token
from services.auth.models import Attempt, Entry
from services.auth.queries import attempts, delegates
from services.auth.queries import entries as known
from services.auth.queries.entries import EntryView
from services.auth.queries.portals import PortalView
from services.auth.queries.sessions import SessionView
from services.auth.rules import entry as rule
from services.auth.rules import flow
from services.auth.rules.device import Device
from services.auth.rules.session import Ending, longest
from services.auth.rules.sign_in import HOUR
from services.auth.rules.ways_in import WayIn, is_open
from shared import ids
from shared.database.session import Session

PORTAL_SESSION: Final = "portal_session"
STAFF_VIEW: Final = "staff_view"
OPENED_BY_LINK: Final = (PORTAL_SESSION, STAFF_VIEW)
_WRONG: Final = "wrong entry"


@dataclass(frozen=True, kw_only=True)
class Made:
    """A new way in. `token` belongs into an address's fragment, `secret` into a loader's memory: shown this once."""

    view: EntryView
    token: str
    secret: str | None


def make(
    session: Session,
    *,
    kind: str,
    portal: PortalView,
    customers: Sequence[str],
    way_in: WayIn,
    created_by: str,
    now: datetime,
    lifetime: timedelta = rule.LIFETIME,
    details: Mapping[str, Any] | None = None,
    staff: str | None = None,
    reason: str | None = None,
    has_secret: bool = False,
) -> Made:
    """A way into this portal as these customers. Arguments as columns of `Entry`; `lifetime` while it is unused."""
    token, secret = new_token(), new_token() if has_secret else None
    row = Entry(
        id=ids.new("ps"),
        vendor=portal.vendor,
        mode=portal.mode,
        kind=kind,
        token_hash=digest(token),
        secret_hash=None if secret is None else digest(secret),
        configuration=portal.id,
        portal=portal.slug,
        customers=list(customers),
        way_in=way_in,
        staff=staff,
        reason=reason,
        details={name: value for name, value in (details or {}).items() if value is not None},
        created_by=created_by,
        created_at=now,
        expires_at=now + lifetime,
    )
    session.add(row)
    session.flush()
    return Made(view=known.view(row), token=token, secret=secret)


def described(session: Session, *, portal: PortalView, token: str, now: datetime) -> EntryView:
    """What the link of this token opens. Changes nothing. Raises EntryInvalid unless it can still be used."""
    return _good(known.by_token(session, token_hash=digest(token)), portal=portal, now=now)


def use(
    session: Session,
    *,
    portal: PortalView,
    token: str,
    current: SessionView | None,
    client: str,
    device: Device,
    now: datetime,
) -> SignedIn | Unusable:
    """Let in whoever clicked, once. Raises TooManySignIns. `current` is the session that the browser has already."""
    _count_alone(session, client, now=now)
    try:
        found = described(session, portal=portal, token=token, now=now)
    except rule.EntryInvalid:
        return _wrong(session, client, now=now)
    began = _begin(session, portal=portal, found=found, device=device, framed=False, details=found.details, now=now)
    if began is None:
        return Unusable()
    if current is not None:
        sessions.revoke(session, session_id=current.id, now=now, reason=Ending.REPLACED)
    return SignedIn(began, flow.landing(portal.slug, found.details.get("flow")))


def enter_frame(
    session: Session,
    arrival: Arrival,
    *,
    secrets: Secrets,  # noqa: ARG001 - each of PROOFS is given it
    now: datetime,
) -> Admitted | Refused:
    """Let in the frame whose loader was given a client secret as its `token`, once. Raises TooManySignIns."""
    return _enter_by(session, arrival, arrival.given["token"], kinds=(PORTAL_SESSION, STAFF_VIEW), now=now)


def enter_returned(
    session: Session,
    arrival: Arrival,
    *,
    secrets: Secrets,  # noqa: ARG001 - each of PROOFS is given it
    now: datetime,
) -> Admitted | Refused:
    """Let in the frame on the page that a mailed link came back to, with the `handle` it brought, once."""
    return _enter_by(session, arrival, arrival.given["handle"], kinds=(EMAIL_RETURN,), now=now)


def returned_to(session: Session, *, portal: PortalView, handle: str, client: str, now: datetime) -> str | None:
    """Whose address the handle of a mailed link is for; None for one that opens nothing. Changes nothing but counts.

    A person is asked before the frame goes on as somebody: anybody can lead a browser to a page with a handle of their
    own. Raises TooManySignIns.
    """
    _count_alone(session, client, now=now)
    try:
        named = known.by_secret(session, secret_hash=digest(handle))
        found = _good(named, portal=portal, kinds=(EMAIL_RETURN,), now=now)
    except rule.EntryInvalid:
        _wrong(session, client, now=now)
        return None
    people = delegates.people(session, found.customers)
    return people[0].email if people else None


def _enter_by(
    session: Session, arrival: Arrival, given: object, *, kinds: Collection[str], now: datetime
) -> Admitted | Refused:
    portal = arrival.portal
    _count_alone(session, arrival.client, now=now)
    try:
        named = known.by_secret(session, secret_hash=digest(given)) if isinstance(given, str) else None
        found = _good(named, portal=portal, kinds=kinds, now=now)
    except rule.EntryInvalid:
        _wrong(session, arrival.client, now=now)
        return Refused(cause="token_invalid", way_in=WayIn.PORTAL_SESSION, is_one_time=True)
    wishes = {**found.details, **arrival.details}
    began = _begin(session, portal=portal, found=found, device=arrival.device, framed=True, details=wishes, now=now)
    if began is None:
        return Refused(cause="token_invalid", way_in=WayIn.PORTAL_SESSION, is_one_time=True)
    wanted = found.details.get("flow")
    start = flow.landing(portal.slug, wanted) if wanted else None
    return Admitted(began, now + longest(found.way_in, portal.sign_in.terms), start=start)


def take_back(session: Session, *, entry_id: str, now: datetime) -> bool:
    """It opens nothing any more; whether there is such a one, used or not."""
    _use_up(session, Entry.id == entry_id, now=now)
    return session.scalar(select(Entry.id).where(Entry.id == entry_id)) is not None


def take_back_of(session: Session, *, customer: str, now: datetime) -> None:
    """Nothing that was made for this customer opens any more."""
    session.execute(
        update(Entry)
        .where(cast(Entry.customers, String).contains(f'"{customer}"', autoescape=True), Entry.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )


def _good(
    found: EntryView | None, *, portal: PortalView, kinds: Collection[str] = OPENED_BY_LINK, now: datetime
) -> EntryView:
    if found is None or found.portal != portal.slug or found.kind not in kinds:
        raise rule.EntryInvalid
    way_in = WayIn(found.way_in)
    may_enter = is_open(way_in, portal.sign_in_methods)
    rule.decide(expires_at=found.expires_at, used_at=found.used_at, is_open=may_enter, now=now)
    return found


def _begin(
    session: Session,
    *,
    portal: PortalView,
    found: EntryView,
    device: Device,
    framed: bool,
    details: Mapping[str, Any],
    now: datetime,
) -> str | None:
    """The token of the session that the entry leads to; None when somebody else was first, or nobody is left."""
    people = delegates.people(session, found.customers)
    if not people or not _use_up(session, Entry.id == found.id, Entry.expires_at > now, now=now):
        return None
    must_choose = found.kind == EMAIL_RETURN and len(people) > 1
    return sessions.start(
        session,
        portal=portal,
        customers=[] if must_choose else [each.customer for each in people],
        choices=[each.choice for each in people] if must_choose else None,
        delegate=None if must_choose else people[0].delegate,
        role=None if must_choose else people[0].role,
        email=people[0].email,
        email_key=people[0].email_key,
        way_in=WayIn(found.way_in),
        entry=found.id,
        staff=found.staff,
        reason=found.reason,
        details=details,
        device=device,
        framed=framed,
        now=now,
    )


def _use_up(session: Session, *which: ColumnElement[bool], now: datetime) -> bool:
    """One statement decides who of many is first, on both databases."""
    used = session.scalars(
        update(Entry)
        .where(*which, Entry.used_at.is_(None))
        .values(used_at=now)
        .returning(Entry.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return used is not None


def _count_alone(session: Session, client: str, *, now: datetime) -> None:
    limits.count_alone(session, f"client {client}")
    rule.check_wrong(wrong_last_hour=attempts.counted(session, kind=_WRONG, subject=client, after=now - HOUR))


def _wrong(session: Session, client: str, *, now: datetime) -> Unusable:
    session.add(Attempt(kind=_WRONG, subject=client, at=now))
    session.flush()
    return Unusable()
