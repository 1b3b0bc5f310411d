"""What other services said: who writes, to whom, and at which address the portal is. The largest revision wins."""

from typing import Any

from sqlalchemy import JSON, BigInteger, String, false
from sqlalchemy.orm import Mapped, mapped_column, synonym

from services.notifications.models.base import Base
from shared.database.base import ID_LENGTH, CustomerScoped, VendorScoped


class Sender(Base):
    """A vendor as mails name it. One row for both modes, so it is no row *of* a mode."""

    __tablename__ = "senders"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)  # the vendor's
    display_name: Mapped[str] = mapped_column(String(200))
    legal_name: Mapped[str | None] = mapped_column(String(300))
    brand_color: Mapped[str | None] = mapped_column(String(7))
    reply_to: Mapped[str | None] = mapped_column(String(320))
    support_url: Mapped[str | None] = mapped_column(String(2000))
    address: Mapped[list[Any]] = mapped_column(JSON)  # lines, as printed
    default_locale: Mapped[str] = mapped_column(String(35))
    revision: Mapped[int] = mapped_column(BigInteger)


class Recipient(CustomerScoped, Base):
    """A customer as mails reach them: the address byte for byte as it is stored by its owner."""

    __tablename__ = "recipients"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)  # the customer's
    customer = synonym("id")  # the row's own id is the customer
    email: Mapped[str] = mapped_column(String(320))
    display_name: Mapped[str | None] = mapped_column(String(300))
    locale: Mapped[str | None] = mapped_column(String(35))
    revision: Mapped[int] = mapped_column(BigInteger)


class Portal(VendorScoped, Base):
    """Where links in mails lead, and in whose name they come: the default one of a vendor and mode, else the oldest.

    `host` and `path` are of the vendor's own, once proven. `logo` is the SHA-256 of its picture.
    """

    __tablename__ = "portals"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)  # the configuration's; sorts by age
    slug: Mapped[str] = mapped_column(String(100))
    active: Mapped[bool]
    is_default: Mapped[bool] = mapped_column(server_default=false(), default=False)
    host: Mapped[str | None] = mapped_column(String(253))
    path: Mapped[str | None] = mapped_column(String(200))
    sender_name: Mapped[str | None] = mapped_column(String(100))
    reply_to: Mapped[str | None] = mapped_column(String(320))
    privacy_url: Mapped[str | None] = mapped_column(String(1000))
    terms_url: Mapped[str | None] = mapped_column(String(1000))
    logo: Mapped[str | None] = mapped_column(String(64))
    revision: Mapped[int] = mapped_column(BigInteger)
