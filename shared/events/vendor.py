"""Vendors, told by auth. They span both modes; on the wire they ride as `live`."""

from dataclasses import dataclass
from typing import Any

from shared.events.base import Event


@dataclass(frozen=True, kw_only=True)
class VendorRegistered(Event):
    """A vendor exists from now on; its default portals are made from this.

    `profile` holds what documents and mails print of the seller: `legal_name`, `address` (list of lines),
    `country` (ISO 3166-1 alpha-2), `tax_id`, `email`, `website`, `support_url`, `brand_color` (#rrggbb),
    `logo` (SHA-256 of an uploaded image), each possibly null.
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
