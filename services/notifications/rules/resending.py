"""DECIDES whether staff may send a mail again, and to whom.

A mail to the customer goes to where the customer is now, one to a helpdesk to where it went, a copy of a document
only while its reader still wants them. Never again goes what holds a code or a link that signs in (who needs one asks
for a new one), what told a former address or an erased customer something, and what invited somebody: who invited
does that anew. A mail that is still under way, or that nothing is left of, is not sent again either.
Worked example: a receipt to an address with a typo, since corrected, goes to the corrected address.
"""

from enum import StrEnum
from typing import Final

from services.notifications.rules.delivery import State
from services.notifications.rules.messages import MESSAGES, Kind
from shared.errors import Conflict


class NeverResent(Conflict):
    """A mail of this kind is not sent a second time."""

    code = "message_never_resent"


class StillUnderWay(Conflict):
    """The mail, or one that repeats it, is not handed over yet."""

    code = "message_under_way"


class NothingToResend(Conflict):
    """What it said, or whom it was for, is not known any more."""

    code = "message_gone"


class To(StrEnum):
    """Where the repetition goes: to the customer's address of now, to the same one, or to one that still agrees."""

    CUSTOMER = "customer"
    SAME = "same"
    AGREEING = "agreeing"


_ONCE: Final = frozenset({Kind.EMAIL_CHANGED, Kind.CUSTOMER_ERASED, Kind.DELEGATE_INVITED, Kind.RECIPIENT_INVITED})


def is_repeatable(kind: Kind) -> bool:
    """Whether mails of this kind may go out again at all."""
    return not MESSAGES[kind].sealed and kind not in _ONCE


def decide(kind: Kind, *, state: State, has_facts: bool, copies_waiting: int) -> To:
    """Where it goes. Raises NeverResent, StillUnderWay, NothingToResend."""
    if not is_repeatable(kind):
        raise NeverResent
    if not has_facts:
        raise NothingToResend
    if state in (State.QUEUED, State.SENDING) or copies_waiting:
        raise StillUnderWay
    if kind is Kind.DOCUMENT_COPY:
        return To.AGREEING
    return To.CUSTOMER if MESSAGES[kind].audience == "customer" else To.SAME
