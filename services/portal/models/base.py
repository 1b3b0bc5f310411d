"""What portal's tables have in common."""

from typing import Any

from sqlalchemy import ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase

from shared.database.base import ID_LENGTH, new_metadata

Id = String(ID_LENGTH)
Currency = String(3)


class Base(DeclarativeBase):
    """All tables of portal."""

    metadata = new_metadata()


def owned() -> UniqueConstraint:
    """What others of the same vendor and mode may refer to."""
    return UniqueConstraint("vendor", "mode", "id")


def refers(column: str, table: str) -> ForeignKeyConstraint:
    """`column` holds an id of `table`, of the same vendor and mode: the database itself refuses anything else."""
    targets: list[Any] = [f"{table}.vendor", f"{table}.mode", f"{table}.id"]
    return ForeignKeyConstraint(["vendor", "mode", column], targets)
