"""Makes those who are counted together wait for each other, so that a limit is exact on every replica.

SQLite lets one transaction write at a time anyway. PostgreSQL takes advisory locks until the transaction ends,
always the client's before the address's, so that nobody waits in a circle.
"""

from hashlib import sha256

from sqlalchemy import func, select

from shared.database.session import Session


def count_alone(session: Session, *subjects: str) -> None:
    """From here to the end of the transaction nobody else counts for these."""
    if session.connection().dialect.name != "postgresql":
        return
    for subject in subjects:
        number = int.from_bytes(sha256(subject.encode()).digest()[:8], signed=True)
        session.execute(select(func.pg_advisory_xact_lock(number)))
