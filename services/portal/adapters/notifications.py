"""The notifications service, asked what a customer was written, and how webhooks stand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.database.moments import Place
from shared.errors import Unavailable
from shared.http import Client

_QUICK: Final = (1.0, 2.0)  # seconds; a page that has more to show does not wait for long


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail to a customer. `subject` is None until it was first handed over."""

    id: str
    at: datetime
    kind: str
    state: str
    subject: str | None
    to: str


@dataclass(frozen=True, kw_only=True)
class Webhooks:
    """How the vendor's webhooks stand: endpoints that fail now, endpoints that were switched off for it, deliveries of
    the last day that were given up.
    """

    failing: int
    off: int
    failed: int


class NotificationsClient:
    """One method a question."""

    def __init__(self, base_url: str) -> None:
        self._client = Client(base_url, name="notifications", timeout=_QUICK)

    def mails(self, customer: str, *, place: Place | None, limit: int, passport: str) -> list[Mail]:
        """The newest of a customer, from a place on, for the staff whose passport it is. Raises Unavailable."""
        asked = {"limit": limit, **({"before": str(place)} if place else {})}
        answer = self._client.get(f"/internal/customers/{customer}/mails", passport=passport, params=asked)
        if not answer.ok:
            raise Unavailable(part="notifications")
        return [Mail(**{**each, "at": datetime.fromisoformat(each["at"])}) for each in answer.json()]

    def webhooks(self, *, passport: str) -> Webhooks:
        """How they stand, for the staff whose passport it is. Raises Unavailable."""
        answer = self._client.get("/internal/webhooks", passport=passport)
        if not answer.ok:
            raise Unavailable(part="notifications")
        return Webhooks(**answer.json())
