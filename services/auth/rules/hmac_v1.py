"""DECIDES whether a v1 hash proves a subject: `hex(HMAC-SHA256(secret, e-mail or customer id))`, 64 lowercase digits.

It never expires and says nothing but the subject, so it is worth looking on, not acting. Every secret that is good and
takes v1 is tried. What was signed is what was sent: `A@x.com` signed is not `a@x.com` sent.
Worked example: under the secret `k…k` (43 times k) `mira@shop.example` has one hash, and no other text has it.
"""

import hmac
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from services.auth.rules.identity_secret import key_of
from services.auth.rules.signed_identity import Cause, IdentityRefused, proof

_FORM: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def calculate(*, secret: str, subject: str) -> str:
    """The hash of a subject. Raises SecretTooShort."""
    return hmac.new(key_of(secret), subject.encode(), sha256).hexdigest()


def decide(given: object, *, subject: str, secrets: Mapping[str, str]) -> str:
    """The id of the secret that signed this. `secrets` are those that take v1, by id. Raises IdentityRefused."""
    hash_ = proof(given)
    if not _FORM.fullmatch(hash_):
        raise IdentityRefused(Cause.HASH_MALFORMED)
    signed_by = [
        secret_id
        for secret_id, secret in secrets.items()
        if hmac.compare_digest(calculate(secret=secret, subject=subject).encode(), hash_.encode())
    ]
    if not signed_by:
        raise IdentityRefused(Cause.HASH_WRONG)
    return signed_by[0]
