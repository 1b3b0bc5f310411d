"""Keep what other services say about vendors, customers and portals. The largest revision wins, in any order."""

from typing import Any

from services.notifications.models import Portal, Recipient, Sender
from shared.database import Session


def project_sender(
    session: Session, *, vendor: str, display_name: str, profile: dict[str, Any], default_locale: str, revision: int
) -> None:
    """A vendor as mails name it."""
    row = session.get(Sender, vendor, with_for_update=True)
    if row is not None and row.revision >= revision:
        return
    if row is None:
        row = Sender(id=vendor)
        session.add(row)
    row.display_name = display_name
    row.legal_name = profile.get("legal_name")
    row.brand_color = profile.get("brand_color")
    row.reply_to = profile.get("email")
    row.support_url = profile.get("support_url")
    row.address = list(profile.get("address") or [])
    row.default_locale = default_locale
    row.revision = revision


def project_recipient(
    session: Session, *, customer: str, email: str, display_name: str | None, locale: str | None, revision: int
) -> None:
    """A customer as mails reach them."""
    row = session.get(Recipient, customer, with_for_update=True)
    if row is not None and row.revision >= revision:
        return
    if row is None:
        row = Recipient(id=customer)
        session.add(row)
    row.email = email
    row.display_name = display_name
    row.locale = locale
    row.revision = revision


def project_portal(session: Session, *, configuration: str, revision: int, **told: Any) -> None:
    """Where links in mails lead, and in whose name mails come; `told` are columns of the portal."""
    row = session.get(Portal, configuration, with_for_update=True)
    if row is not None and row.revision >= revision:
        return
    if row is None:
        row = Portal(id=configuration)
        session.add(row)
    for name, value in told.items():
        setattr(row, name, value)
    row.revision = revision
