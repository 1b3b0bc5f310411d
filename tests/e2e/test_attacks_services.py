"""SE-02, SE-11: on its own port each service believes auth's signature and nothing else; the gateway hands none on."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any, Final

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.utils import base64url_encode

from services.auth.adapters.passports import Passports
from tests.support.stack import Stack
from tests.support.vendors import Vendor

PROTECTED: Final = {
    "auth": "/v1/api_keys",
    "portal": "/v1/customers",
    "invoices": "/v1/invoices",
    "notifications": "/v1/messages",
}
"""What each service shows to a key, and to nobody without one."""
SCOPES: Final = ["api_keys:read", "customers:read", "invoices:read", "messages:read"]
HEADERS: Final = {
    "X-Auth-Vendor": "{vendor}",
    "X-Vendor-Id": "{vendor}",
    "X-Vendor": "{vendor}",
    "X-Mode": "test",
    "X-Customer-Id": "cus_1",
    "X-Auth-User": "admin",
    "X-Auth-Request-User": "admin",
    "X-Remote-User": "admin",
    "Remote-User": "admin",
    "X-Forwarded-User": "admin",
    "X-Internal-Service": "auth",
    "X-Internal": "1",
    "X-Real-IP": "127.0.0.1",
    "X-Forwarded-For": "127.0.0.1",
    "X-Portal": "acme",
    "X-Scopes": "customers:read",
}


class Forger:
    """Knows the installation's keys, so that what it forges is wrong in one thing only."""

    def __init__(self, stack: Stack, vendor: str) -> None:
        seed = stack.secrets["PASSPORT_KEYS"].split(",")[0].strip()
        self.key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
        self.kid = Passports(seed).public()["keys"][0]["kid"]
        self.vendor = vendor

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = int(time.time())
        whole = {
            "iss": "bursar-auth",
            "aud": "bursar",
            "iat": now,
            "exp": now + 60,
            "jti": f"forged-{time.time_ns()}",
            "kind": "key",
            "sub": "key_1",
            "vendor": self.vendor,
            "mode": "test",
            "customers": [],
            "scopes": SCOPES,
        }
        return {name: value for name, value in {**whole, **changes}.items() if value is not ...}

    def sign(self, *, key: Ed25519PrivateKey | None = None, header: Any = None, **changes: Any) -> str:
        known = {"typ": "passport+jwt", "alg": "EdDSA", "kid": self.kid}
        body = f"{segment({**known, **(header or {})})}.{segment(self.claims(**changes))}"
        return f"{body}.{base64url_encode((key or self.key).sign(body.encode())).decode()}"

    def with_hmac(self, secret: bytes) -> str:
        body = f"{segment({'typ': 'passport+jwt', 'alg': 'HS256', 'kid': self.kid})}.{segment(self.claims())}"
        return f"{body}.{base64url_encode(hmac.new(secret, body.encode(), hashlib.sha256).digest()).decode()}"

    def unsigned(self, alg: str) -> str:
        return f"{segment({'typ': 'passport+jwt', 'alg': alg, 'kid': self.kid})}.{segment(self.claims())}."

    def public(self, encoding: serialization.Encoding, form: serialization.PublicFormat) -> bytes:
        return self.key.public_key().public_bytes(encoding, form)


def segment(value: Any) -> str:
    return base64url_encode(json.dumps(value).encode()).decode()


PEM: Final = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
RAW: Final = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)
STRANGER: Final = Ed25519PrivateKey.generate()
FORGERIES: Final[dict[str, Callable[[Forger], str]]] = {
    "none": lambda forger: forger.unsigned("none"),
    "nOnE": lambda forger: forger.unsigned("nOnE"),
    "HS256 with the public key as PEM": lambda forger: forger.with_hmac(forger.public(*PEM)),
    "HS256 with the public key": lambda forger: forger.with_hmac(forger.public(*RAW)),
    "HS256 with an empty key": lambda forger: forger.with_hmac(b""),
    "another's key under our kid": lambda forger: forger.sign(key=STRANGER),
    "a key of its own in the header": lambda forger: forger.sign(
        key=STRANGER,
        header={
            "jwk": {
                "kty": "OKP",
                "crv": "Ed25519",
                "x": base64url_encode(STRANGER.public_key().public_bytes_raw()).decode(),
            }
        },
    ),
    "a key set elsewhere": lambda forger: forger.sign(key=STRANGER, header={"jku": "http://127.0.0.1:9/jwks"}),
    "kid as a path": lambda forger: forger.sign(header={"kid": "../../dev/null"}),
    "another type": lambda forger: forger.sign(header={"typ": "JWT"}),
    "expired": lambda forger: forger.sign(iat=int(time.time()) - 120, exp=int(time.time()) - 60),
    "without an end": lambda forger: forger.sign(exp=...),
    "not yet good": lambda forger: forger.sign(nbf=int(time.time()) + 600),
    "for somebody else": lambda forger: forger.sign(aud="shop"),
    "by somebody else": lambda forger: forger.sign(iss="evil"),
    "of an unknown kind": lambda forger: forger.sign(kind="root"),
    "two parts": lambda forger: forger.sign().rsplit(".", 1)[0],
    "empty": lambda _forger: "",
    "no passport": lambda _forger: "Bearer admin",
}


