"""Requests to sign in, and tries to use them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.auth.models.base import Base
from shared.database.base import ID_LENGTH, UtcDateTime, VendorScoped


class SignInRequest(VendorScoped, Base):
    """One link and one code, for whoever asked, known or not.

    `token_hash` is the SHA-256 of the link's token, `code_mac` an HMAC of the code, `window_hash` the SHA-256 of
    the asking browser's pre-login cookie, each in hex. `email` is the stored address; null means that nobody was
    found, and such a request can never be used. `counted` ones went against the address's limit.
    `mail` is `none`, `wanted` or `sent`; only while wanted holds `sealed` the clear link and code, encrypted.
    """

    __tablename__ = "sign_in_requests"
    __table_args__ = (
        Index(None, "vendor", "mode", "email_key", "requested_at"),
        Index(None, "client", "requested_at"),
        Index(None, "vendor", "requested_at"),
        Index(None, "mail", "requested_at"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    portal: Mapped[str] = mapped_column(String(80))
    purpose: Mapped[str] = mapped_column(String(10))  # sign_in, step_up or new_email
    session: Mapped[str | None] = mapped_column(String(ID_LENGTH))  # the one that a step-up renews
    email: Mapped[str | None] = mapped_column(String(320))
    email_key: Mapped[str | None] = mapped_column(String(320))
    masked: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_mac: Mapped[str] = mapped_column(String(64))
    window_hash: Mapped[str] = mapped_column(String(64), index=True)
    browser: Mapped[str | None] = mapped_column(String(40))
    system: Mapped[str | None] = mapped_column(String(40))
    client: Mapped[str] = mapped_column(String(60))
    return_path: Mapped[str] = mapped_column(String(500))
    details: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # as in PortalSession
    counted: Mapped[bool]
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    wrong_codes: Mapped[int]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mail: Mapped[str] = mapped_column(String(10))
    mail_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # not before, when wanted
    mail_attempts: Mapped[int]
    sealed: Mapped[str | None] = mapped_column(Text)


class Attempt(Base):
    """Somebody tried a link or a code. Kept for a day, counted by `kind` and `subject`."""

    __tablename__ = "attempts"
    __table_args__ = (Index(None, "kind", "subject", "at"), Index(None, "at"))

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(420))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
