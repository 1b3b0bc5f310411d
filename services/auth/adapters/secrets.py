"""Makes and recognizes secrets: tokens, codes, keys. What is kept of them is a hash, or sealed for ten minutes.

Tokens have 256 random bits, so a plain SHA-256 of them cannot be searched. A six-digit code could be: it is kept
as an HMAC under a key that the database does not hold.
"""

import hmac
import secrets
from hashlib import sha256
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.auth.rules import api_key
from shared import sealing
from shared.settings import BadSettings

_SHORTEST: Final = 32
CODE_DIGITS: Final = 6


class Secrets:
    """`secret_key`, `sealing_key` and `admin_token` are the settings of those names."""

    def __init__(self, *, secret_key: str, sealing_key: str, admin_token: str) -> None:
        for name, value in (("SECRET_KEY", secret_key), ("ADMIN_TOKEN", admin_token)):
            if len(value) < _SHORTEST:
                raise BadSettings(f"{name} must have {_SHORTEST} characters or more")
        self._code_key = HKDF(hashes.SHA256(), 32, salt=None, info=b"bursar sign-in codes").derive(secret_key.encode())
        self._sealing_key = sealing_key
        self._admin_hash = digest(admin_token)

    def code_mac(self, request_id: str, code: str) -> str:
        """What is kept of a code: useless for another request, and without our key."""
        return hmac.digest(self._code_key, f"{request_id}:{code}".encode(), "sha256").hex()

    def is_admin(self, token: str) -> bool:
        """Whether this is the operator's token."""
        return same(digest(token), self._admin_hash)

    def seal(self, payload: dict[str, Any]) -> str:
        """Encrypted for notifications."""
        return sealing.seal(self._sealing_key, payload)

    def reopen(self, sealed: str) -> dict[str, Any]:
        """What was sealed here to be kept, however long ago. Raises SealBroken."""
        return sealing.reopen(self._sealing_key, sealed)


def new_token() -> str:
    """256 random bits in 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def new_key_secret() -> str:
    """The random part of an API key."""
    return "".join(secrets.choice(api_key.BASE62) for _ in range(api_key.SECRET_LENGTH))


def digest(token: str) -> str:
    """What is kept of a token or a key. Takes any text, also what no encoding has."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def same(one: str, other: str) -> bool:
    """Compares two hex digests in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
