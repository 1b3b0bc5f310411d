"""The one outgoing client for siblings: timeouts, a few retries of reads, the caller's passport, no surprises."""

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from shared.errors import Unavailable

Timeout = tuple[float, float]


class Client:
    """Talks to one sibling at `base_url`. `name` is whom an Unavailable is about; `timeout`: connect, read, seconds.

    Reads are tried three times when the connection fails; anything else once. Redirects are not followed and
    the environment's proxies and `.netrc` not used. May be shared between threads.
    """

    def __init__(self, base_url: str, *, name: str, timeout: Timeout = (2.0, 10.0)) -> None:
        self._base_url = base_url.rstrip("/")
        self._name = name
        self._timeout = timeout
        self._session = requests.Session()
        self._session.trust_env = False
        retry = Retry(
            total=2, backoff_factor=0.05, allowed_methods=["GET"], status_forcelist=[502, 503], raise_on_status=False
        )
        self._session.mount("http://", HTTPAdapter(max_retries=retry, pool_maxsize=16))
        self._session.mount("https://", HTTPAdapter(max_retries=retry, pool_maxsize=16))

    def get(self, path: str, *, passport: str | None = None, stream: bool = False, **options: Any) -> requests.Response:
        """Raises Unavailable when there is no answer, or one of 500 and more."""
        return self._send("GET", path, passport=passport, stream=stream, **options)

    def post(self, path: str, *, passport: str | None = None, **options: Any) -> requests.Response:
        """Raises Unavailable when there is no answer, or one of 500 and more."""
        return self._send("POST", path, passport=passport, **options)

    def _send(self, method: str, path: str, *, passport: str | None, **options: Any) -> requests.Response:
        headers = {**options.pop("headers", {}), **({"X-Passport": passport} if passport else {})}
        options.setdefault("timeout", self._timeout)
        try:
            answer = self._session.request(
                method, self._base_url + path, headers=headers, allow_redirects=False, **options
            )
        except requests.RequestException as error:
            raise Unavailable(part=self._name) from error
        if answer.status_code >= 500:
            raise Unavailable(part=self._name)
        return answer
