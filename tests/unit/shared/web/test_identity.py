"""Is a passport believed only when auth signed exactly this, for us, for now?"""

import hashlib
import hmac
import inspect
import json
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.utils import base64url_encode

from shared import clock
from shared.errors import Unavailable
from shared.web import identity
from shared.web.identity import PassportKeys, PassportRefused, verify

KEY = Ed25519PrivateKey.generate()
OTHER = Ed25519PrivateKey.generate()
HEADER = {"typ": "passport+jwt", "kid": "k1", "alg": "EdDSA"}
PUBLIC = KEY.public_key()
RAW = PUBLIC.public_bytes_raw()
PEM = PUBLIC.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
DER = PUBLIC.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
SSH = PUBLIC.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)


def jwk(key: Ed25519PrivateKey, kid: str = "k1") -> dict[str, str]:
    x = base64url_encode(key.public_key().public_bytes_raw()).decode()
    return {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x}


class Auth:
    """Publishes keys, and counts how often it is asked."""

    def __init__(self, *keys: dict[str, str]) -> None:
        self.keys, self.asked, self.is_away = list(keys), 0, False

    def get(self, _path: str) -> Any:
        self.asked += 1
        if self.is_away:
            raise Unavailable(part="auth")
        return SimpleNamespace(json=lambda: {"keys": self.keys})


def claims(**changes: Any) -> dict[str, Any]:
    now = int(clock.now().timestamp())
    whole = {
        "iss": "bursar-auth",
        "aud": "bursar",
        "iat": now,
        "exp": now + 60,
        "jti": "j1",
        "kind": "customer",
        "sub": "cus_1",
        "vendor": "ven_1",
        "mode": "test",
        "customers": ["cus_1"],
        "scopes": [],
        "assurance": "verified",
        "proven_at": now,
        "session": "ses_1",
        "portal": "acme",
    }
    return {name: value for name, value in {**whole, **changes}.items() if value is not ...}


def segment(value: Any) -> str:
    return base64url_encode(value if isinstance(value, bytes) else json.dumps(value).encode()).decode()


def signed(header: Any, payload: Any, key: Ed25519PrivateKey = KEY) -> str:
    """A passport with any header and payload at all, signed as auth signs."""
    body = f"{segment(header)}.{segment(payload)}"
    return f"{body}.{base64url_encode(key.sign(body.encode())).decode()}"


def with_hmac(secret: bytes) -> str:
    body = f"{segment({**HEADER, 'alg': 'HS256'})}.{segment(claims())}"
    return f"{body}.{base64url_encode(hmac.new(secret, body.encode(), hashlib.sha256).digest()).decode()}"


def test_a_good_passport_names_its_caller() -> None:
    caller = verify(signed(HEADER, claims()), PassportKeys(Auth(jwk(KEY))))

    assert (caller.kind, caller.id, caller.vendor, caller.mode) == ("customer", "cus_1", "ven_1", "test")
    assert caller.customers == ("cus_1",)
    assert (caller.assurance, caller.session, caller.portal) == ("verified", "ses_1", "acme")
    assert caller.actor.kind == "customer"


def now(seconds: int = 0) -> int:
    return int(clock.now().timestamp()) + seconds


def twice() -> str:
    whole = json.dumps(claims())
    return signed(HEADER, whole.replace("{", '{"sub": "cus_2", ', 1).encode())


