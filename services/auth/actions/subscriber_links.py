"""Permanent links: one a customer, made of itself, replaced, taken back, mailed, used."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select, update

from services.auth.actions import limits, mails, sessions
from services.auth.actions.mails import Letter
from services.auth.actions.sign_in.use import SignedIn, Unusable
from services.auth.adapters.secrets import Secrets, digest, new_token
from services.auth.models import Attempt, Identity, Mail, PortalSession, SubscriberLink
from services.auth.queries import attempts
from services.auth.queries import subscriber_links as known
from services.auth.queries.portals import PortalView
from services.auth.queries.sessions import SessionView
from services.auth.queries.subscriber_links import LinkView
from services.auth.rules import subscriber_link
from services.auth.rules.device import Device
from services.auth.rules.session import Ending
from services.auth.rules.sign_in import HOUR
from services.auth.rules.ways_in import WayIn, is_open
from shared import ids
from shared.bus import access_log
from shared.database import scope
from shared.database.session import Session
from shared.errors import NotFound

MAIL: Final = "subscriber_link"
MAILED: Final = "subscriber_link.mailed"
_MAIL_LIVES: Final = timedelta(days=3)
_USE: Final = "permanent link"
_WRONG: Final = "permanent client"


def ensure(session: Session, *, customer: str, secrets: Secrets, now: datetime) -> SubscriberLink:
    """The customer's link; a new one where there is none. Raises NotFound for no customer of the scope."""
    known.whose(session, customer)
    limits.count_alone(session, f"link {customer}")
    return known.live(session, customer=customer) or _make(session, customer=customer, secrets=secrets, now=now)


def regenerate(session: Session, *, customer: str, secrets: Secrets, now: datetime) -> SubscriberLink:
    """A new link; the old one, and whoever is in by it, is out at once."""
    known.whose(session, customer)
    limits.count_alone(session, f"link {customer}")
    _end(session, customer=customer, now=now)
    return _make(session, customer=customer, secrets=secrets, now=now)


def revoke(session: Session, *, customer: str, now: datetime) -> None:
    """No link from now on, until one is asked for. Whoever is in by it is out at once. Raises NotFound for none."""
    known.whose(session, customer)
    if not _end(session, customer=customer, now=now):
        raise NotFound


def end_before(session: Session, *, customer: str, made_until: datetime) -> None:
    """The customer is no subscriber any more: a link that was made until then, and whoever is in by it, is out."""
    _end(session, SubscriberLink.created_at <= made_until, customer=customer, now=made_until)


def mail(session: Session, *, link: LinkView, portal: PortalView, secrets: Secrets, now: datetime) -> None:
    """Send it to the customer's address on file."""
    who = known.whose(session, link.customer)
    letter = Letter(
        kind=MAIL,
        about=link.customer,
        customer=link.customer,
        to=who.email,
        name=who.display_name,
        locale=who.locale or portal.languages.get("default_locale") or "en",
        link=link.url,
        lives=_MAIL_LIVES,
    )
    mails.order(session, letter, portal=portal, secrets=secrets, now=now)
    here = scope.current()
    access_log.write(session, action=MAILED, of=who.customer, vendor=here.vendor, mode=here.mode, now=now)


def send(
    session: Session, *, customer: str, portal: PortalView, public_url: str, secrets: Secrets, now: datetime
) -> bool:
    """Mail the customer their link, made where there is none, unless it was mailed just now; whether it is.

    Raises NotFound for no customer of the scope.
    """
    row = ensure(session, customer=customer, secrets=secrets, now=now)
    last = select(func.max(Mail.created_at)).where(Mail.kind == MAIL, Mail.about == customer)
    if not subscriber_link.is_due(mailed_at=session.scalar(last), now=now):
        return False
    link = known.view(row, portal=portal, public_url=public_url, secrets=secrets)
    mail(session, link=link, portal=portal, secrets=secrets, now=now)
    return True


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
    """Let in whoever has it, to look on. Raises TooManySignIns."""
    limits.count_alone(session, f"client {client}")
    row = session.scalars(
        select(SubscriberLink).where(SubscriberLink.token_hash == digest(token), SubscriberLink.revoked_at.is_(None))
    ).one_or_none()
    who = None if row is None else session.get(Identity, row.customer)
    if row is not None:
        limits.count_alone(session, f"link {row.id}")
    after = now - HOUR
    subscriber_link.decide(
        uses_last_hour=attempts.counted(session, kind=_USE, subject=row.id, after=after) if row else 0,
        wrong_last_hour=attempts.counted(session, kind=_WRONG, subject=client, after=after),
    )
    if row is None or who is None or not is_open(WayIn.PERMANENT_LINK, portal.sign_in_methods):
        session.add(Attempt(kind=_WRONG, subject=client, at=now))
        session.flush()
        return Unusable()
    session.add(Attempt(kind=_USE, subject=row.id, at=now))
    row.last_used_at = now
    if current is not None:
        sessions.revoke(session, session_id=current.id, now=now, reason=Ending.REPLACED)
    entered = sessions.start(
        session,
        portal=portal,
        customers=[who.id],
        email=who.email,
        email_key=who.email_key or "",
        way_in=WayIn.PERMANENT_LINK,
        link=row.id,
        device=device,
        now=now,
    )
    return SignedIn(entered, f"/p/{portal.slug}")


def is_good(session: Session, *, portal: PortalView, token: str) -> str | None:
    """The address of whose link this is; None for any that opens nothing here. Changes nothing."""
    found = session.scalar(
        select(Identity.email)
        .join(SubscriberLink, SubscriberLink.customer == Identity.id)
        .where(SubscriberLink.token_hash == digest(token), SubscriberLink.revoked_at.is_(None))
    )
    return found if is_open(WayIn.PERMANENT_LINK, portal.sign_in_methods) else None


def _make(session: Session, *, customer: str, secrets: Secrets, now: datetime) -> SubscriberLink:
    token = new_token()
    row = SubscriberLink(
        id=ids.new("slink"),
        customer=customer,
        token_hash=digest(token),
        sealed=secrets.seal({"token": token}),
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _end(session: Session, *which: ColumnElement[bool], customer: str, now: datetime) -> bool:
    ended = session.scalars(
        update(SubscriberLink)
        .where(SubscriberLink.customer == customer, SubscriberLink.revoked_at.is_(None), *which)
        .values(revoked_at=now)
        .returning(SubscriberLink.id)
        .execution_options(synchronize_session=False)
    ).all()
    sessions.revoke_where(session, PortalSession.link.in_(ended), now=now, reason=Ending.LINK_REVOKED)
    return bool(ended)
