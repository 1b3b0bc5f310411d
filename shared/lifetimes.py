"""How long things are kept before the clock deletes them: one table for all services, and for the page that shows it.

What is not in it stays until the customer is erased, and the books (`shared.retention`) longer than that.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

MAILS: Final = timedelta(days=400)  # a year of purchases, and the time to ask about the last one
SIGN_IN_MAILS: Final = timedelta(days=30)
EVENTS: Final = timedelta(days=30)
WEBHOOKS: Final = timedelta(days=30)  # as long as the events themselves
API_REQUESTS: Final = timedelta(days=30)  # as long as events
SESSIONS: Final = timedelta(days=30)  # after they ended
REFUSALS: Final = timedelta(days=7)
IMPORTS: Final = timedelta(hours=24)  # a checked file that waits for a yes
EXPORTS: Final = timedelta(hours=24)

KEPT: Final[Mapping[str, timedelta]] = {
    "mails": MAILS,
    "sign_in_mails": SIGN_IN_MAILS,
    "events": EVENTS,
    "webhooks": WEBHOOKS,
    "api_requests": API_REQUESTS,
    "sessions": SESSIONS,
    "refusals": REFUSALS,
    "imports": IMPORTS,
    "exports": EXPORTS,
}
"""By what it is called on the page (`console.account.kept.…`)."""
