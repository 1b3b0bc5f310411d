"""v2 tokens: what one must say, and that every bit of it is signed (HI-01, HI-03, HI-06)."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.auth.rules import hmac_v1, hmac_v2, identity_secret
from services.auth.rules.hmac_v2 import Signed
from services.auth.rules.signed_identity import Cause, IdentityRefused, IdType, Subject

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KID = "idsec_01"
SECRET = "idsec_test_" + "k" * 43
SECRETS = {KID: SECRET}
MIRA = Subject(IdType.EMAIL, "mira@shop.example")
CLAIMS: dict[str, Any] = {
    "vendor": "ven_1",
    "mode": "test",
    "id_type": "email",
    "id": MIRA.id,
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 300,
    "jti": "j" * 22,
    "aud": "portal",
}


def encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def a_token(payload: object = None, *, secret: str = SECRET, kid: str = KID, **changed: Any) -> str:
    """A well-signed token, whatever it says; a claim that is changed to ... is left out."""
    claims = {name: value for name, value in {**CLAIMS, **changed}.items() if value is not ...}
    text = json.dumps(claims) if payload is None else payload if isinstance(payload, str) else json.dumps(payload)
    front = f"v2.{kid}.{encode(text.encode())}"
    signed = f"bursar-identity-v2\n{front}".encode()
    return f"{front}.{encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest())}"


def taken(token: object, *, now: datetime = NOW) -> Signed:
    return hmac_v2.decide(token, vendor="ven_1", mode="test", secrets=SECRETS, now=now)


def cause_of(token: object, *, now: datetime = NOW) -> Cause:
    with pytest.raises(IdentityRefused) as refused:
        taken(token, now=now)
    return refused.value.cause


def test_a_token_says_whom_the_vendor_means() -> None:
    expected = Signed(secret=KID, subject=MIRA, jti="j" * 22, expires_at=NOW + timedelta(minutes=5))

    assert taken(a_token()) == expected


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=80).filter(str.strip))
def test_our_own_maker_and_a_vendors_agree(name: str) -> None:
    made = hmac_v2.calculate(
        secret_id=KID,
        secret=SECRET,
        vendor="ven_1",
        mode="test",
        whom=Subject(IdType.CUSTOMER_ID, name),
        jti="j" * 22,
        now=NOW,
        expires_at=NOW + timedelta(minutes=5),
    )

    assert taken(made).subject == taken(a_token(id_type="customer_id", id=name)).subject


@given(st.data())
def test_a_changed_character_is_refused(data: st.DataObject) -> None:
    """HI-01: any bit, the last two of the MAC that base64 leaves over included."""
    token = a_token()
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(min_codepoint=1, max_codepoint=0x2FF).filter(lambda each: each != token[at]))

    assert cause_of(token[:at] + other + token[at + 1 :]) in (
        Cause.HASH_MALFORMED,
        Cause.HASH_WRONG,
        Cause.SECRET_UNKNOWN,
    )


@pytest.mark.parametrize(
    "token",
    [
        "v2",
        "v2...",
        f"v2.{KID}.e30.",
        f"v2.{KID}..{'A' * 43}",
        f" {a_token()}",
        f"{a_token()}\n",
        f"{a_token()}=",
        f"{a_token()}.",
        a_token().replace("v2.", "v1.", 1),
        a_token()[:-20],
        "v2." + "é" * 20,
        "v2." + "A" * 10_000_000,
        None,
        [],
        {},
        7,
        True,
    ],
    ids=lambda value: repr(value)[:16],
)
def test_what_is_no_token_is_refused(token: object) -> None:
    """HI-01."""
    assert cause_of(token) in (Cause.HASH_MALFORMED, Cause.HASH_MISSING, Cause.HASH_WRONG)


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({"aud": "webhook"}, Cause.AUDIENCE_WRONG),
        ({"aud": "session"}, Cause.AUDIENCE_WRONG),
        ({"aud": ["portal"]}, Cause.CLAIMS_BAD),
        ({"vendor": "ven_2"}, Cause.VENDOR_WRONG),
        ({"mode": "live"}, Cause.MODE_WRONG),
        ({"id_type": "phone"}, Cause.CLAIMS_BAD),
        ({"id": ""}, Cause.SUBJECT_BAD),
        ({"id": "  "}, Cause.SUBJECT_BAD),
        ({"id": 7}, Cause.CLAIMS_BAD),
        ({"jti": ...}, Cause.CLAIMS_BAD),
        ({"jti": "short"}, Cause.CLAIMS_BAD),
        ({"jti": "j" * 101}, Cause.CLAIMS_BAD),
        ({"exp": ...}, Cause.CLAIMS_BAD),
        ({"exp": "never"}, Cause.CLAIMS_BAD),
        ({"exp": True}, Cause.CLAIMS_BAD),
        ({"exp": 1.5e9}, Cause.CLAIMS_BAD),
        ({"exp": 10**400}, Cause.CLAIMS_BAD),
        ({"exp": 2**52}, Cause.LIVES_TOO_LONG),
        ({"iat": ...}, Cause.CLAIMS_BAD),
        ({"iat": -1}, Cause.CLAIMS_BAD),
        ({"admin": True}, Cause.CLAIMS_BAD),
    ],
    ids=str,
)
def test_a_well_signed_token_that_says_something_else_is_refused(changed: dict[str, Any], cause: Cause) -> None:
    """HI-01, HI-03."""
    assert cause_of(a_token(**changed)) is cause


@pytest.mark.parametrize("payload", ["", "null", "[]", "7", "{", '{"a":1,"a":2}', "[" * 3000, "\ufeff{}"])
def test_a_payload_that_is_no_object_is_refused(payload: str) -> None:
    expected = Cause.HASH_MALFORMED if payload == "" else Cause.CLAIMS_BAD

    assert cause_of(a_token(payload)) is expected


def test_a_payload_with_a_claim_twice_is_refused() -> None:
    twice = json.dumps(CLAIMS)[:-1] + ', "mode": "test"}'

    assert cause_of(a_token(twice)) is Cause.CLAIMS_BAD


@pytest.mark.parametrize(
    ("iat", "exp", "cause"),
    [
        (-299, 1, None),
        (-300, 0, Cause.EXPIRED),
        (60, 61, None),
        (61, 62, Cause.FROM_FUTURE),
        (0, 300, None),
        (0, 301, Cause.LIVES_TOO_LONG),
        (10, 5, Cause.LIVES_TOO_LONG),
    ],
)
def test_time(iat: int, exp: int, cause: Cause | None) -> None:
    """HI-03: seconds from now."""
    base = int(NOW.timestamp())
    token = a_token(iat=base + iat, exp=base + exp)

    if cause is None:
        taken(token)
    else:
        assert cause_of(token) is cause


def test_a_secret_verifies_what_it_signed_alone() -> None:
    """HI-10."""
    other = "idsec_test_" + "o" * 43

    assert cause_of(a_token(secret=other)) is Cause.HASH_WRONG
    assert cause_of(a_token(kid="idsec_02")) is Cause.SECRET_UNKNOWN


def test_a_v1_hash_is_no_v2_mac_and_the_other_way_round() -> None:
    """HI-13: the line in front keeps them apart."""
    front = a_token().rpartition(".")[0]
    v1 = hmac_v1.calculate(secret=SECRET, subject=front)

    assert cause_of(f"{front}.{v1}") is Cause.HASH_WRONG
    assert cause_of(f"{front}.{encode(bytes.fromhex(v1))}") is Cause.HASH_WRONG
    assert not hmac_v2.is_meant(v1)
    with pytest.raises(IdentityRefused):
        hmac_v1.decide(a_token(), subject=MIRA.id, secrets=SECRETS)


def test_nothing_is_verified_under_a_short_secret() -> None:
    """HI-06."""
    with pytest.raises(identity_secret.SecretTooShort):
        hmac_v2.decide(a_token(secret="x"), vendor="ven_1", mode="test", secrets={KID: "x"}, now=NOW)
