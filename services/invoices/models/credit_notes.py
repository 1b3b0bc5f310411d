"""Issued credit notes. Triggers of the third migration keep them as they were issued, and within their invoice."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.invoices.models.base import Base
from shared.database import CustomerScoped, UtcDateTime
from shared.database.base import ID_LENGTH


class CreditNote(CustomerScoped, Base):
    """What of an invoice was given back with one refund: positive amounts in minor units of the invoice's currency.

    `taxes` as those of an invoice. Seller and buyer are the invoice's; `locale` is that of the document.
    """

    __tablename__ = "credit_notes"
    __table_args__ = (
        UniqueConstraint("vendor", "mode", "refund"),
        UniqueConstraint("vendor", "mode", "series", "sequence"),
        CheckConstraint("net + tax = total", name="adds_up"),
        CheckConstraint("total > 0", name="total"),
        CheckConstraint("sequence > 0", name="sequence"),
        Index(None, "vendor", "mode", "id"),
        Index(None, "vendor", "mode", "customer", "id"),
        Index(None, "invoice"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    series: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("series.id"))
    sequence: Mapped[int]
    number: Mapped[str] = mapped_column(String(40))
    invoice: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("invoices.id"))
    refund: Mapped[str] = mapped_column(String(ID_LENGTH))
    currency: Mapped[str] = mapped_column(String(3))
    net: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    taxes: Mapped[list[dict[str, int]]] = mapped_column(JSON)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    refunded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    locale: Mapped[str] = mapped_column(String(35))
