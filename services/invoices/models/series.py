"""Number series: a counter row a series, locked by whoever takes the next number."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.invoices.models.base import Base
from shared.database import UtcDateTime, VendorScoped
from shared.database.base import ID_LENGTH


class Series(VendorScoped, Base):
    """`next_sequence` is the integer that the next invoice gets, `last_issued_at` the date of the one before."""

    __tablename__ = "series"
    __table_args__ = (UniqueConstraint("vendor", "mode", "name"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    prefix: Mapped[str] = mapped_column(String(20))
    next_sequence: Mapped[int]
    last_issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
