"""Further addresses that a customer's documents go to."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.models.base import Base
from shared.database.base import ID_LENGTH, CustomerScoped, UtcDateTime


class DocumentRecipient(CustomerScoped, Base):
    """An address as portal said it stands. The largest revision wins; of one that gets nothing no address is kept.

    At `statement_due` the statement of the month before goes there; null: it gets none.
    """

    __tablename__ = "document_recipients"
    __table_args__ = (
        Index("ix_document_recipients_customer", "vendor", "mode", "customer"),
        Index("ix_document_recipients_statement_due", "statement_due"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    documents: Mapped[list[Any]] = mapped_column(JSON)
    is_confirmed: Mapped[bool]
    statement_due: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(BigInteger)
