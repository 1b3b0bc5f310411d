"""What auth asks siblings to do in its own name."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.auth.models.base import Base
from shared.database.base import ID_LENGTH, CustomerScoped, UtcDateTime


class Errand(CustomerScoped, Base):
    """A customer's data is wanted: `id` is the export's. Gone once portal has made it, or will not."""

    __tablename__ = "errands"
    __table_args__ = (Index(None, "due_at"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
