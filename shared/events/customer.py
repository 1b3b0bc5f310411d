"""Customers, told by portal. `revision` grows with every change of a customer; keep the largest."""

from dataclasses import dataclass

from shared.events.base import Event


@dataclass(frozen=True, kw_only=True)
class CustomerCreated(Event):
    """A customer exists. `reference` is the vendor's own id; `locale` null means: not chosen."""

    name = "customer.created"
    version = 1

    customer: str
    email: str
    display_name: str | None
    reference: str | None
    locale: str | None
    revision: int


@dataclass(frozen=True, kw_only=True)
class CustomerUpdated(Event):
    """Name, reference or language changed; the e-mail stayed."""

    name = "customer.updated"
    version = 1

    customer: str
    email: str
    display_name: str | None
    reference: str | None
    locale: str | None
    revision: int


@dataclass(frozen=True, kw_only=True)
class CustomerEmailChanged(Event):
    """The address on file is another; sign-ins under the old one end."""

    name = "customer.email_changed"
    version = 1

    customer: str
    email: str
    previous_email: str
    display_name: str | None
    reference: str | None
    locale: str | None
    revision: int
