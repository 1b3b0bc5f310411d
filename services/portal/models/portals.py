"""How a vendor's portals look and behave, and what was agreed to in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.portal.models.base import Base, Id, owned
from shared.database import UtcDateTime, VendorScoped


class PortalConfiguration(VendorScoped, Base):
    """One portal. Its `slug` is its address and unique on the whole installation."""

    __tablename__ = "portal_configurations"
    __table_args__ = (owned(), UniqueConstraint("slug"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(String(63))
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200))
    display_name: Mapped[str] = mapped_column(String(200))
    is_default: Mapped[bool]
    active: Mapped[bool]
    features: Mapped[dict[str, Any]] = mapped_column(JSON)
    sign_in: Mapped[dict[str, Any]] = mapped_column(JSON)
    appearance: Mapped[dict[str, Any]] = mapped_column(JSON)
    languages: Mapped[dict[str, Any]] = mapped_column(JSON)
    links: Mapped[dict[str, Any]] = mapped_column(JSON)
    scope: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)


class Confirmation(VendorScoped, Base):
    """A confirmation that was used. Unused ones are signed texts and need no row, so showing a page saves nothing."""

    __tablename__ = "confirmations"
    __table_args__ = (Index("ix_confirmations_expires_at", "expires_at"),)

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    session: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(40))
    object: Mapped[str] = mapped_column(Id)
    fingerprint: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
