"""What the portal service said: customers' addresses, portals."""

from typing import Any

from sqlalchemy import JSON, Index, String, false, true
from sqlalchemy.orm import Mapped, mapped_column

from services.auth.models.base import Base
from shared.database.base import ID_LENGTH, VendorScoped


class Identity(VendorScoped, Base):
    """A customer's address. `id` is the customer's; `email_key` is null where the address is nobody's mailbox.

    `reference` is the vendor's own id of the customer. `takes_v1` is no news of the portal's: whether a signed identity
    without expiry lets this customer in.
    """

    __tablename__ = "identities"
    __table_args__ = (
        Index(None, "vendor", "mode", "email_key"),
        Index(None, "vendor", "mode", "reference"),
        Index(None, "email_key"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str | None] = mapped_column(String(320))
    reference: Mapped[str | None] = mapped_column(String(200))
    takes_v1: Mapped[bool] = mapped_column(server_default=true())
    display_name: Mapped[str | None] = mapped_column(String(500))
    locale: Mapped[str | None] = mapped_column(String(20))
    revision: Mapped[int]


class Portal(VendorScoped, Base):
    """A portal configuration, as far as signing in needs it. `id` is the configuration's.

    `cross_device` is `confirm` or `code`: what a link does in another browser than the one that asked. `sign_in` is
    all that the configuration says of getting in, `embed` of being embedded, `domain` its own host and path, once
    proven. `kind` is hosted, widget, global or helpdesk.
    """

    __tablename__ = "portals"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(10), server_default="hosted")
    is_default: Mapped[bool] = mapped_column(server_default=false())
    active: Mapped[bool]
    display_name: Mapped[str] = mapped_column(String(200))
    sign_in_methods: Mapped[list[str]] = mapped_column(JSON)
    cross_device: Mapped[str] = mapped_column(String(10), server_default="confirm")
    sign_in: Mapped[dict[str, Any]] = mapped_column(JSON, server_default="{}")
    embed: Mapped[dict[str, Any]] = mapped_column(JSON, server_default="{}")
    host: Mapped[str | None] = mapped_column(String(253), index=True)
    path: Mapped[str | None] = mapped_column(String(200))
    return_url: Mapped[str | None] = mapped_column(String(1000))
    appearance: Mapped[dict[str, Any]] = mapped_column(JSON)
    languages: Mapped[dict[str, Any]] = mapped_column(JSON)
    links: Mapped[dict[str, Any]] = mapped_column(JSON)
    revision: Mapped[int]
