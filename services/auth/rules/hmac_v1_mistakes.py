"""CALCULATES why a v1 hash does not match, by trying what vendors are known to do instead.

Every reading of the hash (upper case, base64, a blank at its end), every spelling of the subject, every secret the
vendor has or had, and the usual other algorithms; the explanation with the fewest mistakes wins. A shortened hash is
recognized only by 32 digits or more, so that nobody can feel their way to the right one.
Worked example: `base64(HMAC(secret, "mira@shop.example"))` is `hash_base64`; with a newline hashed along as well, it is
`hash_base64` and `subject_newline`.
"""

import binascii
import hashlib
import hmac
import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final
from urllib.parse import quote

from services.auth.rules.identity_mistakes import Finding, Held, Mistake
from services.auth.rules.signed_identity import IdType, Subject

Way = tuple[tuple[Mistake, ...], bytes]
"""Mistakes, and what results from them."""

_HEX: Final = re.compile(r"[0-9A-Fa-f]{64}", re.ASCII)
_ANY_HEX: Final = re.compile(r"[0-9A-Fa-f]{32,128}", re.ASCII)
_OTHER_ALGORITHMS: Final = ("md5", "sha1", "sha224", "sha384", "sha512")


def calculate(given: str, *, whom: Subject, also: Sequence[str], held: Held) -> Finding:
    """`also` is what else the customer is known by: the address or ids on file."""
    readings = list(_readings(given))
    subjects = list(_subjects(whom, also))
    found = _signed(readings, subjects, held) or _elsehow(given, readings, subjects, held)
    if found is not None:
        return found
    return Finding(mistakes=(Mistake.UNKNOWN if readings else Mistake.HASH_MALFORMED,))


def _signed(readings: list[Way], subjects: list[Way], held: Held) -> Finding | None:
    """HMAC-SHA256 it is; what of the rest?"""
    ways = product(readings, subjects, list(_keys(held)))
    for (read, digest), (said, subject), (taken, secret_id, key) in sorted(ways, key=_mistakes_in):
        if hmac.compare_digest(hmac.new(key, subject, hashlib.sha256).digest(), digest):
            off = (Mistake.V1_OFF,) if secret_id in held.refuse_v1 and not taken else ()
            return Finding(mistakes=(*taken, *off, *read, *said), secret=secret_id)
    return None


def _mistakes_in(way: tuple[Way, Way, tuple[tuple[Mistake, ...], str, bytes]]) -> int:
    return sum(len(part[0]) for part in way)


def _elsehow(given: str, readings: list[Way], subjects: list[Way], held: Held) -> Finding | None:
    """Something else than HMAC-SHA256 with the secret as its key, or part of it."""
    text = given.strip().lower()
    for secret_id, secret in held.good.items():
        key = secret.encode()
        for _, subject in subjects:
            for mistake, other in _others(key, subject):
                if any(hmac.compare_digest(other, digest) for _, digest in readings) or (
                    _ANY_HEX.fullmatch(text) and hmac.compare_digest(other.hex().encode(), text.encode())
                ):
                    return Finding(mistakes=(mistake,), secret=secret_id)
            whole = hmac.new(key, subject, hashlib.sha256).hexdigest().encode()
            if _ANY_HEX.fullmatch(text) and hmac.compare_digest(whole[: len(text)], text.encode()):
                return Finding(mistakes=(Mistake.HASH_TRUNCATED,), secret=secret_id)
    return None


def _others(key: bytes, subject: bytes) -> Iterator[tuple[Mistake, bytes]]:
    for mixed in (subject, key + subject, subject + key):
        yield Mistake.NOT_HMAC, hashlib.sha256(mixed).digest()
    yield Mistake.SWAPPED, hmac.new(subject, key, hashlib.sha256).digest()
    for name in _OTHER_ALGORITHMS:
        yield Mistake.OTHER_ALGORITHM, hmac.new(key, subject, name).digest()


def _readings(given: str) -> Iterator[Way]:
    """The 32 bytes that somebody may have meant."""
    trimmed = given.strip()
    blank = (Mistake.HASH_BLANK,) if trimmed != given else ()
    digits = trimmed[2:] if trimmed[:2] in ("0x", "0X") else trimmed
    prefixed = (Mistake.HASH_PREFIXED,) if digits != trimmed else ()
    if _HEX.fullmatch(digits):
        case = (Mistake.HASH_UPPER_CASE,) if digits != digits.lower() else ()
        yield (*blank, *prefixed, *case), bytes.fromhex(digits)
    plain = trimmed.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        decoded = b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return
    if len(decoded) == 32:
        yield (*blank, Mistake.HASH_BASE64), decoded


def _subjects(whom: Subject, also: Sequence[str]) -> Iterator[Way]:
    """What may have been hashed where `whom` was sent."""
    sent, seen = whom.id, set[str]()
    other_name = Mistake.ID_FOR_EMAIL if whom.id_type is IdType.EMAIL else Mistake.EMAIL_FOR_ID
    for mistake, text in (
        (None, sent),
        (Mistake.SUBJECT_NEWLINE, sent + "\n"),
        (Mistake.SUBJECT_NEWLINE, sent + "\r\n"),
        (Mistake.SUBJECT_BLANK, sent + " "),
        (Mistake.SUBJECT_BLANK, " " + sent),
        (Mistake.SUBJECT_BLANK_SENT, sent.strip()),
        (Mistake.SUBJECT_LETTER_CASE, sent.lower()),
        (Mistake.SUBJECT_LETTER_CASE, sent.upper()),
        (Mistake.SUBJECT_LETTER_CASE, sent.capitalize()),
        *((Mistake.SUBJECT_LETTER_CASE, name) for name in also if name.lower() == sent.lower()),
        (Mistake.SUBJECT_URL_ENCODED, quote(sent, safe="")),
        (Mistake.SUBJECT_QUOTED, f'"{sent}"'),
        *((other_name, name) for name in also),
    ):
        if text and text not in seen:
            seen.add(text)
            yield () if mistake is None else (mistake,), text.encode()


def _keys(held: Held) -> Iterator[tuple[tuple[Mistake, ...], str, bytes]]:
    for secret_id, secret in held.good.items():
        yield (), secret_id, secret.encode()
    for mistake, secrets in ((Mistake.SECRET_ENDED, held.ended), (Mistake.SECRET_OTHER_MODE, held.other_mode)):
        for secret_id, secret in secrets.items():
            yield (mistake,), secret_id, secret.encode()
    for secret_id, secret in held.good.items():
        for text in (secret + "\n", secret + "\r\n", secret + " ", " " + secret):
            yield (Mistake.SECRET_BLANK,), secret_id, text.encode()
        yield (Mistake.SECRET_ID,), secret_id, secret_id.encode()
