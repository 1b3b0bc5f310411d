"""The metadata of auth's own tables."""

from typing import cast

from sqlalchemy import Table
from sqlalchemy.orm import DeclarativeBase

from shared.database.base import new_metadata


class Base(DeclarativeBase):
    """Root of auth's tables."""

    metadata = new_metadata()


def table_of(model: type[Base]) -> Table:
    """The plain table behind a model, for statements that do without the ORM. The scope does not narrow those."""
    return cast(Table, model.__table__)
