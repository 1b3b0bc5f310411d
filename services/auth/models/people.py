"""A customer's own people."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.auth.models.base import Base
from shared.database.base import ID_LENGTH, CustomerScoped, UtcDateTime


class Delegate(CustomerScoped, Base):
    """Somebody who sees a customer's portal by an address of their own, as far as `role` goes.

    `offered_role` waits until they accept it themselves.
    """

    __tablename__ = "delegates"
    __table_args__ = (
        Index(None, "vendor", "mode", "customer"),
        Index(None, "vendor", "mode", "email_key"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320))
    name: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    offered_role: Mapped[str | None] = mapped_column(String(20))
    invited_by: Mapped[str] = mapped_column(String(ID_LENGTH))
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
