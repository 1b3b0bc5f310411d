"""A vendor's server: it has a key, an identity secret, and signs for its customers as the documentation says."""

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from werkzeug.test import TestResponse

from services.auth.models import Refusal
from shared import clock
from tests.integration.auth.house import NOON, PUBLIC_URL, House

AT = int(NOON.timestamp())
METHODS = ("email", "hmac_v1", "hmac_v2")


def v1(secret: str, subject: str) -> str:
    return hmac.new(secret.encode(), subject.encode(), hashlib.sha256).hexdigest()


def v2(
    secret: str, *, kid: str, vendor: str, name: str, mode: str = "live", id_type: str = "email", **changed: Any
) -> str:
    claims = {
        "vendor": vendor,
        "mode": mode,
        "id_type": id_type,
        "id": name,
        "iat": AT,
        "exp": AT + 300,
        "jti": secrets.token_urlsafe(16),
        "aud": "portal",
        **changed,
    }
    payload = urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    signed = f"v2.{kid}.{payload}"
    mac = hmac.new(secret.encode(), f"bursar-identity-v2\n{signed}".encode(), hashlib.sha256).digest()
    return f"{signed}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"


@dataclass(frozen=True)
class Signer:
    """A vendor in one mode with an identity secret."""

    house: House
    vendor: str
    mode: str
    key: str
    secret_id: str
    secret: str

    def call(self, method: str, path: str, **options: Any) -> TestResponse:
        return call(self.house, self.key, method, path, **options)

    def v1(self, subject: str) -> str:
        return v1(self.secret, subject)

    def v2(self, name: str, **changed: Any) -> str:
        mine = {"vendor": self.vendor, "mode": self.mode}
        return v2(self.secret, kid=self.secret_id, name=name, **{**mine, **changed})


def call(house: House, key: str, method: str, path: str, **options: Any) -> TestResponse:
    """What a client asks through the gateway: the key becomes a passport on the way, good by the real clock."""
    with clock.fixed(datetime.now(UTC)):
        passport = house.identity(Authorization=f"Bearer {key}").headers.get("X-Passport", "")
    headers = {"X-Passport": passport, **options.pop("headers", {})}
    return house.app.test_client().open(path, method=method, headers=headers, **options)


def a_signer(house: House, vendor: Any, mode: str = "live") -> Signer:
    """The vendor's server, after it made a secret."""
    key = vendor.keys[mode].secret
    made = call(house, key, "POST", "/v1/identity_secrets", json={"name": "Website"})
    assert made.status_code == 201, made.text
    return Signer(house, vendor.vendor.id, mode, key, made.json["id"], made.json["secret"])


def arrive(house: House, *, widget: str = "acme", address: str = "203.0.113.7", **body: Any) -> TestResponse:
    """What a frame sends; no cookie comes or goes."""
    answer = house.app.test_client(use_cookies=False).post(
        f"/embed/{widget}/session", json=body, base_url=PUBLIC_URL, headers={"X-Real-IP": address}
    )
    assert "Set-Cookie" not in answer.headers
    return answer


def refused(house: House, *, address: str = "203.0.113.7", **body: Any) -> str:
    """The cause that was written down when this was refused."""
    before = {row.id for row in house.rows(Refusal)}
    assert arrive(house, address=address, **body).status_code == 401
    (cause,) = [row.cause for row in house.rows(Refusal) if row.id not in before]
    return str(cause)


def passport_of(house: House, bearer: str, slug: str = "acme") -> str | None:
    """What the gateway is told of a request with this frame's token."""
    return house.identity(**{"Bursar-Session": bearer, "X-Portal": slug}).headers.get("X-Passport")


def is_in(house: House, bearer: str, slug: str = "acme") -> bool:
    return passport_of(house, bearer, slug) is not None
