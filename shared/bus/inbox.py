"""Which events were handled here already. The row is stored with the effects or not at all."""

from typing import Final

from sqlalchemy.dialects import postgresql, sqlite

from shared import clock
from shared.database.session import Session
from shared.database.tables import inbox

_INSERT: Final = {
    dialect: insert(inbox).on_conflict_do_nothing().returning(inbox.c.event_id)
    for dialect, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


def first_time(session: Session, event_id: str) -> bool:
    """Whether this event is new here. Of several at once, the others wait for the first to commit or fail."""
    connection = session.connection()
    row = {"event_id": event_id, "handled_at": clock.now()}
    return connection.execute(_INSERT[connection.dialect.name], row).first() is not None
