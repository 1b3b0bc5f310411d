"""Who sells: what auth said of vendors, newest first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.invoices.actions import logos
from services.invoices.models import Seller


def project(
    session: Session,
    *,
    vendor: str,
    slug: str,
    display_name: str,
    profile: Mapping[str, Any],
    default_locale: str,
    revision: int,
    now: datetime,
) -> None:
    """Remember a vendor as it is called now, and fetch its logo. Older news than what we know changes nothing."""
    seller = session.get(Seller, vendor, with_for_update=True)
    if seller is None:
        seller = Seller(vendor=vendor, revision=revision - 1)
        session.add(seller)
    if revision <= seller.revision:
        return
    seller.slug = slug
    seller.display_name = display_name
    seller.profile = dict(profile)
    seller.default_locale = default_locale
    seller.revision = revision
    session.flush()  # issuing asks by plain statements, which flush nothing
    if profile.get("logo"):
        logos.want(session, vendor=vendor, sha256=profile["logo"], now=now)
