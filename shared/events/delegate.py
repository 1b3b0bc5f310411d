"""A customer's own people, told by auth."""

from dataclasses import dataclass

from shared.events.base import Event


@dataclass(frozen=True, kw_only=True)
class DelegateInvited(Event):
    """Somebody may see a customer's portal by an address of their own. `role`: owner, billing_manager, accountant
    or viewer; `portal_url` is where they sign in.
    """

    name = "delegate.invited"
    version = 1

    delegate: str
    customer: str
    email: str
    display_name: str | None
    role: str
    portal_url: str


@dataclass(frozen=True, kw_only=True)
class DelegateChanged(Event):
    """The role of one of a customer's people is another."""

    name = "delegate.changed"
    version = 1

    delegate: str
    customer: str
    role: str


@dataclass(frozen=True, kw_only=True)
class DelegateRevoked(Event):
    """Somebody does not see a customer's portal any more."""

    name = "delegate.revoked"
    version = 1

    delegate: str
    customer: str
