"""Auth, asked for the picture that a vendor uploaded, in the size that documents print."""

from http import HTTPStatus

from shared.errors import Unavailable
from shared.http import Client


class LogosClient:
    """One method a question."""

    def __init__(self, base_url: str) -> None:
        self._client = Client(base_url, name="auth")

    def png(self, *, vendor: str, sha256: str) -> bytes | None:
        """The picture, None where auth has it no more. Raises Unavailable."""
        answer = self._client.get(f"/internal/logos/{vendor}/{sha256}")
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return None
        if answer.status_code != HTTPStatus.OK:
            raise Unavailable(part="auth")
        return answer.content
