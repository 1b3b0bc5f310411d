"""Mails with a secret in them, on their way to notifications: ordered, claimed, handed over, tried again.

Those of a sign-in ride on its request; any other is an order of its own. Both are handed over alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import select, update

from services.auth.adapters.secrets import Secrets
from services.auth.models import Mail, SignInRequest
from services.auth.queries.portals import PortalView
from shared import ids
from shared.database.session import Session

BATCH: Final = 50
LEASE: Final = timedelta(seconds=30)
SIGN_IN: Final = "sign_in"
SIGN_IN_CODE: Final = "sign_in_code"
CODE_ONLY: Final = "code_only"
"""Among a sign-in request's details: the mail brings the code alone, for its link would open nothing anywhere."""
_LONGEST_WAIT: Final = 30


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What is in a mail. `kind` is notifications' word for it; `lives` how long its secret, or the order, is
    good; `customer` the one whom it is about, if it is one."""

    kind: str
    about: str
    to: str
    locale: str
    lives: timedelta
    name: str | None = None
    customer: str | None = None
    code: str | None = None
    link: str | None = None
    device: str | None = None
    facts: Mapping[str, str | None] | None = None


@dataclass(frozen=True)
class WantedMail:
    """A mail to hand over. `attempts` counts this one too; `of` tells where it is kept."""

    id: str
    kind: str
    sealed: str
    attempts: int
    of: Literal["request", "order"]


def order(session: Session, letter: Letter, *, portal: PortalView, secrets: Secrets, now: datetime) -> str:
    """Have it sent in the portal's name; the order's id. It leaves with the transaction, not before."""
    row = Mail(id=ids.new("mail"), vendor=portal.vendor, mode=portal.mode, kind=letter.kind, about=letter.about)
    row.attempts, row.created_at = 0, now
    fill(row, letter, portal=portal, secrets=secrets, now=now)
    session.add(row)
    session.flush()
    return row.id


def fill(row: Mail, letter: Letter, *, portal: PortalView, secrets: Secrets, now: datetime) -> None:
    """Put what is said into the order; from here on it is wanted."""
    until = now + letter.lives
    payload: dict[str, Any] = {
        **brand(portal),
        "to": letter.to,
        "locale": letter.locale,
        "name": letter.name,
        "customer": letter.customer,
        "device": letter.device,
        "facts": dict(letter.facts or {}),
        "requested_at": now.isoformat(),
        "expires_at": until.isoformat(),
    }
    payload |= {name: value for name, value in (("code", letter.code), ("link", letter.link)) if value is not None}
    row.state, row.due_at, row.expires_at, row.sealed = "wanted", now, until, secrets.seal(payload)


def brand(portal: PortalView) -> dict[str, Any]:
    """Whose mail it is, as notifications needs it."""
    return {
        "vendor": portal.vendor,
        "mode": portal.mode,
        "brand": {
            "name": portal.display_name,
            "color": portal.appearance.get("brand_color"),
            "sender_name": portal.sign_in.sender_name,
            "reply_to": portal.sign_in.reply_to or portal.reply_to,
            "links": {name: portal.links.get(name) for name in ("privacy", "terms")},
            **_logo(portal),
        },
    }


def _logo(portal: PortalView) -> dict[str, Any]:
    """The picture, and the portal that has it, for notifications knows no addresses of sign-ins."""
    sha256 = portal.appearance.get("logo")
    if sha256 is None:
        return {}
    return {"logo": {"portal": portal.slug, "host": portal.host, "path": portal.path, "sha256": sha256}}


def claim_sign_ins(session: Session, *, now: datetime) -> list[WantedMail]:
    """Mails of sign-ins that are due; for 30 seconds nobody else takes them. Rows that another worker is taking are
    left to it.
    """
    due = (
        select(SignInRequest.id, SignInRequest.sealed, SignInRequest.mail_attempts, SignInRequest.details)
        .where(SignInRequest.mail == "wanted", SignInRequest.mail_due_at <= now, SignInRequest.expires_at > now)
        .order_by(SignInRequest.requested_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    mails = [
        WantedMail(row.id, _kind_of(row.details), row.sealed or "", row.mail_attempts + 1, "request")
        for row in session.execute(due)
    ]
    if mails:
        session.execute(
            update(SignInRequest)
            .where(SignInRequest.id.in_([mail.id for mail in mails]))
            .values(mail_due_at=now + LEASE, mail_attempts=SignInRequest.mail_attempts + 1)
            .execution_options(synchronize_session=False)
        )
    return mails


def _kind_of(details: Mapping[str, Any] | None) -> str:
    return SIGN_IN_CODE if details and details.get(CODE_ONLY) else SIGN_IN


def claim_orders(session: Session, *, now: datetime) -> list[WantedMail]:
    """The same for all other mails."""
    due = (
        select(Mail.id, Mail.kind, Mail.sealed, Mail.attempts)
        .where(Mail.state == "wanted", Mail.due_at <= now, Mail.expires_at > now)
        .order_by(Mail.due_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    mails = [WantedMail(row.id, row.kind, row.sealed or "", row.attempts + 1, "order") for row in session.execute(due)]
    if mails:
        session.execute(
            update(Mail)
            .where(Mail.id.in_([mail.id for mail in mails]))
            .values(due_at=now + LEASE, attempts=Mail.attempts + 1)
            .execution_options(synchronize_session=False)
        )
    return mails


def handed_over(session: Session, sent: Sequence[WantedMail]) -> None:
    """Notifications has them: the sealed secrets are wiped here."""
    _settle(session, sent, state="sent", sealed=None)


def put_back(session: Session, waiting: Sequence[WantedMail], *, now: datetime) -> None:
    """Notifications did not answer: again after a wait that grows with their tries, as long as they are good."""
    by_wait: dict[int, list[WantedMail]] = {}
    for mail in waiting:
        by_wait.setdefault(min(2**mail.attempts, _LONGEST_WAIT), []).append(mail)
    for seconds, alike in by_wait.items():
        _settle(session, alike, due_at=now + timedelta(seconds=seconds))


def give_up(session: Session, refused: Sequence[WantedMail]) -> None:
    """Notifications will not send them: asking again would not help."""
    _settle(session, refused, state="none", sealed=None)


_OF_REQUEST: Final = {"state": "mail", "due_at": "mail_due_at", "sealed": "sealed"}


def _settle(session: Session, settled: Sequence[WantedMail], **values: object) -> None:
    requests = [mail.id for mail in settled if mail.of == "request"]
    orders = [mail.id for mail in settled if mail.of == "order"]
    if requests:
        named = {_OF_REQUEST[name]: value for name, value in values.items()}
        statement = update(SignInRequest).where(SignInRequest.id.in_(requests), SignInRequest.mail == "wanted")
        session.execute(statement.values(**named).execution_options(synchronize_session=False))
    if orders:
        wanted = update(Mail).where(Mail.id.in_(orders), Mail.state == "wanted")
        session.execute(wanted.values(**values).execution_options(synchronize_session=False))
