"""Mails with a secret in them, on their way to notifications."""

from datetime import datetime

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.auth.models.base import Base
from shared.database.base import ID_LENGTH, UtcDateTime, VendorScoped


class Mail(VendorScoped, Base):
    """An order for a mail that is not a sign-in: a permanent link, an invitation. `kind` is notifications' word for it.

    Only while `state` is `wanted` holds `sealed` what is in it, encrypted; then it is `sent` or, refused, `none`.
    An invitation that no portal wants is `uninvited`.
    `about` is whom or what it is about; `facts` is what a mail that is only noted yet will say, none of it secret.
    """

    __tablename__ = "mails"
    __table_args__ = (Index(None, "state", "due_at"), Index(None, "vendor", "mode", "kind", "about"))

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    about: Mapped[str] = mapped_column(String(ID_LENGTH))
    state: Mapped[str] = mapped_column(String(10))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    sealed: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
