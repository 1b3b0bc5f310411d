"""DECIDES who may change a customer's address here: where the portal allows it, the customer, or an owner for them.

It asks for fresh proof always, and for a code from the new address. What a vendor shares an address between is theirs:
the new address may be another customer's too, for whoever types its code reads its mail; signing in, they choose.
Worked example: a billing manager is refused; the customer types the code from the new mailbox, and it is theirs.
"""

from services.auth.rules.delegate import RoleNotAllowed, may_manage
from shared.errors import Conflict, Forbidden, Invalid


class EmailChangeOff(Forbidden):
    """This portal does not let customers change their address."""

    code = "email_change_off"


class EmailChangeRefused(Conflict):
    """Portal has something against it."""

    code = "email_change_refused"


class SameAddress(Invalid):
    """It is the address on file already."""

    code = "same_address"


def decide(*, is_offered: bool, role: str | None) -> None:
    """Raises EmailChangeOff, RoleNotAllowed."""
    if not is_offered:
        raise EmailChangeOff
    if not may_manage(role):
        raise RoleNotAllowed
