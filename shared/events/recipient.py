"""Further addresses that a customer's documents go to, told by portal. They see no portal and are nobody's sign-in."""

from dataclasses import dataclass

from shared.events.base import Event


@dataclass(frozen=True, kw_only=True)
class RecipientInvited(Event):
    """A customer wants documents to go to this address too: its owner is asked, and gets nothing before they agree."""

    name = "recipient.invited"
    version = 1

    recipient: str
    customer: str
    email: str
    documents: list[str]


@dataclass(frozen=True, kw_only=True)
class RecipientChanged(Event):
    """How a recipient stands from now on. `status`: `pending`, `confirmed` (the only one that gets documents),
    `unsubscribed` by its owner, or `removed` by the customer. `documents` are the kinds that it gets. `revision` grows;
    keep the largest.
    """

    name = "recipient.changed"
    version = 1

    recipient: str
    customer: str
    email: str
    documents: list[str]
    status: str
    revision: int
