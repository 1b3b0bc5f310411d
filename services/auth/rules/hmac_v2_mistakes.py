"""CALCULATES why a v2 token does not match: its form, its secret, what was signed, then each claim.

Worked example: a token whose `iat` is `Date.now()` is `times_in_milliseconds`; one that is signed without the line
`bursar-identity-v2` in front is `context_missing`.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from services.auth.rules import hmac_v2
from services.auth.rules.identity_mistakes import Finding, Held, Mistake
from services.auth.rules.signed_identity import Cause, IdentityRefused, Subject
from shared.events import Mode

_MILLISECONDS: Final = 10**11  # as seconds, the year 5138
_CAUSES: Final = {
    Cause.AUDIENCE_WRONG: Mistake.AUDIENCE_WRONG,
    Cause.VENDOR_WRONG: Mistake.VENDOR_WRONG,
    Cause.MODE_WRONG: Mistake.MODE_WRONG,
    Cause.EXPIRED: Mistake.EXPIRED,
    Cause.FROM_FUTURE: Mistake.FROM_FUTURE,
    Cause.LIVES_TOO_LONG: Mistake.LIVES_TOO_LONG,
}


def calculate(given: str, *, whom: Subject | None, vendor: str, mode: Mode, held: Held, now: datetime) -> Finding:
    """`whom` is who was sent beside the token, if anybody was."""
    parts = given.strip().rstrip("=").split(".")
    if len(parts) != 4:
        return Finding(mistakes=(Mistake.TOKEN_MALFORMED,))
    secret_id, payload = parts[1], parts[2]
    of_secret, secret = _secret(secret_id, held)
    if secret is None:
        return Finding(mistakes=(Mistake.SECRET_UNKNOWN,))
    signed = (*of_secret, *_signature(parts, secret, held))
    if given != given.strip():
        signed = (*signed, Mistake.HASH_BLANK)
    if "=" in given:
        signed = (*signed, Mistake.PADDED)
    if signed:
        return Finding(mistakes=tuple(dict.fromkeys(signed)), secret=secret_id)
    return Finding(mistakes=_claims(given, payload, whom, vendor, mode, secret_id, secret, now), secret=secret_id)


def _secret(secret_id: str, held: Held) -> tuple[tuple[Mistake, ...], str | None]:
    for mistakes, secrets in (
        ((), held.good),
        ((Mistake.SECRET_ENDED,), held.ended),
        ((Mistake.SECRET_OTHER_MODE,), held.other_mode),
    ):
        if secret_id in secrets:
            return mistakes, secrets[secret_id]
    return (), None


def _signature(parts: list[str], secret: str, held: Held) -> tuple[Mistake, ...]:
    """What is wrong with the MAC; nothing, when it is right."""
    sent, front = parts[3].encode(), ".".join(parts[:3])
    if hmac.compare_digest(hmac_v2.mac(secret=secret, signed=front).encode(), sent):
        return ()
    for mistake, message in _messages(parts):
        digest = hmac.new(secret.encode(), message, hashlib.sha256).digest()
        encoded = urlsafe_b64encode(digest).rstrip(b"=")
        if hmac.compare_digest(encoded, sent):
            return (mistake,)
        if hmac.compare_digest(digest.hex().encode(), sent.lower()):
            return (Mistake.MAC_HEX,) if mistake is Mistake.MAC_HEX else (Mistake.MAC_HEX, mistake)
    for other in held.good.values():
        if hmac.compare_digest(hmac_v2.mac(secret=other, signed=front).encode(), sent):
            return (Mistake.SECRET_NOT_OF_KID,)
    return (Mistake.UNKNOWN,)


def _messages(parts: list[str]) -> Iterator[tuple[Mistake, bytes]]:
    """What may have been signed instead; the first is what should have been."""
    version, kid, payload, _ = parts
    front = f"{version}.{kid}.{payload}".encode()
    context = hmac_v2.CONTEXT.encode()
    yield Mistake.MAC_HEX, context + front
    yield Mistake.CONTEXT_MISSING, front
    yield Mistake.SIGNED_PAYLOAD_ALONE, context + payload.encode()
    yield Mistake.SIGNED_PAYLOAD_ALONE, payload.encode()
    raw = _decoded(payload)
    if raw is not None:
        yield Mistake.SIGNED_JSON, context + f"{version}.{kid}.".encode() + raw
        yield Mistake.SIGNED_JSON, context + raw
        yield Mistake.SIGNED_JSON, raw


def _claims(
    given: str, payload: str, whom: Subject | None, vendor: str, mode: Mode, secret_id: str, secret: str, now: datetime
) -> tuple[Mistake, ...]:
    try:
        signed = hmac_v2.decide(given, vendor=vendor, mode=mode, secrets={secret_id: secret}, now=now)
    except IdentityRefused as refusal:
        known = _CAUSES.get(refusal.cause)
        if known is None:
            return (Mistake.CLAIMS_UNREADABLE if _object(payload) is None else Mistake.CLAIMS_OTHER,)
        return (Mistake.TIMES_IN_MILLISECONDS if _are_milliseconds(payload) else known,)
    return () if whom is None or signed.subject == whom else (Mistake.SUBJECT_DIFFERS,)


def _are_milliseconds(payload: str) -> bool:
    times = [(_object(payload) or {}).get(name) for name in ("iat", "exp")]
    return any(isinstance(time, int) and time > _MILLISECONDS for time in times)


def _object(payload: str) -> dict[str, object] | None:
    try:
        found = json.loads(_decoded(payload) or b"")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _decoded(payload: str) -> bytes | None:
    try:
        return urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    except ValueError:
        return None
