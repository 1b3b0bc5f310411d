"""What portal's tables have in common."""

from typing import Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.database.base import ID_LENGTH, new_metadata

Id = String(ID_LENGTH)
Currency = String(3)
SOURCE_ID_LENGTH = 255  # of Stripe's ids


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


def from_source(table: str) -> Index:
    """One row for each thing at the billing source, of a vendor in a mode."""
    return Index(f"ix_{table}_vendor_mode_source_id", "vendor", "mode", "source_id", unique=True)


class FromSource:
    """What is kept of something that another billing source has: its id there, null for what is only here.

    `source_read` numbers the reading that the row comes from, so that an older one never overwrites a newer one.
    """

    source_id: Mapped[str | None] = mapped_column(String(SOURCE_ID_LENGTH))
    source_read: Mapped[int | None] = mapped_column(BigInteger)
