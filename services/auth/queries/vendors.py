"""Vendors as they may be shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from services.auth.models import Vendor
from shared.database.session import Session
from shared.errors import NotFound


@dataclass(frozen=True)
class VendorView:
    """A vendor."""

    id: str
    slug: str
    display_name: str
    profile: dict[str, Any]
    default_locale: str
    standing: str
    entitlements: dict[str, Any] | None
    revision: int
    created_at: datetime


def one(session: Session, vendor_id: str) -> VendorView:
    """Raises NotFound."""
    return view(_found(session.get(Vendor, vendor_id)))


def by_slug(session: Session, slug: str) -> VendorView:
    """Raises NotFound."""
    return view(_found(session.scalars(select(Vendor).where(Vendor.slug == slug)).one_or_none()))


def listing(*, only: str | None) -> tuple[Select[Vendor], type[Vendor]]:
    """All vendors, or `only` the one of this id, for a page of them."""
    every = select(Vendor)
    return (every if only is None else every.where(Vendor.id == only)), Vendor


def view(row: Vendor) -> VendorView:
    """What may be shown of a vendor."""
    return VendorView(
        id=row.id,
        slug=row.slug,
        display_name=row.display_name,
        profile=dict(row.profile),
        default_locale=row.default_locale,
        standing=row.standing,
        entitlements=row.entitlements,
        revision=row.revision,
        created_at=row.created_at,
    )


def _found(row: Vendor | None) -> Vendor:
    if row is None:
        raise NotFound
    return row