ATTACKS = {
    **{
        f"alg {alg}": lambda alg=alg: f"{segment({**HEADER, 'alg': alg})}.{segment(claims())}."
        for alg in ("none", "None", "nOnE", "NONE", "")
    },
    **{
        f"alg {alg} but well signed": lambda alg=alg: signed({**HEADER, "alg": alg}, claims())
        for alg in ("none", "HS256", "Ed25519x", "RS256")
    },
    "HS256 with the key as PEM": lambda: with_hmac(PEM),
    "HS256 with the key as DER": lambda: with_hmac(DER),
    "HS256 with the key as SSH": lambda: with_hmac(SSH),
    "HS256 with the key as JWK": lambda: with_hmac(json.dumps(jwk(KEY)).encode()),
    "HS256 with the raw key": lambda: with_hmac(RAW),
    "a key of its own in jwk": lambda: signed({**HEADER, "jwk": jwk(OTHER)}, claims(), OTHER),
    "jwk beside a good signature": lambda: signed({**HEADER, "jwk": jwk(KEY)}, claims()),
    "jku": lambda: signed({**HEADER, "jku": "https://evil.example/jwks"}, claims(), OTHER),
    "x5u": lambda: signed({**HEADER, "x5u": "https://evil.example/x"}, claims(), OTHER),
    "crit": lambda: signed({**HEADER, "crit": ["exp"]}, claims()),
    "kid as a path": lambda: signed({**HEADER, "kid": "../../dev/null"}, claims(), OTHER),
    "kid as SQL": lambda: signed({**HEADER, "kid": "' OR 1=1"}, claims(), OTHER),
    "kid of no text": lambda: signed({**HEADER, "kid": {"a": 1}}, claims()),
    "no kid": lambda: signed({"typ": "passport+jwt", "alg": "EdDSA"}, claims()),
    "another's key under our kid": lambda: signed(HEADER, claims(), OTHER),
    "typ JWT": lambda: signed({**HEADER, "typ": "JWT"}, claims()),
    "no typ": lambda: signed({"kid": "k1", "alg": "EdDSA"}, claims()),
    "for another audience": lambda: signed(HEADER, claims(aud="other")),
    "for a list of audiences": lambda: signed(HEADER, claims(aud=["bursar", "other"])),
    "by another issuer": lambda: signed(HEADER, claims(iss="evil")),
    **{
        f"no {name}": lambda name=name: signed(HEADER, claims(**{name: ...}))
        for name in ("aud", "iss", "exp", "iat", "jti", "kind", "sub")
    },
    "expired": lambda: signed(HEADER, claims(iat=now(-120), exp=now(-60))),
    "not yet good": lambda: signed(HEADER, claims(nbf=now(60))),
    "from the future": lambda: signed(HEADER, claims(iat=now(3600), exp=now(3660))),
    "exp as text": lambda: signed(HEADER, claims(exp="never")),
    "of an unknown kind": lambda: signed(HEADER, claims(kind="root")),
    "of an unknown mode": lambda: signed(HEADER, claims(mode="both")),
    "a claim twice": twice,
    "a header twice": lambda: signed(b'{"alg":"none","typ":"passport+jwt","kid":"k1","alg":"EdDSA"}', claims()),
    "two parts": lambda: signed(HEADER, claims()).rsplit(".", 1)[0],
    "four parts": lambda: signed(HEADER, claims()) + ".x",
    "no signature": lambda: signed(HEADER, claims()).rsplit(".", 1)[0] + ".",
    "payload no object": lambda: signed(HEADER, [1, 2]),
    "header nested deeply": lambda: f"{segment(b'[' * 2_000)}.{segment(claims())}.x",
    "header no object": lambda: signed([1], claims()),
    "not base64": lambda: "ä.ö.ü",
    "empty parts": lambda: "..",
    "one word": lambda: "x",
    "very long": lambda: signed(HEADER, claims(sub="x" * 5000)),
    "an altered payload": lambda: ".".join(
        (lambda parts: (parts[0], segment(claims(sub="cus_2")), parts[2]))(signed(HEADER, claims()).split("."))
    ),
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_anything_but_a_good_passport_is_refused(attack: Any) -> None:
    keys = PassportKeys(Auth(jwk(KEY)))

    with pytest.raises(PassportRefused):
        verify(attack(), keys)


def test_an_rsa_key_among_the_published_ones_verifies_nothing() -> None:
    keys = PassportKeys(Auth({"kty": "RSA", "kid": "k1", "n": "x", "e": "AQAB"}))

    with pytest.raises(PassportRefused):
        verify(signed(HEADER, claims()), keys)


def test_a_new_signing_key_is_learned_without_a_failed_request() -> None:
    auth = Auth(jwk(KEY))
    keys = PassportKeys(auth)
    verify(signed(HEADER, claims()), keys)

    auth.keys.append(jwk(OTHER, "k2"))
    keys._asked_at = float("-inf")
    caller = verify(signed({**HEADER, "kid": "k2"}, claims(), OTHER), keys)

    assert caller.id == "cus_1"
    assert auth.asked == 2


def test_unknown_key_ids_ask_auth_at_most_once_a_second() -> None:
    auth = Auth(jwk(KEY))
    keys = PassportKeys(auth)

    for number in range(50):
        with pytest.raises(PassportRefused):
            verify(signed({**HEADER, "kid": f"x{number}"}, claims(), OTHER), keys)

    assert auth.asked == 1


def test_known_keys_go_on_while_auth_is_away_and_without_any_nobody_gets_in() -> None:
    auth = Auth(jwk(KEY))
    keys, empty = PassportKeys(auth), PassportKeys(auth)
    verify(signed(HEADER, claims()), keys)
    auth.is_away = True

    assert verify(signed(HEADER, claims()), keys).id == "cus_1"
    with pytest.raises(Unavailable):
        verify(signed(HEADER, claims()), empty)


def test_a_passport_that_was_believed_is_refused_once_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    keys, passport = PassportKeys(Auth(jwk(KEY))), signed(HEADER, claims())
    verify(passport, keys)
    verify(passport, keys)

    monkeypatch.setattr(identity.time, "time", lambda: clock.now().timestamp() + 63)

    with pytest.raises(PassportRefused):
        verify(passport, keys)


def test_a_passport_that_was_believed_is_refused_where_its_key_is_another() -> None:
    passport = signed(HEADER, claims())
    verify(passport, PassportKeys(Auth(jwk(KEY))))

    with pytest.raises(PassportRefused):
        verify(passport, PassportKeys(Auth(jwk(OTHER))))


def test_an_answer_that_holds_no_keys_opens_no_door() -> None:
    class Confused(Auth):
        def get(self, _path: str) -> Any:
            return SimpleNamespace(json=lambda: {"code": "not_found"})

    with pytest.raises(Unavailable):
        verify(signed(HEADER, claims()), PassportKeys(Confused()))


def test_the_library_is_told_one_algorithm_in_so_many_words() -> None:
    assert 'algorithms=["EdDSA"]' in inspect.getsource(identity)
