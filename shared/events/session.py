"""Sessions, told by auth."""

from dataclasses import dataclass

from shared.events.base import Event


@dataclass(frozen=True, kw_only=True)
class SessionStarted(Event):
    """Somebody is in a portal. `way_in` names how, `assurance` is `verified` or `viewer`.

    `customers` are whose pages are seen; `delegate` came in for one of them, `staff` looks on for a `reason`, each
    possibly null.
    """

    name = "session.started"
    version = 1

    session: str
    portal: str
    customers: list[str]
    way_in: str
    assurance: str
    delegate: str | None
    staff: str | None
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class SessionRevoked(Event):
    """A session was ended before its time. `reason`: signed_out, ended_by_customer, ended_by_vendor, replaced,
    email_changed, link_revoked, secret_revoked, delegate_revoked, staff_removed, way_in_off, customer_erased,
    vendor_closed.
    """

    name = "session.revoked"
    version = 1

    session: str
    portal: str
    customers: list[str]
    reason: str
