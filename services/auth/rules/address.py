"""DECIDES which stored address a typed one means: nobody's, or exactly one mailbox.

Two spellings mean the same mailbox when their keys are equal (`shared.addresses`). The mail then goes to the
address the vendor stored, byte for byte, never to the one that was typed. Several customers of a vendor may
share an address; the oldest one's spelling is used and the session holds them all.
Worked example: on file is `Mike@X.com`; `mike@x.com` asks, the mail goes to `Mike@X.com`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from shared import addresses


@dataclass(frozen=True)
class OnFile:
    """A customer's address as the vendor stored it; with `delegate` and `role`, that of one of a customer's people."""

    customer: str
    email: str
    email_key: str
    display_name: str | None
    locale: str | None
    delegate: str | None = None
    role: str | None = None


@dataclass(frozen=True)
class Recipient:
    """Whom a sign-in is for: the stored address, its customers in order of age, their language.

    `delegates` are for whom else the address may come in, as one of their people.
    """

    email: str
    customers: tuple[str, ...]
    locale: str | None
    delegates: tuple[OnFile, ...] = ()

    @property
    def only(self) -> str | None:
        """The one customer whose own mailbox this is; None where it is that of several, or of somebody's people."""
        return self.customers[0] if len(self.customers) == 1 and not self.delegates else None

    @property
    def choices(self) -> tuple[str, ...]:
        """The ids of all that they can be; one of several is chosen first."""
        return (*self.customers, *(each.delegate for each in self.delegates if each.delegate is not None))


def key_of(typed: str) -> str | None:
    """What to look for; None when the text is not the address of one mailbox."""
    try:
        return addresses.parse(typed).key
    except addresses.BadAddress:
        return None


def decide(key: str | None, on_file: Sequence[OnFile]) -> Recipient | None:
    """The one whose mailbox this is, or None."""
    whole = [one for one in on_file if key is not None and one.email_key == key]
    same = sorted(whole, key=lambda one: (one.delegate or "", one.customer))
    if not same:
        return None
    locale = next((one.locale for one in same if one.locale), None)
    return Recipient(
        email=same[0].email,
        customers=tuple(one.customer for one in same if one.delegate is None),
        locale=locale,
        delegates=tuple(one for one in same if one.delegate is not None),
    )
