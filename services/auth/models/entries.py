"""What opens a portal without a mail: one-time entries, permanent links, signed identities."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from services.auth.models.base import Base
from shared.database.base import ID_LENGTH, CustomerScoped, UtcDateTime, VendorScoped


class Entry(VendorScoped, Base):
    """A one-time way in, made by the vendor's backend, by staff, or by a mail on its way back into a widget.

    `kind` is `portal_session`, `email_return` or `staff_view`. `token_hash` belongs to the address that is opened,
    `secret_hash` to the loader's `token`; whichever is used first uses up both. Hashes are SHA-256, hex.
    `details` as in `PortalSession`.
    """

    __tablename__ = "entries"
    __table_args__ = (Index(None, "vendor", "mode", "created_at"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    secret_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    configuration: Mapped[str] = mapped_column(String(ID_LENGTH))
    portal: Mapped[str] = mapped_column(String(80))
    customers: Mapped[list[str]] = mapped_column(JSON)
    way_in: Mapped[str] = mapped_column(String(20))
    staff: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    reason: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_by: Mapped[str] = mapped_column(String(ID_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SubscriberLink(CustomerScoped, Base):
    """A customer's permanent link, found by the SHA-256 of its token and sealed, so that it can be copied again."""

    __tablename__ = "subscriber_links"
    __table_args__ = (Index(None, "vendor", "mode", "customer"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sealed: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class IdentitySecret(VendorScoped, Base):
    """What a vendor signs its customers' identity with. `id` is the key id of v2; `sealed` holds the secret.

    `takes_v1`: hashes without expiry are good, too. `expires_at` is set when it is rolled.
    """

    __tablename__ = "identity_secrets"
    __table_args__ = (Index(None, "vendor", "mode"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    sealed: Mapped[str] = mapped_column(Text)
    takes_v1: Mapped[bool] = mapped_column(server_default=true(), default=True)
    created_by: Mapped[str] = mapped_column(String(ID_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replaced_by: Mapped[str | None] = mapped_column(String(ID_LENGTH))


class UsedNonce(VendorScoped, Base):
    """A signed identity that was used: never again until it has expired by itself."""

    __tablename__ = "used_nonces"
    __table_args__ = (UniqueConstraint("vendor", "mode", "jti"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    jti: Mapped[str] = mapped_column(String(100))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Refusal(VendorScoped, Base):
    """Why a widget let somebody not in: for the vendor's eyes, kept for a week. No hash, no address in clear."""

    __tablename__ = "embed_refusals"
    __table_args__ = (Index(None, "vendor", "mode", "at"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    portal: Mapped[str] = mapped_column(String(80))
    way_in: Mapped[str] = mapped_column(String(20))
    cause: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str | None] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
