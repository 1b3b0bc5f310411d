"""Texts of mails in a vendor's own words."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.models.base import Base
from shared.database.base import ID_LENGTH, UtcDateTime, VendorScoped


class MessageText(VendorScoped, Base):
    """What stands in place of the text `key` in mails in `language`, for one mode of a vendor."""

    __tablename__ = "message_texts"
    __table_args__ = (UniqueConstraint("vendor", "mode", "language", "key"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    language: Mapped[str] = mapped_column(String(35))
    key: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
