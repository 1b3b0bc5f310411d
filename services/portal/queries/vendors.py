"""Vendors, as auth told of them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import Vendor
from shared.errors import NotFound


class VendorNotHere(NotFound):
    """No such vendor, or its event has not arrived yet."""

    code = "vendor_not_here"


@dataclass(frozen=True, kw_only=True)
class VendorView:
    """A vendor."""

    id: str
    slug: str
    display_name: str


def fiscal_year_start(session: Session, *, vendor: str) -> int:
    """The month in which the vendor's financial year begins; January where nobody said."""
    profile = session.scalar(select(Vendor.profile).where(Vendor.id == vendor)) or {}
    return int(profile.get("fiscal_year_start") or 1)


def by_word(session: Session, *, word: str) -> VendorView:
    """The vendor with this id or slug. Raises VendorNotHere."""
    row = session.scalars(select(Vendor).where((Vendor.id == word) | (Vendor.slug == word))).first()
    if row is None:
        raise VendorNotHere(vendor=word)
    return VendorView(id=row.id, slug=row.slug, display_name=row.display_name)
