"""Sign-in mails on their way to notifications: claimed, handed over, tried again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update

from services.auth.models import SignInRequest
from shared.database.session import Session

BATCH: Final = 20
LEASE: Final = timedelta(seconds=30)
_LONGEST_WAIT: Final = 30


@dataclass(frozen=True)
class WantedMail:
    """A mail to hand over. `attempts` counts this one too."""

    request_id: str
    sealed: str
    attempts: int


def claim(session: Session, *, now: datetime) -> list[WantedMail]:
    """Mails that are due; for 30 seconds nobody else takes them. Rows another worker is taking are left to it."""
    due = (
        select(SignInRequest.id, SignInRequest.sealed, SignInRequest.mail_attempts)
        .where(SignInRequest.mail == "wanted", SignInRequest.mail_due_at <= now, SignInRequest.expires_at > now)
        .order_by(SignInRequest.requested_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    mails = [WantedMail(row.id, row.sealed or "", row.mail_attempts + 1) for row in session.execute(due)]
    if mails:
        session.execute(
            update(SignInRequest)
            .where(SignInRequest.id.in_([mail.request_id for mail in mails]))
            .values(mail_due_at=now + LEASE, mail_attempts=SignInRequest.mail_attempts + 1)
            .execution_options(synchronize_session=False)
        )
    return mails


def handed_over(session: Session, *, request_id: str) -> None:
    """Notifications has it: the sealed secrets are wiped here."""
    _settle(session, request_id, mail="sent", sealed=None)


def put_back(session: Session, *, mail: WantedMail, now: datetime) -> None:
    """Notifications did not answer: again after a growing wait, as long as the link lives."""
    wait = timedelta(seconds=min(2**mail.attempts, _LONGEST_WAIT))
    _settle(session, mail.request_id, mail_due_at=now + wait)


def give_up(session: Session, *, request_id: str) -> None:
    """Notifications refused it: asking again would not help."""
    _settle(session, request_id, mail="none", sealed=None)


def _settle(session: Session, request_id: str, **values: object) -> None:
    session.execute(
        update(SignInRequest)
        .where(SignInRequest.id == request_id, SignInRequest.mail == "wanted")
        .values(**values)
        .execution_options(synchronize_session=False)
    )
