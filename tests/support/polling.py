"""Wait for something to become true, not for some time to pass."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(question: Callable[[], T], *, seconds: float = 20.0, every: float = 0.02, what: str = "") -> T:
    """The first true answer to `question`. Fails when none came in time."""
    deadline = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what or question}; last answer {answer!r}")
        time.sleep(every)
