"""What other services said: vendors, told by auth."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from services.invoices.models.base import Base
from shared.database import UtcDateTime
from shared.database.base import ID_LENGTH


class Seller(Base):
    """A vendor as its documents print it. One row for both modes; `revision` is the newest that was heard."""

    __tablename__ = "sellers"

    vendor: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    slug: Mapped[str] = mapped_column(String(80))
    display_name: Mapped[str] = mapped_column(String(500))
    profile: Mapped[dict[str, Any]] = mapped_column(JSON)
    default_locale: Mapped[str] = mapped_column(String(35))
    revision: Mapped[int]


class Logo(Base):
    """A picture that the vendor's documents print, by the SHA-256 of what was uploaded. Of a size for paper.

    Until it was fetched there is no `png`, and it is asked for at `due_at`. Never changed: documents name it.
    """

    __tablename__ = "logos"
    __table_args__ = (Index(None, "due_at"),)

    vendor: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    png: Mapped[bytes | None] = mapped_column(LargeBinary)
    attempts: Mapped[int]
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
