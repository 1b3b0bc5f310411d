"""A customer's new address: proven by a code that is mailed to it, before anything changes.

Three steps, each safe to stop after: the code is found right and that is written down; portal, whose the customer is,
changes the address; the code is used up. Until then the same code finishes what was begun.
What follows from the change follows from portal's event: other sessions and links end (`end_of_address`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update

from services.auth.actions import entries, limits, mails, sessions
from services.auth.actions.mails import Letter
from services.auth.actions.sign_in import CodesOff, Unusable, Visitor, WrongCode, device_text
from services.auth.actions.sign_in.end import void
from services.auth.actions.sign_in.use import count_try, count_use
from services.auth.adapters.secrets import Secrets, digest, new_code, new_token, same
from services.auth.models import Attempt, PortalSession, SignInRequest, SubscriberLink
from services.auth.queries import sign_in as known
from services.auth.queries.portals import PortalView
from services.auth.queries.sessions import SessionView
from services.auth.rules import address, link, sign_in
from services.auth.rules.new_email import SameAddress
from services.auth.rules.session import Ending
from shared import addresses, ids
from shared.database.session import Session

NEW_EMAIL: Final = "new_email"
_CUSTOMER: Final = "customer"
_PROVEN: Final = "proven"
_REMEMBERED: Final = timedelta(hours=1)  # far longer than an event takes


@dataclass(frozen=True, kw_only=True)
class Pending:
    """A code is on its way to this address."""

    email: str
    requested_at: datetime


@dataclass(frozen=True, kw_only=True)
class Proven:
    """The address is the person's own. `request` is what to finish."""

    request: str
    email: str


def ask(
    session: Session,
    *,
    portal: PortalView,
    current: SessionView,
    typed: str,
    visitor: Visitor,
    secrets: Secrets,
    now: datetime,
) -> None:
    """Mail a code to the new address; codes for others are void. Nothing tells whether anybody has the address.

    Raises BadAddress, SameAddress, TooManySignIns.
    """
    parsed = addresses.parse(typed)
    if parsed.key == current.email_key and current.delegate is None:
        raise SameAddress
    limits.count_alone(session, f"client {visitor.client}", f"address {portal.vendor} {portal.mode} {parsed.key}")
    counts = known.asked(
        session,
        vendor=portal.vendor,
        mode=portal.mode,
        key=parsed.key,
        purpose=NEW_EMAIL,
        client=visitor.client,
        now=now,
    )
    may_mail = sign_in.decide(counts).may_mail
    _void_others(session, current, now=now)
    row_id, code = ids.new("sir"), new_code()
    session.add(
        SignInRequest(
            id=row_id,
            vendor=portal.vendor,
            mode=portal.mode,
            portal=portal.slug,
            purpose=NEW_EMAIL,
            session=current.id,
            email=parsed.written,
            email_key=parsed.key,
            masked=addresses.mask(parsed.written)[:100],
            token_hash=digest(new_token()),  # there is no link, and no window but the session
            code_mac=secrets.code_mac(row_id, code),
            window_hash=digest(new_token()),
            browser=visitor.device.browser,
            system=visitor.device.system,
            client=visitor.client,
            return_path=f"/p/{portal.slug}",
            details={_CUSTOMER: current.customers[0]},
            counted=may_mail,
            requested_at=now,
            expires_at=now + link.LIFETIME,
            wrong_codes=0,
            mail="none",
            mail_attempts=0,
        )
    )
    session.flush()
    if may_mail:
        letter = Letter(
            kind=NEW_EMAIL,
            about=current.customers[0],
            customer=current.customers[0],
            to=parsed.written,
            locale=visitor.locale,
            lives=link.LIFETIME,
            code=code,
            device=device_text(visitor.device, visitor.locale),
        )
        mails.order(session, letter, portal=portal, secrets=secrets, now=now)


