"""Asks every service whether it is ready."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from shared.errors import Unavailable
from shared.http import Client


class Siblings:
    """The four services, by name."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._clients = {name: Client(url, name=name, timeout=(1.0, 2.0)) for name, url in urls.items()}

    def readiness(self) -> dict[str, bool]:
        """Which of them are ready. Takes no longer than the slowest."""
        with ThreadPoolExecutor(max_workers=len(self._clients)) as pool:
            return dict(zip(self._clients, pool.map(_is_ready, self._clients.values()), strict=True))


def _is_ready(client: Client) -> bool:
    try:
        return client.get("/readyz").ok
    except Unavailable:
        return False
