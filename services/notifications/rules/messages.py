"""MESSAGES: which mails there are, for whom, and may they be switched off.

A mail of money, law or sign-in can't be switched off; an offer can. An `urgent` mail has somebody waiting
in front of a screen: it goes out ahead of all others. A `sealed` one holds a secret, so its row keeps the
sealed order for it instead of the mail, until it is sent. The log forgets a mail after `kept_for`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final, Literal


class Kind(StrEnum):
    """What a mail is about."""

    SIGN_IN = "sign_in"
    RECEIPT = "receipt"
    CANCELLATION = "cancellation"
    UNCANCELLATION = "uncancellation"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True)
class Message:
    """`template` is the stem of its `.mjml` and `.txt`; its words are `mails.<template>.…` of the catalogs."""

    template: str
    audience: Literal["customer"] = "customer"
    may_be_switched_off: bool = False
    urgent: bool = False
    sealed: bool = False
    kept_for: timedelta = timedelta(days=400)  # a year of purchases, and the time to ask about the last one


MESSAGES: Final[Mapping[Kind, Message]] = {
    Kind.SIGN_IN: Message(template="sign_in", urgent=True, sealed=True, kept_for=timedelta(days=30)),
    Kind.RECEIPT: Message(template="receipt"),
    Kind.CANCELLATION: Message(template="cancellation"),
    Kind.UNCANCELLATION: Message(template="uncancellation"),
    Kind.ENDED: Message(template="ended"),
}
