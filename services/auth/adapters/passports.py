"""Signs passports, and shows the public keys that services verify them with.

The first seed signs, all of them are published. To rotate: put a new seed last, so that every replica publishes it;
then first, so that it signs; and drop the old one once its last passport has expired (a minute later).
"""

import secrets
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import Any, Final

import jwt
from cachetools import LRUCache
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from jwt.utils import base64url_encode

from services.auth.rules import passport
from services.auth.rules.passport import Subject
from shared.settings import BadSettings

TYPE: Final = "passport+jwt"
AGAIN: Final = 15  # seconds; within them, the same subject gets the same passport
KEPT: Final = 10_000  # subjects


class Passports:
    """The signing keys. `seeds` is the setting PASSPORT_KEYS."""

    def __init__(self, seeds: str) -> None:
        self._keys = [_key(seed.strip()) for seed in seeds.split(",")]
        self._kids = [_kid(key.public_key()) for key in self._keys]
        self._kept: LRUCache[Subject, tuple[int, str]] = LRUCache(maxsize=KEPT)
        self._lock = Lock()

    def issue(self, subject: Subject, *, now: datetime) -> str:
        """A passport for this subject, good for a minute."""
        return jwt.encode(
            passport.claims(subject, jti=secrets.token_urlsafe(12), now=now),
            self._keys[0],
            algorithm="EdDSA",
            headers={"typ": TYPE, "kid": self._kids[0]},
        )

    def for_request(self, subject: Subject, *, now: datetime) -> str:
        """A passport that may be that of an earlier request, if not a word in it would differ: good for 45 s or more.

        Whether the subject is still who they are is asked each time, before this. Signing once for many requests also
        lets services verify once for many.
        """
        part = int(now.timestamp()) // AGAIN
        with self._lock:
            kept = self._kept.get(subject)
            if kept is None or kept[0] != part:
                kept = self._kept[subject] = (part, self.issue(subject, now=now))
        return kept[1]

    def issue_own(self, *, now: datetime) -> str:
        """A passport of this service itself, for its own calls to siblings."""
        return self.issue(Subject(kind="service", id="auth"), now=now)

    def public(self) -> dict[str, Any]:
        """The JWK set that verifies every passport still good."""
        return {
            "keys": [
                {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": _x(key.public_key())}
                for key, kid in zip(self._keys, self._kids, strict=True)
            ]
        }


def _key(seed: str) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    except ValueError:
        raise BadSettings("PASSPORT_KEYS must hold seeds of 64 hex digits each, separated by commas") from None


def _kid(key: Ed25519PublicKey) -> str:
    return sha256(key.public_bytes_raw()).hexdigest()[:16]


def _x(key: Ed25519PublicKey) -> str:
    return base64url_encode(key.public_bytes_raw()).decode()
