"""What the portal service said: customers' addresses, portals."""

from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.auth.models.base import Base
from shared.database.base import ID_LENGTH, VendorScoped


class Identity(VendorScoped, Base):
    """A customer's address. `id` is the customer's; `email_key` is null where the address is nobody's mailbox."""

    __tablename__ = "identities"
    __table_args__ = (Index(None, "vendor", "mode", "email_key"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str | None] = mapped_column(String(320))
    display_name: Mapped[str | None] = mapped_column(String(500))
    locale: Mapped[str | None] = mapped_column(String(20))
    revision: Mapped[int]


class Portal(VendorScoped, Base):
    """A portal configuration, as far as signing in needs it. `id` is the configuration's.

    `cross_device` is `confirm` or `code`: what a link does in another browser than the one that asked.
    """

    __tablename__ = "portals"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    active: Mapped[bool]
    display_name: Mapped[str] = mapped_column(String(200))
    sign_in_methods: Mapped[list[str]] = mapped_column(JSON)
    cross_device: Mapped[str] = mapped_column(String(10), server_default="confirm")
    appearance: Mapped[dict[str, Any]] = mapped_column(JSON)
    languages: Mapped[dict[str, Any]] = mapped_column(JSON)
    links: Mapped[dict[str, Any]] = mapped_column(JSON)
    revision: Mapped[int]
