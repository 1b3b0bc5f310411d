"""How a vendor's portals look and behave, and what was agreed to in them."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.portal.models.base import Base, Id, owned, refers
from shared.database import UtcDateTime, VendorScoped

_PROVEN: Final = text("domain_verified_at IS NOT NULL")


class PortalConfiguration(VendorScoped, Base):
    """One portal. Its `slug` is its address and unique on the whole installation.

    `domain_host` and `domain_path` (empty, or beginning with a slash) are the vendor's own address for it, which counts
    from `domain_verified_at` on: proven, it is one portal's alone. `domain_checked_at` is when the proof was last
    looked for, and `domain_missing_since` since when it is not found. `custom_css` are the vendor's own style rules,
    `served_css` what is kept of them and `css_digest` its SHA-256; the two long ones are read only where they are
    needed.
    """

    __tablename__ = "portal_configurations"
    __table_args__ = (
        owned(),
        UniqueConstraint("slug"),
        Index(
            "uq_portal_configurations_domain",
            "domain_host",
            "domain_path",
            unique=True,
            postgresql_where=_PROVEN,
            sqlite_where=_PROVEN,
        ),
    )

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
    embed: Mapped[dict[str, Any]] = mapped_column(JSON, server_default="{}")
    login_page: Mapped[dict[str, Any]] = mapped_column(JSON, server_default="{}")
    default_return_url: Mapped[str | None] = mapped_column(String(1000))
    domain_host: Mapped[str | None] = mapped_column(String(253))
    domain_path: Mapped[str | None] = mapped_column(String(200))
    domain_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    domain_checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    domain_missing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    custom_css: Mapped[str | None] = mapped_column(Text, deferred=True)
    served_css: Mapped[str | None] = mapped_column(Text, deferred=True)
    css_digest: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)


class PortalDraft(VendorScoped, Base):
    """What somebody would like to change of a portal and has not published yet.

    `wanted` is a change as the API takes it, on top of what is published when it is looked at. `changed_by` is the
    actor who saved it last.
    """

    __tablename__ = "portal_drafts"
    __table_args__ = (refers("configuration", "portal_configurations"),)

    configuration: Mapped[str] = mapped_column(Id, primary_key=True)
    wanted: Mapped[dict[str, Any]] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(80))


class PortalVersion(VendorScoped, Base):
    """A portal as it was published once: `document` is all of it that a change may change. Written once.

    `number` counts from 1 in each portal. `published_by` is the actor.
    """

    __tablename__ = "portal_versions"
    __table_args__ = (
        owned(),
        refers("configuration", "portal_configurations"),
        UniqueConstraint("configuration", "number"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    configuration: Mapped[str] = mapped_column(Id)
    number: Mapped[int] = mapped_column(Integer)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by: Mapped[str] = mapped_column(String(80))


class PortalSighting(VendorScoped, Base):
    """When a page of an origin that may show the portal last did."""

    __tablename__ = "portal_sightings"
    __table_args__ = (refers("configuration", "portal_configurations"),)

    configuration: Mapped[str] = mapped_column(Id, primary_key=True)
    origin: Mapped[str] = mapped_column(String(300), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


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
