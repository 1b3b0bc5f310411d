"""The auth service, asked whose purchases somebody in the global portal sees, and when a customer signed in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.database.moments import Place
from shared.errors import Unavailable
from shared.events import Mode
from shared.http import Client

_QUICK: Final = (1.0, 2.0)  # seconds; a page that has more to show does not wait for long


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """A customer, or one of their own people, came in. `browser` and `system` as far as they were told.

    With `ended_for`, the end of a session that was ended before its time, and why.
    """

    id: str
    at: datetime
    way_in: str
    browser: str | None
    system: str | None
    delegate: str | None
    ended_for: str | None = None


@dataclass(frozen=True, kw_only=True)
class Section:
    """One vendor's section: `portal` is the slug of its configuration, `customers` who the person is there."""

    vendor: str
    mode: Mode
    portal: str
    customers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Memberships:
    """The address that is signed in, and its sections in order of the vendors' names."""

    mode: Mode
    email: str
    sections: tuple[Section, ...]


class AuthClient:
    """One method a question."""

    def __init__(self, base_url: str) -> None:
        self._client = Client(base_url, name="auth")

    def memberships(self, *, passport: str) -> Memberships:
        """Those of the caller whose passport it is. Raises Unavailable."""
        answer = self._client.get("/internal/memberships", passport=passport)
        if not answer.ok:
            raise Unavailable(part="auth")
        told = answer.json()
        return Memberships(
            mode=told["mode"],
            email=told["email"],
            sections=tuple(
                Section(
                    vendor=each["vendor"],
                    mode=each["mode"],
                    portal=each["portal"],
                    customers=tuple(each["customers"]),
                )
                for each in told["sections"]
            ),
        )

    def sign_ins(self, customer: str, *, place: Place | None, limit: int, passport: str) -> list[SignIn]:
        """The newest of a customer, and their ends, from a place on, for the staff whose passport it is.

        Raises Unavailable.
        """
        asked = {"endings": "1", "limit": limit, **({"before": str(place)} if place else {})}
        answer = self._client.get(
            f"/internal/customers/{customer}/sign_ins", passport=passport, params=asked, timeout=_QUICK
        )
        if not answer.ok:
            raise Unavailable(part="auth")
        return [SignIn(**{**each, "at": datetime.fromisoformat(each["at"])}) for each in answer.json()]
