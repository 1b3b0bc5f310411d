"""Why invoices of people who were erased are still here, and until when."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.invoices.models.base import Base
from shared.database import CustomerScoped, UtcDateTime
from shared.database.base import ID_LENGTH


class Retention(CustomerScoped, Base):
    """An invoice of somebody who was erased. `ground` is the law that keeps it, `delete_after` its last day here."""

    __tablename__ = "retentions"
    __table_args__ = (Index(None, "delete_after"),)

    invoice: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("invoices.id"), primary_key=True)
    ground: Mapped[str] = mapped_column(String(20))
    delete_after: Mapped[date] = mapped_column(Date)
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
