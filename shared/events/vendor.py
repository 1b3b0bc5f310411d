"""Vendors, told by auth. They span both modes; on the wire they ride as `live`."""

from dataclasses import dataclass
from typing import Any

from shared.events.base import Event


@dataclass(frozen=True, kw_only=True)
class VendorRegistered(Event):
    """A vendor exists from now on; its default portals are made from this.

    `profile` holds what documents and mails print of the seller: `legal_name`, `address` (list of lines),
    `country` (ISO 3166-1 alpha-2), `tax_id`, `email`, `website`, `support_url`, `brand_color` (#rrggbb),
    `logo` and `logo_dark` (SHA-256 of uploaded images), each possibly null.
    """

    name = "vendor.registered"
    version = 1

    vendor: str
    slug: str
    display_name: str
    profile: dict[str, Any]
    default_locale: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class VendorUpdated(Event):
    """A vendor's name, profile or default language changed. `revision` grows; keep the largest."""

    name = "vendor.updated"
    version = 1

    vendor: str
    slug: str
    display_name: str
    profile: dict[str, Any]
    default_locale: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class VendorSuspended(Event):
    """Everything of the vendor's can be read, nothing can be done, and nothing is charged, until it is resumed."""

    name = "vendor.suspended"
    version = 1

    vendor: str
    suspended_at: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class VendorResumed(Event):
    """A suspended vendor goes on; what fell due meanwhile is charged now."""

    name = "vendor.resumed"
    version = 1

    vendor: str
    resumed_at: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class VendorClosed(Event):
    """A vendor is gone for good: keys, sessions and links are dead, nothing is charged any more."""

    name = "vendor.closed"
    version = 1

    vendor: str
    closed_at: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class VendorEntitlementsChanged(Event):
    """What the operator withholds from a vendor, all of it; empty: nothing. `revision` grows; keep the largest.

    `reason` and `ask` are what the vendor's people read where something withheld is refused.
    """

    name = "vendor.entitlements_changed"
    version = 1

    vendor: str
    withheld: list[str]
    reason: str | None
    ask: str | None
    revision: int
