"""Sessions of customers in a portal, of people in the global portal, and of vendors' staff."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from services.auth.models.base import Base
from shared.database.base import ID_LENGTH, UtcDateTime, VendorScoped


class PortalSession(VendorScoped, Base):
    """A signed-in browser, or frame. `token_hash` is the SHA-256 of its token, hex; `email` the address on file.

    `customers` are whose pages are seen: all with the address, or the one chosen among `choices` (null: nothing to
    choose; until one is chosen `customers` is empty). `framed`: the token is held by an embed's frame, not a cookie.
    What it came by, where that can be taken back: `secret` an identity secret, `link` a permanent link, `entry` a
    one-time entry, `parent` a session of the global portal. `staff` looks on, for a `reason`; `delegate` came in for
    a customer, as `role`. `details` holds what the way in brought along: `return_url`, `flow`, `locale`,
    `translations`, `theme`, `origin`, each possibly left out. `reviewed`: it was looked at whether its
    mailbox should hear of it. `idle_minutes` and `hours`: how long it lasts unused, and in all; they only ever shrink.
    `ended_for` is why it was ended at `revoked_at`.
    """

    __tablename__ = "portal_sessions"
    __table_args__ = (Index(None, "vendor", "mode", "email_key"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    portal: Mapped[str] = mapped_column(String(80))
    customers: Mapped[list[str]] = mapped_column(JSON)
    choices: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320))
    way_in: Mapped[str] = mapped_column(String(20))
    assurance: Mapped[str] = mapped_column(String(20))
    proven_at: Mapped[datetime] = mapped_column(UtcDateTime)
    framed: Mapped[bool] = mapped_column(server_default=false(), default=False)
    secret: Mapped[str | None] = mapped_column(String(ID_LENGTH), index=True)
    link: Mapped[str | None] = mapped_column(String(ID_LENGTH), index=True)
    entry: Mapped[str | None] = mapped_column(String(ID_LENGTH), index=True)
    parent: Mapped[str | None] = mapped_column(String(ID_LENGTH), index=True)
    staff: Mapped[str | None] = mapped_column(String(ID_LENGTH), index=True)
    reason: Mapped[str | None] = mapped_column(Text)
    delegate: Mapped[str | None] = mapped_column(String(ID_LENGTH), index=True)
    role: Mapped[str | None] = mapped_column(String(20))
    details: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    browser: Mapped[str | None] = mapped_column(String(40))
    system: Mapped[str | None] = mapped_column(String(40))
    idle_minutes: Mapped[int] = mapped_column(server_default="30", default=30)
    hours: Mapped[int] = mapped_column(server_default="12", default=12)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_for: Mapped[str | None] = mapped_column(String(20))
    reviewed: Mapped[bool] = mapped_column(server_default=false(), default=False)


class GlobalSession(Base):
    """Somebody in the global portal: one mailbox, whatever vendors know it. Live, or else test, purchases."""

    __tablename__ = "global_sessions"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    mode: Mapped[str] = mapped_column(String(4))
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320), index=True)
    way_in: Mapped[str] = mapped_column(String(20))
    proven_at: Mapped[datetime] = mapped_column(UtcDateTime)
    browser: Mapped[str | None] = mapped_column(String(40))
    system: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StaffSession(Base):
    """A vendor's user in the console. `user` is the one they act as now: a mailbox may work for several vendors."""

    __tablename__ = "staff_sessions"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user: Mapped[str] = mapped_column(ForeignKey("vendor_users.id"), index=True)
    mode: Mapped[str] = mapped_column(String(4))
    email_key: Mapped[str] = mapped_column(String(320), index=True)
    proven_at: Mapped[datetime] = mapped_column(UtcDateTime)
    browser: Mapped[str | None] = mapped_column(String(40))
    system: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
