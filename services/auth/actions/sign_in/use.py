"""Using a link or a code, once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update

from services.auth.actions import limits, sessions
from services.auth.actions.sign_in.ask import STEP_UP
from services.auth.actions.sign_in.end import void
from services.auth.adapters.secrets import Secrets, digest, same
from services.auth.models import Attempt, SignInRequest
from services.auth.queries import sign_in as known
from services.auth.queries.portals import PortalView
from services.auth.queries.sessions import SessionView
from services.auth.queries.sign_in import RequestView
from services.auth.rules import address, link, sign_in
from services.auth.rules.link import LinkInvalid
from services.auth.rules.ways_in import WayIn
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
) -> SignedIn | Unusable:
    """Sign in whoever clicked, once. Raises TooManySignIns.

    `window` is the value of the browser's pre-login cookie, `current` the session it has already.
    """
    _count_use(session, client=client, now=now)
    try:
        asked = known.by_token(session, portal=portal.slug, token_hash=digest(token), now=now)
    except LinkInvalid:
        return Unusable()
    if not works_in_browser(portal, asked, window=window):
        return Unusable()
    its_link = (SignInRequest.token_hash == digest(token)) & (SignInRequest.wrong_codes < link.TRIES)
    used = _consume(session, portal=portal, which=its_link, now=now)
    if used is None:
        return Unusable()
    return _enter(session, portal=portal, used=used, current=current, way_in=WayIn.EMAIL_LINK, now=now)


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
) -> SignedIn | WrongCode | CodesOff | Unusable:
    """Sign in the window that asked, once. A try is counted before it is compared. Raises TooManySignIns."""
    _count_use(session, client=client, now=now)
    tried = _count_try(session, portal=portal, window=window, now=now)
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
    used = _consume(session, portal=portal, which=SignInRequest.id == right[0], now=now)
    if used is None:
        return Unusable()
    return _enter(session, portal=portal, used=used, current=current, way_in=WayIn.EMAIL_CODE, now=now)


def _count_use(session: Session, *, client: str, now: datetime) -> None:
    limits.count_alone(session, f"client {client}")
    sign_in.check_uses(by_client_last_minute=known.uses_last_minute(session, client=client, now=now))
    session.add(Attempt(kind="use", subject=client, at=now))
    session.flush()


def _count_try(session: Session, *, portal: PortalView, window: str, now: datetime) -> list[Any]:
    """Every open request of this window, each with one more try against it: a guess is a guess at each."""
    statement = (
        update(SignInRequest)
        .where(
            SignInRequest.window_hash == digest(window),
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
        )
        .execution_options(synchronize_session=False)
    )
    return list(session.execute(statement))


def _consume(session: Session, *, portal: PortalView, which: ColumnElement[bool], now: datetime) -> Used | None:
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
        .returning(SignInRequest.email_key, SignInRequest.purpose, SignInRequest.session, SignInRequest.return_path)
        .execution_options(synchronize_session=False)
    )
    row = session.execute(statement).one_or_none()
    return row and Used(
        email_key=row.email_key or "", purpose=row.purpose, session=row.session, return_path=row.return_path
    )


def _enter(
    session: Session,
    *,
    portal: PortalView,
    used: Used,
    current: SessionView | None,
    way_in: WayIn,
    now: datetime,
) -> SignedIn | Unusable:
    """The session that a used request leads to: renewed after a step-up in its own browser, else a new one."""
    recipient = address.decide(used.email_key, known.on_file(session, used.email_key))
    if recipient is None:
        return Unusable()
    void(session, email_key=used.email_key, now=now)
    if used.purpose == STEP_UP and current is not None and current.id == used.session:
        return SignedIn(sessions.prove(session, session_id=current.id, now=now), used.return_path)
    if current is not None:
        sessions.revoke(session, session_id=current.id, now=now)
    token = sessions.start(
        session, portal=portal, recipient=recipient, email_key=used.email_key, way_in=way_in, now=now
    )
    return SignedIn(token, used.return_path)
