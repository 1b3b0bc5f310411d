"""Number series: taken row by row, made with the first document of their kind."""

from datetime import datetime

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.invoices.models import Series
from services.invoices.rules import numbering
from shared import ids
from shared.database import scope


def taken(connection: Connection, *, name: str) -> Row[str, str, int, datetime | None]:
    """The counter of the scope's series, ours until we commit: its id, prefix, next sequence and last date."""
    whose = scope.values()
    locked = (
        select(Series.id, Series.prefix, Series.next_sequence, Series.last_issued_at)
        .where(Series.vendor == whose["vendor"], Series.mode == whose["mode"], Series.name == name)
        .with_for_update()
    )
    found = connection.execute(locked).first()
    if found is not None:
        return found
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    first = dialect.insert(Series).values(
        id=ids.new("ser"), **whose, name=name, prefix=numbering.PREFIXES[name], next_sequence=numbering.FIRST
    )
    connection.execute(first.on_conflict_do_nothing())
    return connection.execute(locked).one()


def count(connection: Connection, *, series: str, following: int, issued_at: datetime) -> None:
    """`following` comes next, and nothing dated before `issued_at`."""
    connection.execute(
        update(Series).where(Series.id == series).values(next_sequence=following, last_issued_at=issued_at)
    )