def pending(session: Session, *, current: SessionView, now: datetime) -> Pending | None:
    """The address that this session asked for and has not proven yet."""
    row = session.scalars(
        select(SignInRequest)
        .where(
            SignInRequest.session == current.id,
            SignInRequest.purpose == NEW_EMAIL,
            SignInRequest.used_at.is_(None),
            SignInRequest.voided_at.is_(None),
            SignInRequest.expires_at > now,
        )
        .order_by(SignInRequest.requested_at.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None or row.email is None else Pending(email=row.email, requested_at=row.requested_at)


def check(
    session: Session,
    *,
    portal: PortalView,
    current: SessionView,
    code: str,
    client: str,
    secrets: Secrets,
    now: datetime,
) -> Proven | WrongCode | CodesOff | Unusable:
    """Whether this is the code for this session's new address. A try is counted before it is compared.

    Raises TooManySignIns.
    """
    count_use(session, client=client, now=now)
    mine = (SignInRequest.session == current.id) & (SignInRequest.purpose == NEW_EMAIL)
    tried = count_try(session, mine, portal=portal, now=now)
    if not tried:
        return Unusable()
    kind, subject = f"wrong {NEW_EMAIL}", f"{portal.vendor} {portal.mode} {current.customers[0]}"
    if not sign_in.takes_codes(wrong_last_day=known.wrong_codes_last_day(session, kind=kind, subject=subject, now=now)):
        return CodesOff()
    right = next((row for row in tried if same(secrets.code_mac(row.id, code), row.code_mac)), None)
    if right is None:
        session.add(Attempt(kind=kind, subject=subject, at=now))
        session.flush()
        return WrongCode(left=max(link.TRIES - row.wrong_codes for row in tried))
    session.execute(
        update(SignInRequest)
        .where(SignInRequest.id == right.id)
        .values(wrong_codes=right.wrong_codes - 1, details={**(right.details or {}), _PROVEN: True})
        .execution_options(synchronize_session=False)
    )
    return Proven(request=right.id, email=right.email)


def finish(session: Session, *, proven: Proven, now: datetime) -> None:
    """The address was changed: its code is used up."""
    session.execute(
        update(SignInRequest)
        .where(SignInRequest.id == proven.request, SignInRequest.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )


def end_of_address(session: Session, *, customer: str, email: str, previous: str, now: datetime) -> None:
    """The customer's address is another: what the former one could sign in with, or is signed in with, is over.

    So are the permanent link and what waits to be opened. The session in which the address was proven goes on, and is
    the new address's from here on.
    """
    former, key = address.key_of(previous), address.key_of(email)
    keep = _session_of_change(session, customer=customer, key=key, now=now)
    entries.take_back_of(session, customer=customer, now=now)
    links = session.scalars(
        update(SubscriberLink)
        .where(SubscriberLink.customer == customer, SubscriberLink.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(SubscriberLink.id)
        .execution_options(synchronize_session=False)
    ).all()
    others = PortalSession.id != (keep or "")
    sessions.revoke_where(session, PortalSession.link.in_(links), others, now=now, reason=Ending.LINK_REVOKED)
    if former is None:
        return
    void(session, email_key=former, now=now)
    sessions.revoke_where(session, PortalSession.email_key == former, others, now=now, reason=Ending.EMAIL_CHANGED)
    if keep is not None:
        session.execute(
            update(PortalSession)
            .where(PortalSession.id == keep, PortalSession.email_key == former)
            .values(email=email, email_key=key or "")
            .execution_options(synchronize_session=False)
        )


def _session_of_change(session: Session, *, customer: str, key: str | None, now: datetime) -> str | None:
    rows = session.scalars(
        select(SignInRequest)
        .where(
            SignInRequest.email_key == (key or ""),
            SignInRequest.purpose == NEW_EMAIL,
            SignInRequest.requested_at > now - _REMEMBERED,
        )
        .order_by(SignInRequest.requested_at.desc())
    )
    facts = ((row.session, row.details or {}) for row in rows)
    return next((one for one, told in facts if told.get(_PROVEN) and told.get(_CUSTOMER) == customer), None)


def _void_others(session: Session, current: SessionView, *, now: datetime) -> None:
    session.execute(
        update(SignInRequest)
        .where(
            SignInRequest.session == current.id,
            SignInRequest.purpose == NEW_EMAIL,
            SignInRequest.used_at.is_(None),
            SignInRequest.voided_at.is_(None),
        )
        .values(voided_at=now)
        .execution_options(synchronize_session=False)
    )
