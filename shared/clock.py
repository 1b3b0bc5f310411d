"""The only reader of the system clock. Everything else is told what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_fixed_at: datetime | None = None


def now() -> datetime:
    """The present moment in UTC, to the microsecond."""
    return _fixed_at or datetime.now(UTC)  # noqa: TID251 - this is the one reader


@contextmanager
def fixed(at: datetime) -> Iterator[None]:
    """Within the block, the time is `at` in every thread of this process. For tests."""
    global _fixed_at
    before, _fixed_at = _fixed_at, at
    try:
        yield
    finally:
        _fixed_at = before
