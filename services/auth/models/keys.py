"""API keys, of which only a hash is kept."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.auth.models.base import Base
from shared.database.base import ID_LENGTH, UtcDateTime, VendorScoped


class ApiKey(VendorScoped, Base):
    """A key of a vendor in one mode. `id` is part of the key, `secret_hash` the SHA-256 of the whole, hex.

    `expires_at` is set when the key is rolled; `replaced_by` then names its successor.
    """

    __tablename__ = "api_keys"
    __table_args__ = (Index(None, "vendor", "mode"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    vendor: Mapped[str] = mapped_column(ForeignKey("vendors.id"))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(2))
    secret_hash: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_by: Mapped[str] = mapped_column(String(ID_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replaced_by: Mapped[str | None] = mapped_column(String(ID_LENGTH))
