"""Telling a mailbox of sign-ins that may not be its owner's. A job does, so that no sign-in takes longer (ML-08).

Each is written to the service's log as well, as `security.sign_in_noticed`.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from services.auth.actions import mails
from services.auth.actions.mails import Letter
from services.auth.actions.sign_in import device_text
from services.auth.adapters.secrets import Secrets
from services.auth.models import Attempt, Identity, PortalSession
from services.auth.queries import portals
from services.auth.rules import notice
from services.auth.rules.device import Device
from services.auth.rules.notice import Reason
from shared.database.session import Session
from shared.logs import log

MAIL: Final = "sign_in_notice"
BATCH: Final = 50
_LIVES: Final = timedelta(days=3)
_WRONG: Final = ("wrong sign_in", "order address")


def write(session: Session, *, secrets: Secrets, public_url: str, now: datetime) -> int:
    """Look at each new session once; how many were. Another worker's are left to it."""
    found = session.scalars(
        select(PortalSession)
        .where(PortalSession.reviewed.is_(False), PortalSession.created_at > now - notice.LOOKED_BACK)
        .order_by(PortalSession.created_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for row in found:
        row.reviewed = True
        reason = None if row.staff or not row.email_key else _reason(session, row)
        if reason is not None:
            _tell(session, row, reason, secrets=secrets, public_url=public_url, now=now)
    session.flush()
    return len(found)


def _reason(session: Session, row: PortalSession) -> Reason | None:
    earlier = session.execute(
        select(PortalSession.browser, PortalSession.system)
        .where(
            PortalSession.vendor == row.vendor,
            PortalSession.mode == row.mode,
            PortalSession.email_key == row.email_key,
            PortalSession.created_at < row.created_at,
            PortalSession.staff.is_(None),
        )
        .distinct()
    )
    failures = session.scalar(
        select(func.count()).where(
            Attempt.kind.in_(_WRONG),
            Attempt.subject == f"{row.vendor} {row.mode} {row.email_key}",
            Attempt.at > row.created_at - notice.LOOKED_BACK,
            Attempt.at <= row.created_at,
        )
    )
    return notice.decide(
        device=Device(browser=row.browser, system=row.system),
        earlier={Device(browser=one.browser, system=one.system) for one in earlier},
        failures=failures or 0,
    )


def _tell(
    session: Session, row: PortalSession, reason: Reason, *, secrets: Secrets, public_url: str, now: datetime
) -> None:
    log.warning("security.sign_in_noticed", session=row.id, vendor=row.vendor, mode=row.mode, reason=reason.value)
    portal = portals.by_slug(session, row.portal)
    if portal is None:
        return
    asked = select(Identity.locale).where(Identity.id.in_([*row.customers, *(row.choices or ())]))
    chosen = next((each for each in session.scalars(asked) if each), None)
    locale = chosen or portal.languages.get("default_locale") or "en"
    letter = Letter(
        kind=MAIL,
        about=row.id,
        customer=row.customers[0] if len(row.customers) == 1 else None,
        to=row.email,
        locale=locale,
        lives=_LIVES,
        link=f"{portal.address(public_url)}/sessions",
        device=device_text(Device(browser=row.browser, system=row.system), locale),
        facts={"reason": reason.value},
    )
    mails.order(session, letter, portal=portal, secrets=secrets, now=now)
