"""Vendors and the people who work for them. Both span test and live mode."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.auth.models.base import Base
from shared.database.base import ID_LENGTH, UtcDateTime


class Vendor(Base):
    """A merchant. `profile` has every field of `VendorRegistered.profile`; `revision` grows with each change.

    `standing` is active, suspended or closed (`rules.standing`), `entitlements` what is withheld
    (`rules.entitlements`), null for nothing.
    """

    __tablename__ = "vendors"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    display_name: Mapped[str] = mapped_column(String(200))
    profile: Mapped[dict[str, Any]] = mapped_column(JSON)
    default_locale: Mapped[str] = mapped_column(String(20))
    standing: Mapped[str] = mapped_column(String(10), server_default="active", default="active")
    entitlements: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    revision: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class VendorUser(Base):
    """Somebody of a vendor's staff: invited, then, once they signed in, `accepted_at`. `role` as in `rules.roles`."""

    __tablename__ = "vendor_users"
    __table_args__ = (UniqueConstraint("vendor", "email_key"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    vendor: Mapped[str] = mapped_column(ForeignKey("vendors.id"))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(320))
    name: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    invited_by: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Logo(Base):
    """A vendor's logo as we drew it, under the hash of its bytes. Sizes in pixels."""

    __tablename__ = "logos"

    vendor: Mapped[str] = mapped_column(ForeignKey("vendors.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    png: Mapped[bytes] = mapped_column(LargeBinary)
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
