"""Using a link or a code, once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update

from services.auth.actions import limits, mails, sessions
from services.auth.actions.places import DOINGS, Doings, Entering
from services.auth.actions.sign_in import returning
from services.auth.actions.sign_in.ask import ACTION, RETURNS, STEP_UP
from services.auth.actions.sign_in.end import void
from services.auth.actions.sign_in.returning import SentBack
from services.auth.adapters.secrets import Secrets, digest, same
from services.auth.models import Attempt, SignInRequest
from services.auth.queries import places
from services.auth.queries import sign_in as known
from services.auth.queries.portals import PortalView
from services.auth.queries.sessions import SessionView
from services.auth.queries.sign_in import RequestView
from services.auth.rules import address, link, sign_in
from services.auth.rules.address import Recipient
from services.auth.rules.device import Device
from services.auth.rules.link import LinkInvalid
from services.auth.rules.session import Ending
from services.auth.rules.ways_in import WayIn, is_open
from shared.database.session import Session


@dataclass(frozen=True)
class SignedIn:
    """The new session's token, for the cookie, and where to go."""

    token: str
    return_path: str


@dataclass(frozen=True, kw_only=True)
class Used:
    """What a request that was just used up was for."""

    email_key: str
    purpose: str
    session: str | None
    return_path: str
    details: dict[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """How somebody comes in: by what, in place of which session, with what, into a frame or not."""

    current: SessionView | None
    way_in: WayIn
    device: Device | None
    framed: bool = False


@dataclass(frozen=True)
class WrongCode:
    """Not the code of this window. `left` tries remain; with none, the request is burnt."""

    left: int


@dataclass(frozen=True)
class CodesOff:
    """Too many wrong codes for this address: the mailed link is the way in for a day."""


@dataclass(frozen=True)
class Unusable:
    """Used, expired, unknown, burnt: nobody learns which."""


def use_link(
    session: Session,
    *,
    portal: PortalView,
    token: str,
    window: str | None,
    current: SessionView | None,
    client: str,
    now: datetime,
    device: Device | None = None,
) -> SignedIn | SentBack | Unusable:
    """Sign in whoever clicked, once, or send them back to the vendor's page whose frame asked. Raises TooManySignIns.

    `window` is the value of the browser's pre-login cookie, `current` the session it has already.
    """
    count_use(session, client=client, now=now)
    try:
        asked = known.by_token(session, portal=portal.slug, token_hash=digest(token), now=now)
    except LinkInvalid:
        return Unusable()
    if not works_in_browser(portal, asked, window=window) or not _may_enter(portal, asked, current):
        return Unusable()
    its_link = (SignInRequest.token_hash == digest(token)) & (SignInRequest.wrong_codes < link.TRIES)
    used = consume(session, portal=portal, which=its_link, now=now)
    if used is None:
        return Unusable()
    arrival = Arrival(current=current, way_in=WayIn.EMAIL_LINK, device=device)
    if (used.details or {}).get(RETURNS) and portal.sign_in.redirect_url is not None:
        return _send_back(session, portal=portal, used=used, now=now)
    return enter(session, portal=portal, used=used, arrival=arrival, now=now)


def _may_enter(portal: PortalView, asked: RequestView, current: SessionView | None) -> bool:
    """Where nobody signs in by e-mail, the link of a step-up proves the session that asked, and begins no other."""
    is_own = asked.purpose == STEP_UP and current is not None and current.id == asked.session
    return is_own or portal.takes_email


def is_own_browser(asked: RequestView, *, window: str | None) -> bool:
    """Whether the browser with this pre-login cookie is the one that asked."""
    return window is not None and same(digest(window), asked.window_hash)


def works_in_browser(portal: PortalView, asked: RequestView, *, window: str | None) -> bool:
    """Whether a request's link may be used in the browser with this pre-login cookie."""
    is_own = is_own_browser(asked, window=window)
    return link.works_in_browser(portal.cross_device, is_own=is_own, is_operators=asked.is_operators)


def use_code(
    session: Session,
    *,
    portal: PortalView,
    code: str,
    window: str,
    current: SessionView | None,
    client: str,
    secrets: Secrets,
    now: datetime,
    device: Device | None = None,
    framed: bool = False,
) -> SignedIn | WrongCode | CodesOff | Unusable:
    """Sign in the window that asked, once. A try is counted before it is compared. Raises TooManySignIns."""
    count_use(session, client=client, now=now)
    tried = count_try(session, SignInRequest.window_hash == digest(window), portal=portal, now=now)
    if not tried:
        return Unusable()
    kind = f"wrong {tried[0].purpose}"
    subject = f"{portal.vendor} {portal.mode} {tried[0].email_key}"
    if not sign_in.takes_codes(wrong_last_day=known.wrong_codes_last_day(session, kind=kind, subject=subject, now=now)):
        return CodesOff()
    right = [row.id for row in tried if same(secrets.code_mac(row.id, code), row.code_mac) and row.email is not None]
    if not right:
        session.add(Attempt(kind=kind, subject=subject, at=now))
        session.flush()
        return WrongCode(left=max(link.TRIES - row.wrong_codes for row in tried))
    used = consume(session, portal=portal, which=SignInRequest.id == right[0], now=now)
    if used is None:
        return Unusable()
    arrival = Arrival(current=current, way_in=WayIn.EMAIL_CODE, device=device, framed=framed)
    return enter(session, portal=portal, used=used, arrival=arrival, now=now)


def count_use(session: Session, *, client: str, now: datetime) -> None:
    """One more try of this client's, at whatever. Raises TooManySignIns."""
    limits.count_alone(session, f"client {client}")
    sign_in.check_uses(by_client_last_minute=known.uses_last_minute(session, client=client, now=now))
    session.add(Attempt(kind="use", subject=client, at=now))
    session.flush()


def count_try(session: Session, whose: ColumnElement[bool], *, portal: PortalView, now: datetime) -> list[Any]:
    """Every open request of theirs, each with one more try against it: a guess is a guess at each."""
    statement = (
        update(SignInRequest)
        .where(
            whose,
            SignInRequest.portal == portal.slug,
            SignInRequest.used_at.is_(None),
            SignInRequest.voided_at.is_(None),
            SignInRequest.expires_at > now,
            SignInRequest.wrong_codes < link.TRIES,
        )
        .values(wrong_codes=SignInRequest.wrong_codes + 1)
        .returning(
            SignInRequest.id,
            SignInRequest.code_mac,
            SignInRequest.email,
            SignInRequest.email_key,
            SignInRequest.purpose,
            SignInRequest.wrong_codes,
            SignInRequest.details,
        )
        .execution_options(synchronize_session=False)
    )
    return list(session.execute(statement))


def consume(session: Session, *, portal: PortalView, which: ColumnElement[bool], now: datetime) -> Used | None:
    """Use up a request: one statement decides who of many is first, on both databases."""
    statement = (
        update(SignInRequest)
        .where(
            which,
            SignInRequest.portal == portal.slug,
            SignInRequest.email.is_not(None),
            SignInRequest.used_at.is_(None),
            SignInRequest.voided_at.is_(None),
            SignInRequest.expires_at > now,
        )
        .values(used_at=now, mail="none", sealed=None)
        .returning(
            SignInRequest.email_key,
            SignInRequest.purpose,
            SignInRequest.session,
            SignInRequest.return_path,
            SignInRequest.details,
        )
        .execution_options(synchronize_session=False)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        return None
    return Used(
        email_key=row.email_key or "",
        purpose=row.purpose,
        session=row.session,
        return_path=row.return_path,
        details=row.details,
    )


def enter(session: Session, *, portal: PortalView, used: Used, arrival: Arrival, now: datetime) -> SignedIn | Unusable:
    """The session that a used request leads to: renewed after a step-up in its own browser, else a new one.

    With several customers at the address, one of them must be chosen before anything is seen.
    """
    recipient = address.decide(used.email_key, places.on_file(session, portal, used.email_key))
    current, doings = arrival.current, DOINGS.get(portal.slug)
    if recipient is None:
        return Unusable()
    void(session, email_key=used.email_key, now=now)
    if doings is not None:
        return SignedIn(_enter_place(session, doings, used, arrival, recipient, now=now), used.return_path)
    if used.purpose == STEP_UP and current is not None and current.id == used.session:
        return SignedIn(sessions.prove(session, session_id=current.id, now=now), used.return_path)
    if not is_open(arrival.way_in, portal.sign_in_methods):  # no longer, or only ever to prove oneself anew
        return Unusable()
    if current is not None:
        sessions.revoke(session, session_id=current.id, now=now, reason=Ending.REPLACED)
    is_one, whole = len(recipient.choices) == 1, recipient.delegates
    delegate = whole[0] if is_one and whole else None
    token = sessions.start(
        session,
        portal=portal,
        customers=[delegate.customer] if delegate else recipient.customers if is_one else (),
        choices=None if is_one else recipient.choices,
        delegate=delegate.delegate if delegate else None,
        role=delegate.role if delegate else None,
        email=recipient.email,
        email_key=used.email_key,
        way_in=arrival.way_in,
        device=arrival.device,
        details=_kept(used),
        framed=arrival.framed,
        now=now,
    )
    return SignedIn(token, used.return_path)


def _enter_place(
    session: Session, doings: Doings, used: Used, arrival: Arrival, recipient: Recipient, *, now: datetime
) -> str:
    """The same where it is no vendor's portal; the session's new token."""
    current = arrival.current
    if used.purpose == STEP_UP and current is not None and current.id == used.session:
        return doings.prove(session, current, now)
    if current is not None:
        doings.revoke(session, current.id, now)
    entering = Entering(recipient=recipient, email_key=used.email_key, way_in=arrival.way_in, device=arrival.device)
    return doings.start(session, entering, now)


def _send_back(session: Session, *, portal: PortalView, used: Used, now: datetime) -> SentBack | Unusable:
    recipient = address.decide(used.email_key, places.on_file(session, portal, used.email_key))
    if recipient is None:
        return Unusable()
    void(session, email_key=used.email_key, now=now)
    return returning.send_back(session, portal=portal, recipient=recipient, details=_kept(used), now=now)


def _kept(used: Used) -> dict[str, Any]:
    """What of the request's details is the session's."""
    own = (RETURNS, ACTION, mails.CODE_ONLY)
    return {name: value for name, value in (used.details or {}).items() if name not in own}
