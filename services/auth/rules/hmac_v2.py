"""DECIDES whether a v2 token proves who somebody is: signed by the vendor, for five minutes at most, to be used once.

`v2.<kid>.<payload>.<mac>`: `kid` is the secret's id; the payload is base64url, without padding, of a JSON object with
`vendor`, `mode`, `id_type` (`email` or `customer_id`), `id`, `iat`, `exp` (unix seconds), `jti` and `aud: "portal"`, no
more and no less; the MAC is base64url of HMAC-SHA256 over `"bursar-identity-v2\\n"` and everything before its own dot,
as sent. The line in front keeps a v1 hash, a webhook's signature or anything else made with the secret from being one.
Whether the `jti` was used before is for the database to say.
Worked example: issued at 12:00:00 to end at 12:05:00, it is taken at 12:04:59 and refused at 12:05:00.
"""

import hmac
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from services.auth.rules.identity_secret import key_of
from services.auth.rules.signed_identity import Cause, IdentityRefused, IdType, Subject, proof, subject
from shared.events import Mode

VERSION: Final = "v2"
CONTEXT: Final = "bursar-identity-v2\n"
AUDIENCE: Final = "portal"
LONGEST: Final = timedelta(minutes=5)
MAY_BE_AHEAD: Final = timedelta(seconds=60)
_PART: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_JTI: Final = re.compile(r"[A-Za-z0-9_-]{16,100}", re.ASCII)
_CLAIMS: Final = {"vendor", "mode", "id_type", "id", "iat", "exp", "jti", "aud"}
_LATEST: Final = 2**53  # what every JSON reader takes for the same number


@dataclass(frozen=True, kw_only=True)
class Signed:
    """What a token that was taken says. `secret` is the id of the one that signed it."""

    secret: str
    subject: Subject
    jti: str
    expires_at: datetime


def is_meant(given: object) -> bool:
    """Whether this is to be read as a v2 token rather than a v1 hash."""
    return isinstance(given, str) and given.startswith(f"{VERSION}.")


def calculate(
    *,
    secret_id: str,
    secret: str,
    vendor: str,
    mode: Mode,
    whom: Subject,
    jti: str,
    now: datetime,
    expires_at: datetime,
) -> str:
    """A token, as a vendor's server makes one. Raises SecretTooShort."""
    payload = {
        "vendor": vendor,
        "mode": mode,
        "id_type": whom.id_type.value,
        "id": whom.id,
        "iat": int(now.timestamp()),
        "exp": int(expires_at.timestamp()),
        "jti": jti,
        "aud": AUDIENCE,
    }
    encoded = _encode(json.dumps(payload, separators=(",", ":")).encode())
    signed = f"{VERSION}.{secret_id}.{encoded}"
    return f"{signed}.{mac(secret=secret, signed=signed)}"


def mac(*, secret: str, signed: str) -> str:
    """The last part of a token whose other three are `signed`."""
    return _encode(hmac.new(key_of(secret), f"{CONTEXT}{signed}".encode(), sha256).digest())


def decide(given: object, *, vendor: str, mode: Mode, secrets: Mapping[str, str], now: datetime) -> Signed:
    """What the token says, at this vendor in this mode. `secrets` are the good ones, by id. Raises IdentityRefused."""
    parts = proof(given).split(".")
    if len(parts) != 4 or parts[0] != VERSION or not all(_PART.fullmatch(part) for part in parts):
        raise IdentityRefused(Cause.HASH_MALFORMED)
    _, secret_id, payload, sent = parts
    if secret_id not in secrets:
        raise IdentityRefused(Cause.SECRET_UNKNOWN)
    right = mac(secret=secrets[secret_id], signed=f"{VERSION}.{secret_id}.{payload}")
    if not hmac.compare_digest(right.encode(), sent.encode()):
        raise IdentityRefused(Cause.HASH_WRONG)
    claims = read(payload)
    _check(claims, vendor=vendor, mode=mode, now=now)
    return Signed(
        secret=secret_id,
        subject=subject(IdType(claims["id_type"]), claims["id"]),
        jti=claims["jti"],
        expires_at=datetime.fromtimestamp(claims["exp"], UTC),
    )


def read(payload: str) -> dict[str, Any]:
    """The claims, each of its type. Raises IdentityRefused."""
    try:
        raw = urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        claims = json.loads(raw.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise IdentityRefused(Cause.CLAIMS_BAD) from None
    if not isinstance(claims, dict) or set(claims) != _CLAIMS or not _fit(claims):
        raise IdentityRefused(Cause.CLAIMS_BAD)
    return claims


def _fit(claims: dict[str, Any]) -> bool:
    times = all(type(claims[name]) is int and 0 <= claims[name] < _LATEST for name in ("iat", "exp"))
    texts = all(isinstance(claims[name], str) for name in _CLAIMS - {"iat", "exp"})
    return times and texts and claims["id_type"] in list(IdType) and _JTI.fullmatch(claims["jti"]) is not None


def _check(claims: dict[str, Any], *, vendor: str, mode: Mode, now: datetime) -> None:
    for name, expected, cause in (
        ("aud", AUDIENCE, Cause.AUDIENCE_WRONG),
        ("vendor", vendor, Cause.VENDOR_WRONG),
        ("mode", mode, Cause.MODE_WRONG),
    ):
        if claims[name] != expected:
            raise IdentityRefused(cause)
    moment = now.timestamp()
    if claims["exp"] <= moment:
        raise IdentityRefused(Cause.EXPIRED)
    if claims["iat"] > moment + MAY_BE_AHEAD.total_seconds():
        raise IdentityRefused(Cause.FROM_FUTURE)
    if not 0 < claims["exp"] - claims["iat"] <= LONGEST.total_seconds():
        raise IdentityRefused(Cause.LIVES_TOO_LONG)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice in one object")
    return found


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