@pytest.fixture
def forger(vendor: Vendor) -> Forger:
    return Forger(vendor.stack, vendor.id)


def ask(stack: Stack, service: str, headers: dict[str, str], path: str = "") -> requests.Response:
    """Past the gateway, on the service's own port."""
    url = f"http://127.0.0.1:{stack.ports[service]}{path or PROTECTED[service]}"
    return requests.get(url, headers=headers, timeout=10, allow_redirects=False)


@pytest.mark.parametrize("service", PROTECTED)
def test_what_auth_would_sign_is_believed(vendor: Vendor, forger: Forger, service: str) -> None:
    """So that what follows refuses for the one thing that is wrong, and not for another."""
    assert ask(vendor.stack, service, {"X-Passport": forger.sign()}).status_code == 200


@pytest.mark.parametrize("service", PROTECTED)
def test_headers_alone_prove_nothing(vendor: Vendor, service: str) -> None:
    forged = {name: value.format(vendor=vendor.id) for name, value in HEADERS.items()}

    answers = [
        ask(vendor.stack, service, headers)
        for headers in ({}, forged, {**forged, "Authorization": f"Bearer {vendor.test_key}"})
    ]

    assert [answer.status_code for answer in answers] == [401] * 3
    assert {answer.headers["Content-Type"] for answer in answers} == {"application/problem+json"}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forged_passport_is_refused_by_every_service(
    vendor: Vendor, forger: Forger, forgery: Callable[[Forger], str]
) -> None:
    for service in PROTECTED:
        answer = ask(vendor.stack, service, {"X-Passport": forgery(forger)})
        assert answer.status_code == 401, service
        assert vendor.id not in answer.text


@pytest.mark.parametrize("service", PROTECTED)
def test_a_good_passport_twice_or_elsewhere_is_none(vendor: Vendor, forger: Forger, service: str) -> None:
    good = forger.sign()

    for headers in ({"Authorization": f"Bearer {good}"}, {"Cookie": f"X-Passport={good}"}, {"X_Passport": good}):
        assert ask(vendor.stack, service, headers).status_code == 401


def test_a_passport_from_outside_is_taken_off_at_the_gateway(vendor: Vendor, forger: Forger) -> None:
    """SE-14, GW-01: even one that auth itself could have signed."""
    for path in PROTECTED.values():
        for name in ("X-Passport", "x-passport", "X-PASSPORT"):
            assert vendor.stack.request("GET", path, headers={name: forger.sign()}).status_code == 401, path
    page = vendor.stack.request(
        "GET",
        f"/p/{vendor.portal}",
        headers={"X-Passport": forger.sign(kind="customer", customers=["cus_1"], portal=vendor.portal)},
    )
    assert page.status_code == 303


@pytest.mark.parametrize("service", PROTECTED)
def test_what_is_internal_asks_for_a_passport_of_a_sibling(vendor: Vendor, forger: Forger, service: str) -> None:
    """A key's or a customer's passport opens no internal door, whatever it claims besides."""
    rules = {
        "auth": "/internal/memberships",
        "portal": "/internal/orders/find",
        "invoices": "/internal/demo",
        "notifications": "/internal/sealed_mails",
    }
    for passport in (None, forger.sign(), forger.sign(kind="customer", customers=["cus_1"], assurance="verified")):
        headers = {} if passport is None else {"X-Passport": passport}
        url = f"http://127.0.0.1:{vendor.stack.ports[service]}{rules[service]}"
        for method in ("GET", "POST"):
            answer = requests.request(method, url, headers=headers, json={}, timeout=10)
            assert answer.status_code in (401, 403, 404, 405), (method, answer.text)
