"""What other services said: vendors, told by auth."""

from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from services.invoices.models.base import Base
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
