"""DECIDES what an identity secret is, whether one still verifies, and for how long a rolled one does.

A secret is `idsec_live_` or `idsec_test_`, the 26 characters of its id, 43 random base62 characters (256 bits) and six
of a CRC-32: leak scanners find it, and no API key or other secret of ours looks alike. Vendors sign with the whole
text. Rolled, it verifies beside its successor for the overlap, at most seven days; revoked, not at all.
Nothing shorter than 32 bytes signs or verifies anything, and nothing is ever signed under an empty secret.
Worked example: rolled at noon with an overlap of a day, it is good at 11:59 tomorrow and refused at 12:00.
"""

from datetime import datetime, timedelta
from typing import Final

from services.auth.rules.api_key import MAX_OVERLAP, checksum
from shared.errors import Conflict, FieldError, Invalid
from shared.events import Mode

PREFIX: Final = "idsec"
SHORTEST: Final = 32  # bytes
MOST: Final = 10  # that verify at one time, in one mode: each hash is tried against all


class SecretTooShort(Invalid):
    """Nothing may be signed under so little."""

    code = "identity_secret_too_short"


class SecretRevoked(Conflict):
    """A revoked or rolled secret cannot be rolled or changed."""

    code = "identity_secret_revoked"


class TooManySecrets(Conflict):
    """So many secrets verify already; revoke one first."""

    code = "too_many_identity_secrets"


def compose(*, mode: Mode, secret_id: str, random: str) -> str:
    """The whole secret out of its id (`idsec_…`) and 43 random base62 characters."""
    body = f"{PREFIX}_{mode}_{secret_id.removeprefix(f'{PREFIX}_')}{random}"
    return body + checksum(body)


def key_of(secret: str) -> bytes:
    """The bytes that sign. Raises SecretTooShort."""
    key = secret.encode("utf-8", "surrogatepass")
    if len(key) < SHORTEST:
        raise SecretTooShort(shortest=SHORTEST)
    return key


def is_good(*, expires_at: datetime | None, revoked_at: datetime | None, now: datetime) -> bool:
    """Whether it verifies."""
    return revoked_at is None and (expires_at is None or now < expires_at)


def check_room(*, good: int) -> None:
    """Raises TooManySecrets when `good` ones are as many as may be."""
    if good >= MOST:
        raise TooManySecrets(most=MOST)


def overlap_ends(
    *, now: datetime, overlap: timedelta, expires_at: datetime | None, revoked_at: datetime | None
) -> datetime:
    """When one that is rolled now stops verifying. Raises SecretRevoked, or Invalid for an overlap over seven days."""
    if revoked_at is not None or expires_at is not None:
        raise SecretRevoked
    if not timedelta(0) <= overlap <= MAX_OVERLAP:
        raise Invalid(FieldError.of("overlap", "bad_overlap", maximum=int(MAX_OVERLAP.total_seconds())))
    return now + overlap
