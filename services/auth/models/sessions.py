"""Sessions of customers in a portal."""

from datetime import datetime

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.auth.models.base import Base
from shared.database.base import ID_LENGTH, UtcDateTime, VendorScoped


class PortalSession(VendorScoped, Base):
    """A signed-in browser. `token_hash` is the SHA-256 of the cookie's value, hex; `email` the address on file.

    `customers` all have that address; they are fixed when the session begins.
    """

    __tablename__ = "portal_sessions"
    __table_args__ = (Index(None, "vendor", "mode", "email_key"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    portal: Mapped[str] = mapped_column(String(80))
    customers: Mapped[list[str]] = mapped_column(JSON)
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320))
    way_in: Mapped[str] = mapped_column(String(20))
    assurance: Mapped[str] = mapped_column(String(20))
    proven_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
