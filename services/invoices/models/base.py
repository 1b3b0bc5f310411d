"""The metadata of this service's tables."""

from sqlalchemy.orm import DeclarativeBase

from shared.database import new_metadata


class Base(DeclarativeBase):
    """Every table of the invoices service."""

    metadata = new_metadata()
