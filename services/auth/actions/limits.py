"""Makes those who are counted together wait for each other, so that a limit is exact on every replica.

The client is always waited for before the address, so that nobody waits in a circle.
"""

from shared.database.alone import alone
from shared.database.session import Session


def count_alone(session: Session, *subjects: str) -> None:
    """From here to the end of the transaction nobody else counts for these."""
    alone(session, *subjects)
