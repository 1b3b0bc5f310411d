"""Is the database away, are two at the same rows, or is something wrong with what it was asked?

Only the last counts as an attempt.
"""

import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

_LOST_CLASSES: Final = ("08", "53", "57P", "58", "25006")  # connection, resources, shutdown, system, read-only standby
_CONTESTED: Final = ("40001", "40P01", "55P03")  # serialization failure, deadlock, a lock not had in time
_LOST_SQLITE: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
    }
)


def is_lost(error: BaseException) -> bool:
    """Whether this error says that the database does not answer at all just now."""
    if isinstance(error, NoConnectionFree):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.OperationalError):
        return error.orig.sqlite_errorcode & 0xFF in _LOST_SQLITE  # the low byte is the primary code
    state = getattr(error.orig, "sqlstate", "")
    if state is None:  # the driver found it out, not the server: refused, reset, timed out
        return type(error.orig).__name__ in ("OperationalError", "ConnectionTimeout")
    return str(state).startswith(_LOST_CLASSES)


def is_contested(error: BaseException) -> bool:
    """Whether the database gave up on this transaction for another's sake: alone and again, it may well pass."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _CONTESTED
