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
class CustomerExportRequested(Event):
    """Everything held of a customer is wanted, as `export`; auth collects what the services have."""

    name = "customer.export_requested"
    version = 1

    export: str
    customer: str


@dataclass(frozen=True, kw_only=True)
class CustomerExportReady(Event):
    """It is there until `expires_at`, to be fetched once by somebody who is signed in. `by_customer`: they asked
    for it themselves, else their vendor did.
    """

    name = "customer.export_ready"
    version = 1

    export: str
    customer: str
    expires_at: str
    by_customer: bool
    locale: str | None


@dataclass(frozen=True, kw_only=True)
class CustomerErased(Event):
    """A customer is gone for good: everybody clears what they hold of them, and takes nothing of them any more.

    Invoices and payments stay until `kept_until` (a date), because tax law asks for them.
    """

    name = "customer.erased"
    version = 1

    customer: str
    erased_at: str
    kept_until: str
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
