"""DECIDES whether a text can be a key, whether a key is still good, what it may do and hand on.

A key is `sk_live_` or its like, the 26 characters of its id, 43 random base62 characters (256 bits) and six of
a CRC-32 over all before: a mistyped or made-up key is refused without asking the database, and leak scanners
find a real one. `sk` keys may do everything, `rk` keys what their scopes name, `pk` keys, which may stand in a page,
nothing but ask what it takes to start a widget; and nobody hands on more than they have. Rolled, a key lives on for the
overlap, at most seven days. Whoever tried 20 bad ones within a minute is told so instead of being told that they are
bad.
Worked example: `rk_test_…` with `invoices:read` lists invoices and cannot void one.
"""

import re
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.errors import Conflict, FieldError, Forbidden, Invalid, TooMany, Unauthenticated
from shared.events import Mode

BASE62: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SECRET_LENGTH: Final = 43
MAX_OVERLAP: Final = timedelta(days=7)
BAD_PER_CLIENT: Final = 20  # a minute
RESOURCES: Final = (
    "addons",
    "api_keys",
    "api_requests",
    "billing_settings",
    "campaigns",
    "coupons",
    "credits",
    "customers",
    "delegates",
    "events",
    "helpdesks",
    "identity_secrets",
    "imports",
    "invoice_archives",
    "invoices",
    "message_texts",
    "messages",
    "meters",
    "payments",
    "plan_groups",
    "plans",
    "portal_configurations",
    "portal_sessions",
    "products",
    "refunds",
    "sign_in_links",
    "statements",
    "subscriber_links",
    "subscriptions",
    "suppressions",
    "test_clock",
    "tickets",
    "usage_records",
    "vendor_users",
    "vendors",
    "webhook_deliveries",
    "webhook_endpoints",
    "widgets",
)
SCOPES: Final = tuple(f"{resource}:{verb}" for resource in RESOURCES for verb in ("read", "write"))
PUBLISHABLE: Final = ("widgets:read",)
_FORM: Final = re.compile(r"(sk|rk|pk)_(test|live)_([0-9a-hjkmnp-tv-z]{26})([0-9A-Za-z]{43})([0-9A-Za-z]{6})", re.ASCII)


class KeyKind(StrEnum):
    """`sk`: secret, may do everything. `rk`: restricted to its scopes. `pk`: publishable, has those of PUBLISHABLE."""

    SECRET = "sk"  # noqa: S105 - a name of a kind, no secret
    RESTRICTED = "rk"
    PUBLISHABLE = "pk"


class BadKey(Unauthenticated):
    """Not a key, or one that is unknown, rolled or revoked: nobody learns which."""

    code = "invalid_api_key"


class MalformedKey(BadKey):
    """It can't be a key: its form, or its checksum, says so. Answered as any bad one."""


class TooManyBadKeys(TooMany):
    """One client tried too many keys that are none."""

    code = "too_many_requests"


class KeyRevoked(Conflict):
    """A revoked or rolled key cannot be rolled."""

    code = "api_key_revoked"


class ScopesExceedOwn(Forbidden):
    """A key hands on no scope that it does not have itself."""

    code = "scopes_exceed_own"


@dataclass(frozen=True)
class Parts:
    """What a well-formed key says of itself. `id` is the row's."""

    kind: KeyKind
    mode: str
    id: str


def compose(*, kind: KeyKind, mode: Mode, key_id: str, secret: str) -> str:
    """The whole key out of its id (`key_…`) and 43 random base62 characters."""
    body = f"{kind}_{mode}_{key_id.removeprefix('key_')}{secret}"
    return body + checksum(body)


def parse(text: str) -> Parts:
    """Raises MalformedKey for what cannot be a key, checksum included."""
    match = _FORM.fullmatch(text)
    if match is None or checksum(text[:-6]) != match[5]:
        raise MalformedKey
    return Parts(kind=KeyKind(match[1]), mode=match[2], id=f"key_{match[3]}")


def decide(*, expires_at: datetime | None, revoked_at: datetime | None, now: datetime) -> None:
    """Raises BadKey when the key is no longer good."""
    if revoked_at is not None or (expires_at is not None and now >= expires_at):
        raise BadKey


def check_bad(*, bad_last_minute: int) -> None:
    """Raises TooManyBadKeys for a client that tried so many bad keys before this one."""
    if bad_last_minute >= BAD_PER_CLIENT:
        raise TooManyBadKeys(retry_after=60)


def scopes_of(kind: str, kept: Sequence[str]) -> tuple[str, ...]:
    """What a key may do now: a secret one what there is by now, a restricted one what was kept of it."""
    fixed = {KeyKind.SECRET: SCOPES, KeyKind.PUBLISHABLE: PUBLISHABLE}
    return fixed.get(KeyKind(kind), tuple(kept))


def scopes_for(kind: KeyKind, *, asked: Sequence[str], own: Collection[str] | None) -> tuple[str, ...]:
    """The scopes a new key gets. `own` are the maker's, None for a command on the machine itself."""
    unknown = [FieldError.of("scopes", "unknown_scope", scope=scope) for scope in asked if scope not in SCOPES]
    if kind is KeyKind.SECRET and asked:
        unknown.append(FieldError.of("scopes", "secret_key_has_all_scopes"))
    if kind is KeyKind.PUBLISHABLE and asked:
        unknown.append(FieldError.of("scopes", "publishable_key_has_no_scopes"))
    if kind is KeyKind.RESTRICTED and not asked:
        unknown.append(FieldError.of("scopes", "required"))
    if unknown:
        raise Invalid(*unknown)
    granted = scopes_of(kind, [scope for scope in SCOPES if scope in asked])
    if own is not None and not set(granted) <= set(own):
        raise ScopesExceedOwn(missing=", ".join(sorted(set(granted) - set(own))))
    return granted


def overlap_ends(
    *, now: datetime, overlap: timedelta, expires_at: datetime | None, revoked_at: datetime | None
) -> datetime:
    """When a key that is rolled now stops working. Raises KeyRevoked, or Invalid for an overlap over seven days."""
    if revoked_at is not None or expires_at is not None:
        raise KeyRevoked
    if not timedelta(0) <= overlap <= MAX_OVERLAP:
        raise Invalid(FieldError.of("overlap", "bad_overlap", maximum=int(MAX_OVERLAP.total_seconds())))
    return now + overlap


def checksum(body: str) -> str:
    """Six base62 digits of a CRC-32: tells a mistyped secret from a wrong one, and proves nothing."""
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, len(BASE62))
        digits = BASE62[digit] + digits
    return digits
