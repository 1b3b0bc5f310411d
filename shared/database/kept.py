"""What was made of rows, kept by the version of them: made once, and used while that version stands.

A minute at most, for the case that somebody puts back a copy of the database in which a version says something else.
"""

from collections.abc import Hashable
from threading import Lock
from typing import Any, Final, cast

from cachetools import TTLCache
from sqlalchemy.orm import Session

STORE: Final = "kept"
_LOCK: Final = Lock()


def store() -> TTLCache[Hashable, Any]:
    """An empty one, for one database."""
    return TTLCache(maxsize=2_000, ttl=60)


def known(session: Session, key: Hashable) -> Any:
    """What is kept under a key that names a row and its version; None for what is not, and in a transaction that may
    write: it may see a change of its own, and take it back.
    """
    kept = _of(session)
    if kept is None:
        return None
    with _LOCK:
        return kept.get(key)


def keep(session: Session, key: Hashable, value: Any) -> None:
    """For whoever asks next, unless this transaction may write."""
    kept = _of(session)
    if kept is not None:
        with _LOCK:
            kept[key] = value


def _of(session: Session) -> TTLCache[Hashable, Any] | None:
    return cast(TTLCache[Hashable, Any] | None, session.info.get(STORE))
