"""A mailed link that leads back to the vendor's own page: nobody is signed in here; the page is given a handle.

The handle rides in the fragment, is good for a minute, once, and only in the frame of the widget that asked. The mailed
token itself never reaches the vendor's page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from services.auth.adapters.secrets import digest, new_token
from services.auth.models import Entry
from services.auth.queries.portals import PortalView
from services.auth.rules.address import Recipient
from services.auth.rules.ways_in import WayIn
from shared import ids
from shared.database.session import Session

EMAIL_RETURN: Final = "email_return"
LIFETIME: Final = timedelta(seconds=60)


@dataclass(frozen=True)
class SentBack:
    """Where the click leads on to: the vendor's page, with the handle."""

    url: str


def send_back(
    session: Session, *, portal: PortalView, recipient: Recipient, details: Mapping[str, Any], now: datetime
) -> SentBack:
    """The address of the vendor's page, which a portal that asks for this has."""
    handle = new_token()
    session.add(
        Entry(
            id=ids.new("ps"),
            vendor=portal.vendor,
            mode=portal.mode,
            kind=EMAIL_RETURN,
            token_hash=digest(new_token()),  # no address of ours opens it
            secret_hash=digest(handle),
            configuration=portal.id,
            portal=portal.slug,
            customers=list(recipient.choices),
            way_in=WayIn.EMAIL_LINK,
            details=dict(details),
            created_by=recipient.choices[0],
            created_at=now,
            expires_at=now + LIFETIME,
        )
    )
    session.flush()
    return SentBack(f"{portal.sign_in.redirect_url}#bursar={handle}")
