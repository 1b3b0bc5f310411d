"""VIES, the European Union's register of VAT numbers, asked over REST; only where an installation switches it on."""

from typing import Final

from shared.errors import Unavailable
from shared.http import Client

_ANSWERS: Final = {"VALID": True, "INVALID": False}
"""What `userError` says when the member state has answered; anything else means that it could not be asked."""


class Vies:
    """One question. Without an address it is never asked."""

    def __init__(self, base_url: str) -> None:
        self._client = Client(base_url, name="vies", timeout=(3.0, 15.0)) if base_url else None

    @property
    def is_on(self) -> bool:
        """Whether there is anybody to ask."""
        return self._client is not None

    def is_valid(self, *, state: str, number: str) -> bool:
        """Whether the number is given out in this member state. Raises Unavailable when nobody could tell."""
        if self._client is None:
            raise Unavailable(part="vies")
        answer = self._client.get(f"/ms/{state}/vat/{number}")
        try:
            said = answer.json().get("userError")
        except (ValueError, AttributeError) as error:
            raise Unavailable(part="vies") from error
        if not answer.ok or said not in _ANSWERS:
            raise Unavailable(part="vies")
        return _ANSWERS[said]
