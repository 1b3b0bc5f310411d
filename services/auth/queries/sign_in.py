"""What is known of a sign-in: who is on file, how often was asked, what a link or a window belongs to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, bindparam, func, select

from services.auth.models import Attempt, Identity, SignInRequest
from services.auth.rules import link
from services.auth.rules.address import OnFile
from services.auth.rules.device import Device
from services.auth.rules.sign_in import DAY, HOUR, MINUTE, OPERATOR, Asked
from shared.database import scope
from shared.database.session import Session


@dataclass(frozen=True)
class RequestView:
    """A request somebody can still see: what its link's page and its window's page show."""

    id: str
    purpose: str
    session: str | None
    email_key: str | None
    masked: str
    window_hash: str
    is_operators: bool
    device: Device
    return_path: str
    requested_at: datetime
    expires_at: datetime


def on_file(session: Session, key: str | None) -> list[OnFile]:
    """The customers whose address has this key. Asks the database for None as well: equal work for all."""
    rows = session.execute(_ON_FILE, {"key": key or ""})
    return [
        OnFile(
            customer=row.id,
            email=row.email,
            email_key=row.email_key or "",
            display_name=row.display_name,
            locale=row.locale,
        )
        for row in rows
    ]


def asked(
    session: Session, *, vendor: str, mode: str, key: str | None, purpose: str, client: str, now: datetime
) -> Asked:
    """How often links were asked for, in one statement. Counts across all modes and vendors where the limit does."""
    given = {"of": vendor, "in_mode": mode, "key": key or "", "for": purpose, "by": client}
    with scope.platform():
        counts = session.execute(_ASKED, {**given, "minute": now - MINUTE, "hour": now - HOUR}).one()
    return Asked(
        mails_last_minute=counts[0],
        mails_last_hour=counts[1],
        by_client_last_hour=counts[2],
        of_vendor_last_hour=counts[3],
    )


def uses_last_minute(session: Session, *, client: str, now: datetime) -> int:
    """How often this client tried a link or a code."""
    return _attempts(session, kind="use", subject=client, after=now - MINUTE)


def wrong_codes_last_day(session: Session, *, kind: str, subject: str, now: datetime) -> int:
    """How many wrong codes were typed for an address, by the kind of code."""
    return _attempts(session, kind=kind, subject=subject, after=now - DAY)


def by_token(session: Session, *, portal: str, token_hash: str, now: datetime) -> RequestView:
    """The request whose link this is. Raises LinkInvalid unless it can still be used."""
    row = session.scalars(
        select(SignInRequest).where(SignInRequest.token_hash == token_hash, SignInRequest.portal == portal)
    ).one_or_none()
    if row is None or row.email is None:
        raise link.LinkInvalid
    link.decide(
        expires_at=row.expires_at, used_at=row.used_at, voided_at=row.voided_at, wrong_codes=row.wrong_codes, now=now
    )
    return _view(row)


def of_window(session: Session, *, portal: str, window_hash: str, now: datetime) -> RequestView | None:
    """The newest request of a browser window that has not yet expired, whether used or not."""
    row = session.scalars(
        select(SignInRequest)
        .where(
            SignInRequest.window_hash == window_hash,
            SignInRequest.portal == portal,
            SignInRequest.expires_at > now,
        )
        .order_by(SignInRequest.requested_at.desc(), SignInRequest.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else _view(row)


def _view(row: SignInRequest) -> RequestView:
    return RequestView(
        id=row.id,
        purpose=row.purpose,
        session=row.session,
        email_key=row.email_key,
        masked=row.masked,
        window_hash=row.window_hash,
        is_operators=row.client == OPERATOR,
        device=Device(browser=row.browser, system=row.system),
        return_path=row.return_path,
        requested_at=row.requested_at,
        expires_at=row.expires_at,
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).select_from(SignInRequest).where(condition).scalar_subquery()


_OF_ADDRESS: Final = (
    (SignInRequest.vendor == bindparam("of"))
    & (SignInRequest.mode == bindparam("in_mode"))
    & (SignInRequest.email_key == bindparam("key"))
    & (SignInRequest.purpose == bindparam("for"))
    & SignInRequest.counted
)
_LAST_MINUTE: Final = SignInRequest.requested_at > bindparam("minute")
_LAST_HOUR: Final = SignInRequest.requested_at > bindparam("hour")
_ASKED: Final = select(
    _count(_OF_ADDRESS & _LAST_MINUTE),
    _count(_OF_ADDRESS & _LAST_HOUR),
    _count((SignInRequest.client == bindparam("by")) & _LAST_HOUR),
    _count((SignInRequest.vendor == bindparam("of")) & _LAST_HOUR),
)
_ON_FILE: Final = (
    select(Identity.id, Identity.email, Identity.email_key, Identity.display_name, Identity.locale)
    .where(Identity.email_key == bindparam("key"))
    .order_by(Identity.id)
)


def _attempts(session: Session, *, kind: str, subject: str, after: datetime) -> int:
    statement = (
        select(func.count())
        .select_from(Attempt)
        .where(Attempt.kind == kind, Attempt.subject == subject, Attempt.at > after)
    )
    return session.scalar(statement) or 0
