"""The metadata of this service's tables."""

from sqlalchemy.orm import DeclarativeBase

from shared.database import new_metadata


class Base(DeclarativeBase):
    """All tables of notifications."""

    metadata = new_metadata()
