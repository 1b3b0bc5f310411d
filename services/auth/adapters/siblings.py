"""Asks every service whether it is ready, what it holds of somebody, and what keys asked of it."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from requests import Response

from shared.database.api_requests import ApiRequest, Lines, Wanted
from shared.errors import Unavailable
from shared.http import Client, Timeout

_HOLDERS: Final = ("invoices", "notifications")
_ANSWERING: Final = ("portal", "invoices", "notifications")
_PATIENCE: Final = (2.0, 30.0)  # seconds; a year of mails takes a moment
_GLANCE: Final = (1.0, 5.0)  # seconds; somebody waits for a page


class Siblings:
    """The four services, by name."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._clients = {name: Client(url, name=name, timeout=(1.0, 2.0)) for name, url in urls.items()}

    def readiness(self) -> dict[str, bool]:
        """Which of them are ready. Takes no longer than the slowest."""
        with ThreadPoolExecutor(max_workers=len(self._clients)) as pool:
            return dict(zip(self._clients, pool.map(_is_ready, self._clients.values()), strict=True))

    def holdings(self, *, vendor: str, mode: str, customer: str, passport: str) -> dict[str, Any]:
        """What the siblings but portal hold of a customer, by service. Raises Unavailable unless all of them answer."""
        asked = {"vendor": vendor, "mode": mode, "customer": customer}
        return {name: self._post(name, "/internal/holdings", asked, passport).json() for name in _HOLDERS}

    def bring_parts(self, export: str, *, vendor: str, mode: str, parts: dict[str, Any], passport: str) -> None:
        """Bring portal what an export is made of; one that nobody waits for is no error. Raises Unavailable."""
        body = {"vendor": vendor, "mode": mode, "parts": parts}
        self._post("portal", f"/internal/exports/{export}/parts", body, passport, fine=(200, 404, 410))

    def api_requests(self, wanted: Wanted, *, vendor: str, mode: str, passport: str) -> dict[str, Lines | None]:
        """What keys asked of each sibling; None of one that does not answer. Takes no longer than the slowest."""
        body = {"wanted": wanted.told(), "vendor": vendor, "mode": mode}

        def ask(name: str) -> Lines | None:
            try:
                told = self._post(name, "/internal/api_requests", body, passport, timeout=_GLANCE).json()
                return Lines(data=tuple(map(ApiRequest.heard, told["data"])), knows_place=told["knows_place"])
            except (Unavailable, ValueError, KeyError, TypeError):  # silence, or some other answer than lines
                return None

        with ThreadPoolExecutor(max_workers=len(_ANSWERING)) as pool:
            return dict(zip(_ANSWERING, pool.map(ask, _ANSWERING), strict=True))

    def _post(
        self,
        name: str,
        path: str,
        body: dict[str, Any],
        passport: str,
        *,
        fine: tuple[int, ...] = (200,),
        timeout: Timeout = _PATIENCE,
    ) -> Response:
        answer = self._clients[name].post(path, json=body, passport=passport, timeout=timeout)
        if answer.status_code not in fine:
            raise Unavailable(part=name)
        return answer


def _is_ready(client: Client) -> bool:
    try:
        return client.get("/readyz").ok
    except Unavailable:
        return False
