"""DECIDES how a vendor stands with the installation, and what that leaves of it.

*Active*: everything. *Suspended*: everything can be read and downloaded, and every action is denied
(`vendor_suspended`), to customers, to the vendor's people and to its keys alike; nothing is charged meanwhile. It can
be resumed. *Closed*, for good: keys, sessions and links are dead at once, and the portal's address shows who the vendor
was and how to reach them.

Worked example: suspended on Monday, a customer still downloads an invoice, and is told why they cannot cancel; what
falls due is charged when the vendor is resumed. Closed, it cannot be resumed: `vendor_closed`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from shared.errors import Conflict, FieldError, Invalid, NotFound


class Standing(StrEnum):
    """How a vendor stands."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class ClosedForGood(Conflict):
    """A closed vendor stays closed."""

    code = "vendor_closed_for_good"


class VendorClosed(NotFound):
    """The portal's vendor has closed. `vendor` and `contact` are what a visitor is told."""

    code = "vendor_closed"


_FROM: Final[Mapping[Standing, frozenset[Standing]]] = {
    Standing.ACTIVE: frozenset({Standing.SUSPENDED}),
    Standing.SUSPENDED: frozenset({Standing.ACTIVE}),
    Standing.CLOSED: frozenset({Standing.ACTIVE, Standing.SUSPENDED}),
}
"""From which standing each may be reached."""


def decide(*, standing: Standing, wanted: Standing) -> bool:
    """Whether anything changes. Raises ClosedForGood."""
    if standing is wanted:
        return False
    if standing not in _FROM[wanted]:
        raise ClosedForGood
    return True


def check_named(*, slug: str, typed: str) -> None:
    """Whoever closes a vendor types its short name. Raises Invalid for another word."""
    if typed.strip() != slug:
        raise Invalid(FieldError.of("slug", "risk_not_accepted"))


def contact(profile: Mapping[str, Any]) -> str:
    """How to reach a vendor that has closed: its address for mails, else a page of its; nothing where none is known."""
    found = (profile.get(name) for name in ("email", "support_url", "website"))
    return next((str(each) for each in found if each), "")
