"""Signs a customer's identity for Bursar and opens portal sessions. Runs on your server, never in a browser."""

import hashlib
import hmac
import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.request
from base64 import urlsafe_b64encode


def identity_hash(secret, subject):
    """v1: no expiry. The subject is the e-mail address or customer id, exactly as your page sends it."""
    return hmac.new(secret.encode(), subject.encode(), hashlib.sha256).hexdigest()


def identity_token(*, key_id, secret, vendor, mode, id_type, id):
    """v2: good once, for five minutes. `id_type` is `email` or `customer_id`."""
    now = int(time.time())  # whole seconds
    claims = {
        "vendor": vendor,
        "mode": mode,
        "id_type": id_type,
        "id": id,
        "iat": now,
        "exp": now + 300,
        "jti": secrets.token_urlsafe(16),
        "aud": "portal",
    }
    signed = f"v2.{key_id}.{_base64url(json.dumps(claims).encode())}"
    mac = hmac.new(secret.encode(), f"bursar-identity-v2\n{signed}".encode(), hashlib.sha256).digest()
    return f"{signed}.{_base64url(mac)}"


def portal_session_url(*, url, api_key, customer):
    """A one-time address: redirect the customer's browser to it at once."""
    request = urllib.request.Request(
        f"{url}/v1/portal_sessions",
        data=json.dumps({"customer": customer}).encode(),
        headers={"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["url"]
    except urllib.error.HTTPError as refused:
        problem = json.load(refused)
        raise SystemExit(f"{refused.code} {problem['code']}: {problem['detail']}") from None


def _base64url(raw):
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _setting(name):
    return os.environ.get(name) or sys.exit(f"{name} is not set")


def main(command="", *words):
    if command == "v1" and len(words) == 1:
        return identity_hash(_setting("BURSAR_IDENTITY_SECRET"), words[0])
    if command == "v2" and len(words) == 2:
        return identity_token(
            key_id=_setting("BURSAR_IDENTITY_KEY_ID"),
            secret=_setting("BURSAR_IDENTITY_SECRET"),
            vendor=_setting("BURSAR_VENDOR"),
            mode=_setting("BURSAR_MODE"),
            id_type=words[0],
            id=words[1],
        )
    if command == "portal-session" and len(words) == 1:
        return portal_session_url(url=_setting("BURSAR_URL"), api_key=_setting("BURSAR_API_KEY"), customer=words[0])
    return sys.exit("usage: v1 SUBJECT | v2 email|customer_id ID | portal-session CUSTOMER")


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
