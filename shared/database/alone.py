"""Makes those who decide about the same thing wait for each other, where no row is there that they could lock.

SQLite lets one transaction write at a time anyway. PostgreSQL takes advisory locks until the transaction ends, in the
order they are asked for: whoever takes several takes them in the same order as everybody, so that nobody waits in a
circle.
"""

from functools import lru_cache
from hashlib import sha256

from sqlalchemy import BigInteger, Select, bindparam, func, select

from shared.database.session import Session


def alone(session: Session, *subjects: str) -> None:
    """From here to the end of the transaction nobody else is alone with these."""
    if session.connection().dialect.name != "postgresql":
        return
    numbers = {f"subject_{place}": _number(subject) for place, subject in enumerate(subjects)}
    session.execute(_taking(len(subjects)), numbers)


@lru_cache
def _taking(count: int) -> Select[*tuple[None, ...]]:
    """One after the other: what stands in a SELECT is evaluated in that order."""
    numbers = (bindparam(f"subject_{place}", type_=BigInteger()) for place in range(count))
    return select(*(func.pg_advisory_xact_lock(each) for each in numbers))


def _number(subject: str) -> int:
    return int.from_bytes(sha256(subject.encode()).digest()[:8], signed=True)
