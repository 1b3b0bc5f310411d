"""Addresses that are not written to."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.models.base import Base
from shared.database.base import ID_LENGTH, UtcDateTime, VendorScoped


class Suppression(VendorScoped, Base):
    """One mailbox that mails of a vendor and mode stay away from, and why. To write to it again is to delete the row.

    `address` is as it was written, `key` is what is compared (`shared.addresses`). `message` is the mail that came
    back, where one of ours did, and `detail` what was said about it: by the mail server, or by whoever put it here.
    """

    __tablename__ = "suppressions"
    __table_args__ = (
        UniqueConstraint("vendor", "mode", "key"),
        Index("ix_suppressions_list", "vendor", "mode", "id"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    address: Mapped[str] = mapped_column(String(320))
    key: Mapped[str] = mapped_column(String(320))
    reason: Mapped[str] = mapped_column(String(10))
    message: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    detail: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
