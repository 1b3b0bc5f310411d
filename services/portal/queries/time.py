"""What time it is for a vendor: the system's, or in test mode that of its own clock, which runs ahead of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import TestClock
from shared import clock
from shared.database import scope

Who = TypeVar("Who")
_OFFSET: Final = "portal.time.offset"
_ITS_OFFSET: Final = select(TestClock.offset_seconds)


@dataclass(frozen=True)
class _Known:
    """The offset, and whose it is: a job's session meets many vendors."""

    whose: tuple[str, str]
    offset: timedelta


def now(session: Session) -> datetime:
    """The present moment of the scope's vendor and mode, in UTC."""
    return clock.now() + offset(session)


def offset(session: Session) -> timedelta:
    """How far the vendor's clock runs ahead; nothing in live mode. One statement a transaction."""
    here = scope.current()
    if here.mode != "test":
        return timedelta()
    known = session.info.get(_OFFSET)
    if isinstance(known, _Known) and known.whose == (here.vendor, here.mode):
        return known.offset
    return keep(session, session.scalar(_ITS_OFFSET), vendor=here.vendor, mode=here.mode)


def keep(session: Session, seconds: int | None, *, vendor: str, mode: str) -> timedelta:
    """It was read along with something else: don't ask again in this transaction. None: there is no such clock."""
    known = _Known((vendor, mode), timedelta(seconds=seconds or 0))
    session.info[_OFFSET] = known
    return known.offset


def forget(session: Session) -> None:
    """The clock was advanced in this transaction: ask again."""
    session.info.pop(_OFFSET, None)


def seen_by(session: Session, who: Who) -> Who:
    """A caller whose proof is as old on the vendor's clock as it is on the wall."""
    proven_at = getattr(who, "proven_at", None)
    if proven_at is None or not offset(session):
        return who
    return cast("Who", replace(cast("Any", who), proven_at=proven_at + offset(session)))
