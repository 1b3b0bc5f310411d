"""DECIDES whether a customer may be erased, and what is kept of one who is.

What runs is canceled first, so that nobody loses what they paid for by a click about their data; what is canceled may
run out. What is owed, or on its way, is settled first. Then everything goes but what the law asks for: invoices and the
payments behind them, and the record of what was done, which names nobody.

Worked example: a customer with an active subscription is refused (`subscriptions_running`). They cancel it, its last
bill is paid, and they are erased on 3 May 2026 by a seller in Germany: no name, no address, no card is left, and the
invoices stay until 31 December 2034.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from services.portal.rules.subscriptions.deletion import PaymentsOpen
from services.portal.rules.subscriptions.lifecycle import RESTORED, Status
from shared import retention
from shared.errors import Conflict

CLEARED: Final = ("profile", "payment_methods", "tickets", "sign_in", "people", "mails")
TAX_LAW: Final = "tax_law"
CLAIMS: Final = "claims"


class CustomerErased(Conflict):
    """The customer was erased; nothing new begins with them."""

    code = "customer_erased"


class SubscriptionsRunning(Conflict):
    """What runs has to be canceled first."""

    code = "subscriptions_running"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What stays: `what` and `ground` are words of the catalogs, `until` its last day."""

    what: str
    ground: str
    until: date

    @property
    def last_moment(self) -> datetime:
        """The last second of that day, UTC."""
        return datetime.combine(self.until, time(23, 59, 59), UTC)


@dataclass(frozen=True, kw_only=True)
class Erasing:
    """What an erase comes to."""

    cleared: tuple[str, ...]
    kept: tuple[Kept, ...]
    kept_until: date


def decide(
    *, statuses: Sequence[Status], is_unsettled: bool, has_payments: bool, country: str | None, today: date
) -> Erasing:
    """The effect of erasing today. `country` is the seller's. Raises SubscriptionsRunning, PaymentsOpen."""
    running = sum(1 for status in statuses if status in RESTORED)
    if running:
        raise SubscriptionsRunning(count=running)
    if is_unsettled:
        raise PaymentsOpen
    until = retention.kept_until(of=today, country=country)
    books = tuple(Kept(what=what, ground=TAX_LAW, until=until) for what in ("invoices", "payments"))
    record = Kept(what="record", ground=CLAIMS, until=until)
    return Erasing(cleared=CLEARED, kept=(*(books if has_payments else ()), record), kept_until=until)
