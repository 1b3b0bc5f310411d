"""Passport to Caller: who is calling, as auth signed it, and nothing else.

A header alone proves nothing: the passport is a JWT of one algorithm, one type, one issuer and one audience,
verified with the public keys that auth publishes, behind the gateway or not.
"""

import json
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, cast, get_args

import jwt
from jwt import PyJWK
from jwt.utils import base64url_decode

from shared.errors import Unauthenticated, Unavailable
from shared.events import Actor, ActorKind, Mode
from shared.http import Client

ISSUER: Final = "bursar-auth"
AUDIENCE: Final = "bursar"
TYPE: Final = "passport+jwt"
LONGEST: Final = 4_096  # characters; ours have fewer than a thousand
_CLAIMS: Final = ["iss", "aud", "iat", "exp", "jti", "kind", "sub"]
_ACTORS: Final[dict[str, ActorKind]] = {"customer": "customer", "key": "key", "admin": "staff", "staff": "staff"}

Kind = Literal["customer", "key", "admin", "staff", "service"]


class PassportRefused(Unauthenticated):
    """Forged, expired, or meant for somebody else."""

    code = "passport_refused"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who is calling, and how surely. `passport` is for siblings that are asked on the caller's behalf."""

    kind: Kind
    id: str
    vendor: str | None
    mode: Mode | None
    customers: tuple[str, ...]
    scopes: frozenset[str]
    assurance: Literal["verified", "viewer"] | None
    proven_at: datetime | None
    session: str | None
    portal: str | None
    passport: str

    @property
    def actor(self) -> Actor:
        """As events and the action log name them."""
        return Actor(kind=_ACTORS.get(self.kind, "system"), id=self.id)


class PassportKeys:
    """Auth's public keys, asked once and again only for a key id that is new, at most once a second."""

    def __init__(self, auth: Client) -> None:
        self._auth = auth
        self._keys: dict[str, PyJWK] = {}
        self._asked_at = float("-inf")
        self._lock = threading.Lock()

    def find(self, kid: str) -> PyJWK:
        """The key of this id. Raises PassportRefused; Unavailable when auth can't be asked and we know none."""
        if kid not in self._keys:
            self._refresh()
        if kid not in self._keys:
            raise PassportRefused
        return self._keys[kid]

    def _refresh(self) -> None:
        with self._lock:
            if time.monotonic() - self._asked_at < 1.0:
                return
            self._asked_at = time.monotonic()
            try:
                found = _published(self._auth)
            except Unavailable:
                if not self._keys:
                    raise
                return
            self._keys = {key["kid"]: PyJWK(key, "EdDSA") for key in found if key.get("crv") == "Ed25519"}


def _published(auth: Client) -> list[dict[str, Any]]:
    try:
        return cast(list[dict[str, Any]], auth.get("/internal/jwks").json()["keys"])
    except (ValueError, KeyError) as error:  # some other answer than keys
        raise Unavailable(part="auth") from error


def verify(passport: str, keys: PassportKeys) -> Caller:
    """The caller whom this passport names. Raises PassportRefused for anything but a good one."""
    if len(passport) > LONGEST:
        raise PassportRefused
    try:
        _refuse_repeated(passport)
        header = jwt.get_unverified_header(passport)
        if header.get("typ") != TYPE or header.get("alg") != "EdDSA" or set(header) != {"typ", "alg", "kid"}:
            raise PassportRefused
        claims = jwt.decode(
            passport,
            keys.find(str(header["kid"])),
            algorithms=["EdDSA"],
            audience=AUDIENCE,
            issuer=ISSUER,
            leeway=2,
            options={"require": _CLAIMS, "strict_aud": True},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise PassportRefused from error
    return _caller(claims, passport)


def _refuse_repeated(passport: str) -> None:
    """A name twice means one thing to one reader and another to the next. Raises PassportRefused, ValueError."""
    for part in passport.split(".")[:2]:
        json.loads(base64url_decode(part), object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise PassportRefused
    return found


def _caller(claims: dict[str, Any], passport: str) -> Caller:
    if claims["kind"] not in get_args(Kind) or claims.get("mode") not in ("test", "live", None):
        raise PassportRefused
    proven_at = claims.get("proven_at")
    return Caller(
        kind=cast(Kind, claims["kind"]),
        id=claims["sub"],
        vendor=claims.get("vendor"),
        mode=claims.get("mode"),
        customers=tuple(claims.get("customers") or ()),
        scopes=frozenset(claims.get("scopes") or ()),
        assurance=claims.get("assurance"),
        proven_at=datetime.fromtimestamp(proven_at, UTC) if proven_at else None,
        session=claims.get("session"),
        portal=claims.get("portal"),
        passport=passport,
    )
