"""Payloads that only a sibling may read, for a short time: encrypted, authenticated, dated (Fernet)."""

import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from shared.errors import Forbidden


class SealBroken(Forbidden):
    """Altered, too old, or sealed under another key."""

    code = "seal_broken"


def new_key() -> str:
    """A fresh key for both ends, url-safe base64."""
    return Fernet.generate_key().decode()


def seal(key: str, payload: dict[str, Any]) -> str:
    """Encrypt a JSON object under `key`."""
    return Fernet(key).encrypt(json.dumps(payload).encode()).decode()


def unseal(key: str, sealed: str, *, max_age: int) -> dict[str, Any]:
    """What was sealed at most `max_age` seconds ago. Raises SealBroken."""
    try:
        opened: dict[str, Any] = json.loads(Fernet(key).decrypt(sealed.encode(), ttl=max_age))
    except InvalidToken:
        raise SealBroken from None
    return opened


def reopen(key: str, sealed: str) -> dict[str, Any]:
    """What was sealed to be kept, however long ago. Raises SealBroken."""
    try:
        opened: dict[str, Any] = json.loads(Fernet(key).decrypt(sealed.encode()))
    except InvalidToken:
        raise SealBroken from None
    return opened
