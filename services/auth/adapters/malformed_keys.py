"""Counts texts that can't be keys, by client, without asking the database: each process for itself.

Such a text is no guess at a key, so it need not be exact over all replicas; guesses are counted in the database.
"""

import threading
from typing import Final

from cachetools import TTLCache

from shared import clock

_WINDOW: Final = 60  # seconds, from the first of them
_CLIENTS: Final = 10_000


class MalformedKeys:
    """How many each client sent lately."""

    def __init__(self) -> None:
        self._counts: TTLCache[str, list[int]] = TTLCache(_CLIENTS, _WINDOW, timer=lambda: clock.now().timestamp())
        self._lock = threading.Lock()

    def count(self, client: str) -> int:
        """One more of this client's; how many there were before it within the minute."""
        with self._lock:
            found = self._counts.get(client)
            if found is None:
                found = self._counts[client] = [0]
            found[0] += 1
            return found[0] - 1
