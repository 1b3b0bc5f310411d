"""Issued documents, byte for byte, and those that are still to be made."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.invoices.models.base import Base
from shared.database import UtcDateTime, VendorScoped
from shared.database.base import ID_LENGTH


class Document(VendorScoped, Base):
    """A document as it was first handed out; the same bytes ever after. `size` in bytes, `sha256` in hex."""

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("invoice", "kind"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    invoice: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("invoices.id"))
    kind: Mapped[str] = mapped_column(String(8))
    template_version: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CreditNoteDocument(VendorScoped, Base):
    """The same of a credit note."""

    __tablename__ = "credit_note_documents"
    __table_args__ = (UniqueConstraint("credit_note", "kind"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    credit_note: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("credit_notes.id"))
    kind: Mapped[str] = mapped_column(String(8))
    template_version: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DueDocument(VendorScoped, Base):
    """A document that the background is to make at `due_at`. Gone once it is made."""

    __tablename__ = "due_documents"
    __table_args__ = (Index(None, "due_at"),)

    invoice: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("invoices.id"), primary_key=True)
    attempts: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
