"""DECIDES may this address be written to, and which answer of a mail server says that nobody is there.

An address is suppressed for one of three reasons: mail to it came `bounce`d back, its reader made a `complaint`, or
staff said so (`manual`). What a mail is owed to whom decides, by the table WITHHELD:

- What somebody waits for in front of a screen (codes and links that sign in) goes to an address that bounced all the
  same: they may have made room, renewed a domain, or repaired a server, and without it they could not even come in to
  name another address. It stays away only from where staff said that nothing goes.
- What an account owes its holder (money, law, safety) can't be switched off, so a complaint does not stop it. A bounce
  does: nobody is there who could read it, and who keeps on sending to nobody is soon read by nobody.
- What went to people who hold no account (invitations, copies of documents) and what may be switched off (offers) goes
  to no suppressed address.

Worked example: `550 5.1.1 no such user` to a receipt suppresses the address; the next receipt is `suppressed`, a code
to sign in is still tried. `550 5.7.1 blocked by policy` says nothing of the mailbox, and suppresses nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.notifications.rules.messages import MESSAGES, Kind


class Reason(StrEnum):
    """Why an address is not written to, the weakest reason first."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    MANUAL = "manual"


class Owed(StrEnum):
    """To whom a mail is owed: to who waits for it, to who holds the account, or to nobody, for it is offered."""

    AWAITED = "awaited"
    ACCOUNT = "account"
    OFFERED = "offered"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a mail server said of a mail: the code of RFC 5321, and the status of RFC 3463 where it gave one."""

    code: int
    status: str | None


WITHHELD: Final[Mapping[Reason, frozenset[Owed]]] = {
    Reason.BOUNCE: frozenset({Owed.ACCOUNT, Owed.OFFERED}),
    Reason.COMPLAINT: frozenset({Owed.OFFERED}),
    Reason.MANUAL: frozenset(Owed),
}
_AWAITED: Final = frozenset({Kind.SIGN_IN, Kind.SIGN_IN_CODE, Kind.NEW_EMAIL})
_TO_OTHERS: Final = frozenset(
    {
        Kind.CUSTOMER_INVITATION,
        Kind.STAFF_INVITATION,
        Kind.DELEGATE_INVITED,
        Kind.RECIPIENT_INVITED,
        Kind.DOCUMENT_COPY,
    }
)
NOBODY_THERE: Final = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
"""No such mailbox, no such host, no address, moved away, takes no mail (RFC 7505), switched off. A full mailbox (5.2.2)
and any policy (5.7) are about today; a bare 550 is also what a server says that does not relay for us.
"""
_STATUS: Final = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?!\S)")


def is_withheld(kind: Kind, reason: Reason) -> bool:
    """Whether a mail of this kind stays away from an address that is suppressed for this reason."""
    return owed(kind) in WITHHELD[reason]


def owed(kind: Kind) -> Owed:
    """To whom mails of this kind are owed."""
    if kind in _AWAITED:
        return Owed.AWAITED
    return Owed.OFFERED if MESSAGES[kind].may_be_switched_off or kind in _TO_OTHERS else Owed.ACCOUNT


def is_bounce(reply: Reply | None) -> bool:
    """Whether this answer says, for good, that nobody is at the address."""
    return reply is not None and reply.code >= 500 and reply.status in NOBODY_THERE


def status_of(text: str) -> str | None:
    """The status that a reply begins with, if it has one (RFC 2034)."""
    found = _STATUS.match(text)
    return found[1] if found else None


def is_stronger(new: Reason, old: Reason) -> bool:
    """Whether a further reason takes the place of the one that stands: what staff said is not weakened by a bounce."""
    ranks = tuple(Reason)
    return ranks.index(new) > ranks.index(old)
