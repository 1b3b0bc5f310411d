"""Passport to Caller: who is calling, as auth signed it, and nothing else.

A header alone proves nothing: the passport is a JWT of one algorithm, one type, one issuer and one audience,
verified with the public keys that auth publishes, behind the gateway or not.
"""

import json
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
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
LEEWAY: Final = 2  # seconds, between the clocks of auth and of whoever verifies
REMEMBERED: Final = 256  # passports; the gateway sends one along for a second
_CLAIMS: Final = ["iss", "aud", "iat", "exp", "jti", "kind", "sub"]
_ACTORS: Final[dict[str, ActorKind]] = {"customer": "customer", "key": "key", "admin": "staff", "staff": "staff"}

Kind = Literal["customer", "key", "admin", "staff", "service"]


class PassportRefused(Unauthenticated):
    """Forged, expired, or meant for somebody else."""

    code = "passport_refused"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who is calling, and how surely. `passport` is for siblings that are asked on the caller's behalf.

    `way_in` is how a customer's session began, `framed`: an embed's frame holds it; `delegate` came in for the
    customer, as `role`; `has_details`: auth can tell more of the session (`shared.web.visits`);
    `is_suspended`: the vendor is, so that all may be read and nothing done.
    """

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
    way_in: str | None = None
    framed: bool = False
    delegate: str | None = None
    role: str | None = None
    has_details: bool = False
    is_suspended: bool = False

    @property
    def actor(self) -> Actor:
        """As events and the action log name them."""
        if self.kind == "customer" and self.delegate is not None:
            return Actor(kind="delegate", id=self.delegate)
        if self.kind == "customer" and self.customers:
            return Actor(kind="customer", id=self.customers[0])
        return Actor(kind=_ACTORS.get(self.kind, "system"), id=self.id)

    @property
    def is_looking_on(self) -> bool:
        """Whether this is staff who see a customer's pages as the customer does, and change nothing."""
        return self.kind == "staff" and self.portal is not None


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
    """The caller whom this passport names. Raises PassportRefused for anything but a good one.

    What a passport says never changes, only whether its key is published and its time has come: those two are looked
    at each time, the rest once for the requests that one passport makes.
    """
    if len(passport) > LONGEST:
        raise PassportRefused
    try:
        caller, expires_at = _signed(passport, keys.find(_key_id(passport)))
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise PassportRefused from error
    if time.time() >= expires_at + LEEWAY:
        raise PassportRefused
    return caller


@lru_cache(maxsize=REMEMBERED)
def _key_id(passport: str) -> str:
    """The key that signed it, says its header. Raises PassportRefused, ValueError.

    A name twice, in header or claims, means one thing to one reader and another to the next.
    """
    header, _claims = (json.loads(base64url_decode(part), object_pairs_hook=_once) for part in passport.split(".")[:2])
    if (
        not isinstance(header, dict)
        or header.get("typ") != TYPE
        or header.get("alg") != "EdDSA"
        or set(header) != {"typ", "alg", "kid"}
    ):
        raise PassportRefused
    return str(header["kid"])


@lru_cache(maxsize=REMEMBERED)
def _signed(passport: str, key: PyJWK) -> tuple[Caller, int]:
    """Whom it names, and until when, unix seconds. Raises PyJWTError, PassportRefused."""
    claims = jwt.decode(
        passport,
        key,
        algorithms=["EdDSA"],
        audience=AUDIENCE,
        issuer=ISSUER,
        leeway=LEEWAY,
        options={"require": _CLAIMS, "strict_aud": True},
    )
    return _caller(claims, passport), int(claims["exp"])


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
        way_in=claims.get("way_in"),
        framed=claims.get("framed") is True,
        delegate=claims.get("delegate"),
        role=claims.get("role"),
        has_details=claims.get("details") is True,
        is_suspended=claims.get("suspended") is True,
    )
